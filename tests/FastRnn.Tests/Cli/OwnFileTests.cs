using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Cli;

/// <summary>Files of FastRnn that hold more than a model.</summary>
public sealed class OwnFileTests : IDisposable
{
    private const int Seed = 8;

    private readonly TemporaryFolder _folder = new();

    private static RnnSpec Encoder => RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Gru(4));

    private static RnnSpec Decoder => RnnSpec.ForIndices(6, Layer.Embedding(3), Cell.Gru(4), Layer.Dense(6, Activation.Softmax));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void InspectCommand_encoderAndDecoder_showsTheLayersOfBoth()
    {
        string path = _folder["pair.safetensors"];
        new EncoderDecoder(RnnModel.Create(Encoder, Seed), RnnModel.Create(Decoder, Seed)).Save(path);
        Shown(path, "Encoder", "Decoder", "one index, below 5", "one index, below 6", "  2  dense ");
        RefusedPair(path);
    }

    [Fact]
    public void InspectCommand_checkpointOfAPair_showsTheTrainerToo()
    {
        string path = _folder["pair.safetensors"];
        using (var trainer = new EncoderDecoderTrainer(Encoder, Decoder, new Sgd(0.5f), Loss.CrossEntropy, Seed))
        {
            trainer.SaveCheckpoint(path);
        }

        Shown(path, "Encoder", "Decoder", "optimizer      gradientDescent, learning rate 0.5", "loss           crossEntropy");
        RefusedPair(path);
    }

    [Fact]
    public void Tool_checkpoint_isShownAndTakenAsItsModel()
    {
        string checkpoint = _folder["checkpoint.safetensors"], model = _folder["model.safetensors"], end = _folder["end.safetensors"];
        using (var trainer = new RnnTrainer(new RnnSpec(2, Cell.Elman(3), Layer.Dense(1)), new Adam(0.25f), Loss.HalfSquaredError, Seed))
        {
            trainer.Step(RandomData.Uniform(Seed, 8), RandomData.Uniform(Seed + 1, 4), new() { Steps = 4, Sequences = 1 });
            trainer.SaveCheckpoint(checkpoint);
            trainer.ToModel().Save(model);
        }

        Shown(
            checkpoint, "Network", "  0  elman ", "optimizer      adam, beta1 0.9", "learning rate 0.25", "updates        1",
            "steps          1");
        ToolRun.Of("convert", checkpoint, end).Done();
        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(end));
        const string rows = "1,2\n3,4\n";
        Assert.Equal(
            ToolRun.WithInput(new StringReader(rows), "run", model).Done().Rows,
            ToolRun.WithInput(new StringReader(rows), "run", checkpoint).Done().Rows);
    }

    private static void Shown(string path, params string[] texts)
    {
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.DoesNotContain("The file can't be loaded as a model", output, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    private void RefusedPair(string path)
    {
        ToolRun.Of("run", path).Refused($"{path}: expected one network, but it has an encoder and a decoder");
        ToolRun.Of("convert", path, _folder["out.onnx"]).Refused($"{path}: expected one network, but it has an encoder and a decoder");
    }
}
