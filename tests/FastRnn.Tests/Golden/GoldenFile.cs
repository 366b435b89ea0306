using System.Text.Json;
using System.Text.Json.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Golden;

/// <summary>Networks with what another implementation computes for them, as the scripts beside this file have written it down.</summary>
internal sealed record GoldenFile(string Origin, string Version, int Seed, GoldenCase[] Cases)
{
    // A member that is missing or that nobody reads is an error, not a test that passes because it compares nothing.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    internal static GoldenFile PyTorch { get; } = Load<GoldenFile>("pytorch.json");

    internal static GoldenFile Onnx { get; } = Load<GoldenFile>("onnx.json");

    internal static IEnumerable<GoldenCase> AllCases => PyTorch.Cases.Concat(Onnx.Cases);

    internal static GoldenCase Find(string name) => AllCases.Single(golden => golden.Name == name);

    /// <summary>A file of another kind of cases is read by the same rules.</summary>
    internal static TFile Load<TFile>(string name)
    {
        using Stream stream = typeof(GoldenFile).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<TFile>(stream, Options)!;
    }
}

/// <summary>
/// A network, a batch and the results in double. Parameters, states and sequences lie as the library takes them; without lengths every
/// sequence has all steps. What the network is fed are floats written with nine digits, so they are read back exactly.
/// </summary>
internal sealed record GoldenCase(
    string Name, GoldenLayers Layers, GoldenHead? Head, int InputSize, int Steps, int Batch, int[] Lengths,
    float[] Parameters, float[] Inputs, float[] InitialState, double[] Outputs, double[] FinalState, GoldenTraining? Training)
{
    internal int OutputSize => Outputs.Length / (Steps * Batch);

    internal int StateSize => InitialState.Length / Batch;

    internal int LengthOf(int sequence) => Lengths.Length == 0 ? Steps : Lengths[sequence];

    internal RnnSpec ToSpec()
    {
        List<LayerSpec> layers = [.. Enumerable.Repeat(Layers.ToLayer(), Layers.Count)];
        if (Head is not null)
        {
            layers.Add(Head.ToLayer());
        }

        return new RnnSpec(InputSize, layers.ToArray());
    }

    internal RnnModel ToModel() => RnnModel.FromParameters(ToSpec(), Parameters);
}

/// <summary>A stack of equal recurrent layers.</summary>
internal sealed record GoldenLayers(string Kind, int Hidden, int Count, bool Bidirectional)
{
    internal LayerSpec ToLayer() => Bidirectional ? Cell.Bidirectional(ToCell()) : ToCell();

    private CellSpec ToCell() => Kind switch
    {
        "elmanTanh" => Cell.Elman(Hidden, Activation.Tanh),
        "elmanRelu" => Cell.Elman(Hidden, Activation.Relu),
        "lstm" => Cell.Lstm(Hidden),
        "lstmPeepholes" => Cell.Lstm(Hidden, peepholes: true),
        "gru" => Cell.Gru(Hidden),
        "gruResetBefore" => Cell.Gru(Hidden, resetAfter: false),
        _ => throw new InvalidDataException($"No cell is named {Kind}."),
    };
}

/// <summary>A dense layer behind the recurrent ones.</summary>
internal sealed record GoldenHead(int Outputs, string Activation)
{
    internal LayerSpec ToLayer() => Layer.Dense(Outputs, Activations.Of(Enum.Parse<ActivationKind>(Activation, ignoreCase: true)));
}

/// <summary>A loss, its value and its gradients; class indices come as values.</summary>
internal sealed record GoldenTraining(
    string Loss, float[] Targets, double LossValue,
    double[] ParameterGradients, double[] InputGradients, double[] InitialStateGradients);
