namespace FastRnn.Onnx.Import;

/// <summary>The h or c before the first step: an input of the graph, constants, or zeros where both are null.</summary>
/// <param name="Input">the name of an input [.., N, H]</param>
/// <param name="FirstRow">where its part along the first axis begins</param>
/// <param name="Values">constants [D, B, H]</param>
/// <param name="Batch">B; 1 for any number of sequences</param>
internal sealed record InitialState(string? Input, int FirstRow, float[]? Values, int Batch)
{
    internal static InitialState Zeros { get; } = new(null, 0, null, 1);
}
