using System.Text.Json;
using FastRnn.Layers;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>PyTorch's nn.RNN and nn.Linear, by values that make_golden.py has written down.</summary>
public sealed class GoldenTests
{
    private const int CaseCount = 10;

    /// <summary>Float against double over up to 20 steps: some tens of roundings of 6e-8.</summary>
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly GoldenFile Golden = Load();

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, CaseCount)];

    [Fact]
    public void Golden_file_namesItsOriginAndHoldsEveryCase()
    {
        Assert.StartsWith("1.13", Golden.Pytorch, StringComparison.Ordinal);
        Assert.NotEqual(0, Golden.Seed);
        Assert.Equal(CaseCount, Golden.Cases.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RnnModel_Run_weightsOfPyTorch_givesItsOutputs(int index)
    {
        GoldenCase golden = Golden.Cases[index];
        RnnModel model = RnnModel.FromParameters(golden.Shape.ToSpec(), ToFloat(golden.Parameters));
        var outputs = new float[golden.Outputs.Length];
        var state = new float[golden.FinalState.Length];
        model.Run(ToFloat(golden.Inputs), outputs, golden.Steps, golden.Batch, ToFloat(golden.InitialState), state);
        Compare.Near(golden.Outputs, outputs, Relative, Absolute, "output");
        Compare.Near(golden.FinalState, state, Relative, Absolute, "final state");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backpropagation_weightsOfPyTorch_givesItsLossAndGradients(int index)
    {
        GoldenCase golden = Golden.Cases[index];
        using var bptt = new Backpropagation(golden.Shape.ToSpec(), ToFloat(golden.Parameters), BackwardScope.Inputs);
        float[] inputs = ToFloat(golden.Inputs);
        float[] initial = ToFloat(golden.InitialState);
        Loss loss = ReferenceLoss.All.Single(loss => loss.ToString() == golden.Loss).Product;
        double value = loss.Function is LossFunction<int> categorical
            ? bptt.Forward(categorical, inputs, golden.Targets.Select(y => (int)y).ToArray(), golden.Steps, golden.Batch, initial)
            : bptt.Forward((LossFunction<float>)loss.Function, inputs, ToFloat(golden.Targets), golden.Steps, golden.Batch, initial);
        Compare.Within(golden.LossValue, value, Relative * Math.Abs(golden.LossValue) + Absolute, "loss");
        var inputGradients = new float[inputs.Length];
        var initialGradients = new float[initial.Length];
        bptt.Backward(inputs, inputGradients, initialGradients);
        Compare.Near(golden.ParameterGradients, bptt.Gradients.All, Relative, Absolute, "parameter gradient");
        Compare.Near(golden.InputGradients, inputGradients, Relative, Absolute, "input gradient");
        Compare.Near(golden.InitialStateGradients, initialGradients, Relative, Absolute, "initial state gradient");
    }

    private static float[] ToFloat(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static GoldenFile Load()
    {
        using Stream stream = typeof(GoldenTests).Assembly.GetManifestResourceStream("pytorch.json")!;
        return JsonSerializer.Deserialize<GoldenFile>(stream, Options)!;
    }

    private sealed record GoldenFile(string Pytorch, int Seed, GoldenCase[] Cases);

    private sealed record GoldenCase(
        string Activation, string Head, string Loss, int Steps, int Batch, int InputSize, int HiddenSize, int OutputSize,
        double[] Parameters, double[] Inputs, double[] InitialState, double[] Targets, double[] Outputs, double[] FinalState,
        double LossValue, double[] ParameterGradients, double[] InputGradients, double[] InitialStateGradients)
    {
        internal NetworkShape Shape { get; } = new(
            InputSize, HiddenSize, Enum.Parse<Activation>(Activation, ignoreCase: true),
            Head == "none" ? null : Enum.Parse<Activation>(Head, ignoreCase: true), Head == "none" ? 0 : OutputSize);
    }
}
