using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>Twenty random networks, taken from PyTorch's files, trained for 20 updates of Adam and written for PyTorch, beside what PyTorch
/// has made of them, as make_trained_golden.py has written it down.</summary>
public sealed class TrainedByPyTorchTests : IDisposable
{
    private const float Rate = 0.01f;

    /// <summary>Of losses, relative to 1.</summary>
    private const double LossTolerance = 2e-5;

    /// <summary>Of weights after 20 updates, each of at most the learning rate: an update is the gradient over its own size, so that a
    /// gradient near 0 turns its rounding into a part of an update.</summary>
    private const double WeightTolerance = 0.02 * Rate;

    private static readonly Dictionary<string, TrainedCase> Cases
        = GoldenFile.Load<TrainedFile>("pytorch_trained.json").Cases.ToDictionary(golden => golden.Name);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnTrainer_Step_twentyUpdates_areThoseOfPyTorch(string name)
    {
        TrainedCase golden = Cases[name];
        var options = new PyTorchOptions
        {
            Activation = golden.Activation switch
            {
                "tanh" => Activation.Tanh,
                "relu" => Activation.Relu,
                _ => null,
            },
            OutputActivation = golden.Classes ? Activation.Softmax : null,
            TakesIndices = golden.TakesIndices ? true : null,
            VectorModule = golden.Normalizes ? VectorModule.LayerNormalization : null,
        };
        RnnModel start = RnnModel.FromPyTorch(PathOf($"{name}_before"), options);
        LossFunction loss = golden.Classes ? Loss.CrossEntropy : Loss.SquaredError;
        using var trainer = new RnnTrainer(start, new Adam(Rate), loss);
        int[] indices = [.. golden.Inputs.Select(value => (int)value)], classes = [.. golden.Targets.Select(value => (int)value)];
        for (int update = 0; update < golden.Losses.Length; update++)
        {
            TrainingStep step = trainer.Step(
                golden.TakesIndices ? indices : golden.Inputs, golden.Classes ? classes : golden.Targets,
                new() { Steps = golden.Steps, Sequences = golden.Batch });
            Compare.Within(golden.Losses[update], step.Loss, LossTolerance * (1 + golden.Losses[update]), $"loss of update {update}");
        }

        string path = _folder["again.safetensors"];
        trainer.ToModel().SavePyTorch(path);
        float[] expected = TrainingData.Parameters(RnnModel.FromPyTorch(PathOf($"{name}_after"), options));
        float[] actual = TrainingData.Parameters(RnnModel.FromPyTorch(path, options));
        float[] before = TrainingData.Parameters(start);
        Assert.Equal(start.Spec, RnnModel.FromPyTorch(path, options).Spec);
        Assert.Contains(expected.Zip(before), pair => Math.Abs(pair.First - pair.Second) > 5 * Rate);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], WeightTolerance, $"weight {i}");
        }
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "Trained", $"{name}.safetensors");

    private sealed record TrainedFile(string Origin, string Version, int Seed, TrainedCase[] Cases);

    private sealed record TrainedCase(
        string Name, int Steps, int Batch, bool TakesIndices, bool Classes, string? Activation, bool Normalizes, float[] Inputs,
        float[] Targets, double[] Losses);
}
