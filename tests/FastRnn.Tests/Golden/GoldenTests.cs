using FastRnn.Layers;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>
/// The library against PyTorch's nn.RNN, nn.LSTM, nn.GRU and nn.Linear and against the reference implementation of ONNX, by values
/// that make_golden.py and make_onnx_golden.py have written down.
/// </summary>
public sealed class GoldenTests
{
    private const int PyTorchCases = 42;
    private const int OnnxCases = 10;

    /// <summary>Float against double over up to 50 steps of 3 layers: a value is within the larger of the two bounds.</summary>
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    public static TheoryData<string> All => [.. GoldenFile.AllCases.Select(golden => golden.Name)];

    public static TheoryData<string> OneDirection
        => [.. GoldenFile.AllCases.Where(golden => !golden.Layers.Bidirectional).Select(golden => golden.Name)];

    public static TheoryData<string> WithGradients => [.. GoldenFile.PyTorch.Cases.Select(golden => golden.Name)];

    [Fact]
    public void Golden_files_nameTheirOriginAndHoldEveryCase()
    {
        AssertOrigin(GoldenFile.PyTorch, "PyTorch", "1.13", PyTorchCases);
        AssertOrigin(GoldenFile.Onnx, "ONNX", "1.12", OnnxCases);
        Assert.Equal(PyTorchCases + OnnxCases, GoldenFile.AllCases.Select(golden => golden.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_Run_parametersOfTheReference_givesItsOutputsAndFinalState(string name)
    {
        GoldenCase golden = GoldenFile.Find(name);
        var outputs = new float[golden.Outputs.Length];
        var state = new float[golden.FinalState.Length];
        // What Run leaves alone stays NaN and is near nothing: it has to write the zeros beyond the ends too.
        Array.Fill(outputs, float.NaN);
        Array.Fill(state, float.NaN);
        golden.ToModel().Run(
            golden.Inputs, outputs, new() { Steps = golden.Steps, Sequences = golden.Batch, Lengths = golden.Lengths }, golden.InitialState,
            state);
        AssertNear(golden.Outputs, outputs, "output");
        AssertNear(golden.FinalState, state, "final state");
    }

    [Theory]
    [MemberData(nameof(OneDirection))]
    public void RnnSession_Step_parametersOfTheReference_givesItsOutputsAndFinalState(string name)
    {
        GoldenCase golden = GoldenFile.Find(name);
        var outputs = new float[golden.Outputs.Length];
        var state = new float[golden.FinalState.Length];
        using RnnSession session = golden.ToModel().CreateSession();
        for (int n = 0; n < golden.Batch; n++)
        {
            session.SetState(golden.InitialState.AsSpan(n * golden.StateSize, golden.StateSize));
            for (int t = 0; t < golden.LengthOf(n); t++)
            {
                int row = t * golden.Batch + n;
                ReadOnlySpan<float> x = golden.Inputs.AsSpan(row * golden.InputSize, golden.InputSize);
                session.Step(x, outputs.AsSpan(row * golden.OutputSize, golden.OutputSize));
            }

            session.CopyStateTo(state.AsSpan(n * golden.StateSize, golden.StateSize));
        }

        AssertNear(golden.Outputs, outputs, "output");
        AssertNear(golden.FinalState, state, "final state");
    }

    [Theory]
    [MemberData(nameof(WithGradients))]
    public void Backpropagation_parametersOfTheReference_givesItsLossAndGradients(string name)
    {
        GoldenCase golden = GoldenFile.Find(name);
        GoldenTraining training = golden.Training!;
        using var backpropagation = new Backpropagation(golden.ToSpec(), golden.Parameters, GradientScope.Inputs);
        LossFunction loss = LossOf(training.Loss);
        SequenceData targets = loss == Loss.CrossEntropy ? Array.ConvertAll(training.Targets, y => (int)y) : training.Targets;
        double value = backpropagation.Forward(
            loss, golden.Inputs, targets, new() { Steps = golden.Steps, Sequences = golden.Batch, Lengths = golden.Lengths },
            golden.InitialState);
        Compare.Within(training.LossValue, value, Bound(training.LossValue), "loss");

        var inputGradients = new float[golden.Inputs.Length];
        var initialGradients = new float[golden.InitialState.Length];
        backpropagation.Backward(golden.Inputs, inputGradients, initialGradients);
        AssertNear(training.ParameterGradients, backpropagation.Gradients.All, "parameter gradient");
        AssertNear(training.InputGradients, inputGradients, "input gradient");
        AssertNear(training.InitialStateGradients, initialGradients, "initial state gradient");
    }

    private static void AssertOrigin(GoldenFile file, string origin, string version, int cases)
    {
        Assert.Equal(origin, file.Origin);
        Assert.StartsWith(version, file.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, file.Seed);
        Assert.Equal(cases, file.Cases.Length);
    }

    private static LossFunction LossOf(string name) => name switch
    {
        "SquaredError" => Loss.HalfSquaredError,
        nameof(Loss.CrossEntropy) => Loss.CrossEntropy,
        nameof(Loss.BinaryCrossEntropy) => Loss.BinaryCrossEntropy,
        _ => throw new InvalidDataException($"No loss is named {name}."),
    };

    private static double Bound(double expected) => Math.Max(Relative * Math.Abs(expected), Absolute);

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], Bound(expected[i]), $"{what}[{i}]");
        }
    }
}
