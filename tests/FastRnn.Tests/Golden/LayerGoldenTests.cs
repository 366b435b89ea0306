using System.Text.Json;
using System.Text.Json.Serialization;
using FastRnn.Layers;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>
/// Branches, merges, normalizations, convolutions and poolings against PyTorch, by values that make_layer_golden.py has written down.
/// </summary>
public sealed class LayerGoldenTests
{
    private const int CaseCount = 25;

    /// <summary>Float against double over 6 steps of up to 4 layers: a value is within the larger of the two bounds.</summary>
    private const double Relative = 2e-5;
    private const double Absolute = 2e-6;

    private static readonly LayerGoldenFile Golden = LayerGoldenFile.Load();

    public static TheoryData<string> All => [.. Golden.Cases.Select(golden => golden.Name)];

    [Fact]
    public void LayerGolden_file_namesItsOriginAndHoldsEveryCase()
    {
        Assert.Equal(("PyTorch", CaseCount), (Golden.Origin, Golden.Cases.Length));
        Assert.StartsWith("1.13", Golden.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, Golden.Seed);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_Run_everyLayer_givesPyTorchsOutputsAndFinalState(string name)
    {
        LayerGoldenCase golden = Golden.Find(name);
        var outputs = new float[golden.Outputs.Length];
        var state = new float[golden.FinalState.Length];
        Array.Fill(outputs, float.NaN);
        Array.Fill(state, float.NaN);
        RnnModel.FromParameters(golden.ToSpec(), golden.Parameters)
            .Run(golden.Inputs, outputs, golden.Shape, finalState: state);
        AssertNear(golden.Outputs, outputs, "output");
        AssertNear(golden.FinalState, state, "final state");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_everyLayer_givesPyTorchsLossAndGradients(string name)
    {
        LayerGoldenCase golden = Golden.Find(name);
        using var backpropagation = new Backpropagation(golden.ToSpec(), golden.Parameters, GradientScope.Inputs);
        double value = backpropagation.Forward(Loss.HalfSquaredError, golden.Inputs, golden.Targets, golden.Shape);
        Compare.Within(golden.LossValue, value, Bound(golden.LossValue), "loss");
        var inputGradients = new float[golden.Inputs.Length];
        backpropagation.Backward(golden.Inputs, inputGradients);
        AssertNear(golden.ParameterGradients, backpropagation.Gradients.All, "parameter gradient");
        AssertNear(golden.InputGradients, inputGradients, "input gradient");
    }

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

/// <summary>Networks with what PyTorch computes for them.</summary>
internal sealed record LayerGoldenFile(string Origin, string Version, int Seed, LayerGoldenCase[] Cases)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    internal static LayerGoldenFile Load()
    {
        using Stream stream = typeof(LayerGoldenFile).Assembly.GetManifestResourceStream("pytorch_layers.json")!;
        return JsonSerializer.Deserialize<LayerGoldenFile>(stream, Options)!;
    }

    internal LayerGoldenCase Find(string name) => Cases.Single(golden => golden.Name == name);
}

/// <summary>A network, as files describe it, and a batch that starts from zeros, with half the squared error as loss.</summary>
internal sealed record LayerGoldenCase(
    string Name, string Spec, int Steps, int Batch, int[] Lengths, float[] Parameters, float[] Inputs, float[] Targets, double[] Outputs,
    double[] FinalState, double LossValue, double[] ParameterGradients, double[] InputGradients)
{
    internal BatchShape Shape => new() { Steps = Steps, Sequences = Batch, Lengths = Lengths };

    internal RnnSpec ToSpec() => SpecJson.Read("pytorch_layers.json", Name, Spec);
}
