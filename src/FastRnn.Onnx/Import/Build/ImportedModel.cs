namespace FastRnn.Onnx.Import;

/// <summary>The model of a graph, and what the graph's inputs and outputs are.</summary>
/// <param name="Model">the network with its weights</param>
/// <param name="Input">x</param>
/// <param name="Output">ŷ</param>
/// <param name="LengthsName">the input that has the lengths of sequences; null where there is none</param>
/// <param name="FixedLengths">lengths that the graph fixes, [N]; null where it fixes none</param>
/// <param name="States">where each state lies, and which inputs and outputs it is</param>
/// <param name="InitialStates">the initial states that the graph fixes, [B, S]; empty where it fixes none</param>
/// <param name="InitialBatch">B; 1 for any number of sequences</param>
/// <param name="Warnings">what may be wrong with the graph</param>
internal sealed record ImportedModel(
    RnnModel Model, NamedAxes Input, NamedAxes Output, string? LengthsName, IReadOnlyList<int>? FixedLengths,
    IReadOnlyList<OnnxState> States, float[] InitialStates, int InitialBatch, IReadOnlyList<string> Warnings);

/// <summary>An input or output of the graph with its axes.</summary>
internal readonly record struct NamedAxes(string Name, IReadOnlyList<OnnxAxis> Axes);
