using System.Text.RegularExpressions;
using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Training;
using Xunit;

namespace FastRnn.Consumer.Tests;

/// <summary>The code of the README is the code that stands here between the markers, compiled and run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_code_shown_equalsTheCompiledCode()
    {
        string source = Repository.Read("tests", "FastRnn.Consumer.Tests", "ReadmeTests.cs");
        string[] compiled = Marked().Matches(source).Select(match => Unindent(match.Groups[1].Value)).ToArray();
        string[] shown = CodeBlock().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(7, compiled.Length);
        Assert.Equal(compiled, shown);
    }

    [Fact]
    public void Readme_code_run_continuesASine()
    {
        const int Steps = 50;
        const int Batch = 8;
        float[] inputs = new float[Steps * Batch];
        float[] targets = new float[Steps * Batch];
        for (int t = 0; t < Steps; t++)
        {
            for (int n = 0; n < Batch; n++)
            {
                inputs[t * Batch + n] = Sine(t, n);
                targets[t * Batch + n] = Sine(t + 1, n);
            }
        }

        float[] x = [Sine(0, 0)];
        float[] y = new float[1];

        // README begin
        var spec = new RnnSpec(inputSize: 1, Cell.Elman(hiddenSize: 32), Layer.Dense(outputSize: 1));
        using var trainer = new RnnTrainer(spec, new Adam(learningRate: 3e-3f), Loss.HalfSquaredError, seed: 7);
        for (int i = 0; i < 300; i++)
        {
            // inputs [T, N, I], targets [T, N, O]: forward, BPTT, update
            trainer.Step(inputs, targets, new() { Steps = 50, Sequences = 8 });
        }

        RnnModel model = trainer.ToModel();                      // immutable: share it between threads
        using RnnSession session = model.CreateSession();        // one stream: keeps the state between steps
        session.Step(x, y);                                      // a value in, a forecast out, 0 bytes allocated
        // README end

        for (int t = 1; t < Steps; t++)
        {
            x[0] = Sine(t, 0);
            session.Step(x, y);
        }

        Assert.Equal(Sine(Steps, 0), y[0], tolerance: 0.1f);
    }

    [Fact]
    public void Contributing_code_cell_equalsTheTestedCell()
    {
        string source = Repository.Read("tests", "FastRnn.Consumer.Tests", "UpdateGateCell.cs");
        string cell = source[source.IndexOf("public readonly struct", StringComparison.Ordinal)..].TrimEnd();
        Assert.Equal(cell, CodeBlock().Match(Repository.Read("CONTRIBUTING.md")).Groups[1].Value);
    }

    [Fact]
    public void Readme_code_specs_describeNetworks()
    {
        // README begin
        var tagger = RnnSpec.ForIndices(
            vocabularySize: 5000,
            Layer.Embedding(size: 64),
            Cell.Bidirectional(Cell.Lstm(hiddenSize: 64)),
            Layer.Dropout(rate: 0.3f),
            Layer.Dense(outputSize: 9, Activation.Softmax));
        var classifier = new RnnSpec(
            inputSize: 12,
            Layer.Dense(outputSize: 32),
            Layer.Residual(Layer.LayerNormalization(), Cell.Gru(hiddenSize: 32)),
            Layer.Parallel(Merge.Concatenate, [Layer.MeanPooling()], [Layer.MaxPooling()]),
            Layer.Dense(outputSize: 9, Activation.Softmax));
        // README end

        float[] outputs = new float[7 * 2 * 9];
        RnnModel.Create(tagger, seed: 1).Run(new int[7 * 2], outputs, new() { Steps = 7, Sequences = 2, Lengths = [7, 4] });
        Assert.Equal(7 + 4, outputs.Sum(), tolerance: 1e-4f);
        float[] classes = new float[2 * 9];
        RnnModel.Create(classifier, seed: 1).Run(new float[7 * 2 * 12], classes, new() { Steps = 7, Sequences = 2, Lengths = [7, 4] });
        Assert.Equal(2, classes.Sum(), tolerance: 1e-5f);
    }

    [Fact]
    public void Readme_code_fit_keepsTheBest()
    {
        var random = new Random(1);
        var classifier = new RnnSpec(12, Cell.Gru(8), Layer.MeanPooling(), Layer.Dense(2, Activation.Softmax));
        (float[] Steps, int Label)[] examples =
        [
            .. Enumerable.Range(0, 60).Select(i => (
                Enumerable.Range(0, 12 * (3 + i % 5)).Select(_ => random.NextSingle() - (i % 2)).ToArray(), i % 2)),
        ];
        string path = Path.Combine(Path.GetTempPath(), $"fastrnn-{Guid.NewGuid():N}.safetensors");
        try
        {
            // README begin
            using var trainer = new RnnTrainer(classifier, new AdamW(learningRate: 3e-3f), Loss.CrossEntropy, seed: 1) { MaxGradientNorm = 1 };
            SequenceSet set = SequenceSet.For(trainer);
            foreach ((float[] steps, int label) in examples)
            {
                set.Add(steps, new[] { label });                     // [T, 12], of any length, and a class
            }

            (SequenceSet training, SequenceSet validation) = set.Split(share: 0.2, seed: 1);
            TrainingRun<RnnModel> run = trainer.Fit(
                training, validation, new() { Epochs = 60, BatchSize = 16, Patience = 8, Schedule = Schedule.Cosine(warmUp: 20) });
            run.Best.Save(path);                                     // the weights of the lowest validation loss
            // README end

            Assert.Equal(run.BestUpdate, run.History.Last(record => record.IsBest).Update);
            Assert.True(run.BestValidationLoss < 0.2, run.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Readme_code_encoderDecoder_decodes()
    {
        int[] source = new int[20 * 8];
        int[] inputs = new int[10 * 8];
        int[] targets = new int[10 * 8];
        int[] word = new int[20];
        int[] outputs = new int[10];

        // README begin
        var encoder = RnnSpec.ForIndices(30, Layer.Embedding(16), Cell.Gru(64));
        var decoder = RnnSpec.ForIndices(
            12, Layer.Embedding(16), Cell.Gru(64), Layer.Attention(memorySize: 64), Layer.Dense(12, Activation.Softmax));
        using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(), Loss.CrossEntropy, seed: 7);

        // inputs: the start, then the targets
        trainer.Step(source, new() { Steps = 20, Sequences = 8 }, inputs, targets, new() { Steps = 10, Sequences = 8 });
        EncoderDecoder models = trainer.ToModel();
        DecodedSequence found = models.Decode(word, startIndex: 0, endIndex: 1, outputs, beamWidth: 4);
        // README end

        Assert.InRange(found.Length, 0, outputs.Length);
        Assert.True(found.LogProbability < 0);
    }

    [Fact]
    public void Readme_code_files_giveBackWhatWasSaved()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrnn-readme-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.safetensors");
            string checkpoint = Path.Combine(folder.FullName, "training.safetensors");
            var trainer = new RnnTrainer(new RnnSpec(1, Cell.Gru(8), Layer.Dense(1)), new Adam(), Loss.HalfSquaredError, seed: 7);
            RnnModel model = trainer.ToModel();
            RnnSession session = model.CreateSession();
            float[] x = [0.5f];
            float[] expected = new float[1];
            float[] actual = new float[1];
            session.Step(x, expected);

            // README begin
            model.Save(path);                                        // the spec and the weights
            RnnModel loaded = RnnModel.Load(path);                   // the same bits
            trainer.SaveCheckpoint(checkpoint);                      // and all that training goes on from
            using RnnTrainer resumed = RnnTrainer.FromCheckpoint(checkpoint);

            byte[] state = new byte[session.StateByteCount];
            session.SaveState(state);                                // a stream goes on elsewhere,
            using RnnSession elsewhere = loaded.CreateSession();     // with the same model
            elsewhere.RestoreState(state);
            // README end

            session.Step(x, expected);
            elsewhere.Step(x, actual);
            Assert.Equal(expected, actual);
            Assert.Equal(trainer.Step(x, x, new() { Steps = 1, Sequences = 1 }), resumed.Step(x, x, new() { Steps = 1, Sequences = 1 }));
            session.Dispose();
            trainer.Dispose();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Readme_code_onnx_givesTheSameOutputs()
    {
        var model = RnnModel.Create(new RnnSpec(1, Cell.Lstm(4), Layer.Dense(1)), seed: 1);
        float[] inputs = Enumerable.Range(0, 50 * 8).Select(i => Sine(i, 0)).ToArray();
        float[] outputs = new float[50 * 8];
        float[] expected = new float[50 * 8];
        model.Run(inputs, expected, new() { Steps = 50, Sequences = 8 });
        string file = Path.GetTempFileName();
        try
        {
            // README begin
            OnnxExport.Save(model, file);                            // states are inputs and outputs, steps and sequences free
            OnnxModel onnx = OnnxModel.Load(file);                   // recurrent and other layers, in sequence and in branches
            float[] state = onnx.InitialState(batch: 8);             // what the graph fixes, else zeros
            onnx.Model.Run(inputs, outputs, new() { Steps = 50, Sequences = 8 }, state);
            // README end
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(expected, outputs);
    }

    [Fact]
    public void Readme_code_weightsOfOthers_areReadAndWritten()
    {
        var spec = new RnnSpec(3, Cell.Lstm(4), Layer.Dense(4, Activation.Relu), Layer.Dense(2, Activation.Softmax));
        RnnModel.Create(spec, seed: 1).SavePyTorch("net.safetensors");

        // README begin
        var options = new PyTorchOptions
        {
            Activations = new Dictionary<string, Activation> { ["layers.1"] = Activation.Relu },
            OutputActivation = Activation.Softmax,
        };
        RnnModel imported = RnnModel.FromPyTorch("net.safetensors", options);
        imported.SavePyTorch("again.safetensors");               // for load_state_dict
        imported.SaveKeras("keras.safetensors");                 // for RnnModel.FromKeras, or set_weights
        // README end

        Assert.Equal(spec, imported.Spec);
        Assert.Equal(File.ReadAllBytes("net.safetensors"), File.ReadAllBytes("again.safetensors"));
        var keras = new KerasOptions
        {
            Activations = new Dictionary<string, Activation> { ["layers/1"] = Activation.Relu },
            OutputActivation = Activation.Softmax,
        };
        Assert.Equal(spec, RnnModel.FromKeras("keras.safetensors", keras).Spec);
    }

    private static float Sine(int t, int sequence) => MathF.Sin(0.2f * t + sequence);

    private static string Unindent(string code)
    {
        string[] lines = code.Trim('\n').Split('\n');
        int indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line.TrimStart()));
    }

    [GeneratedRegex(@"// README begin\n(.*?)\n\s*// README end", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
