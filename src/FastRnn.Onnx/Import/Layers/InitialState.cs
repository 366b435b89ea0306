namespace FastRnn.Onnx.Import;

/// <summary>The h or c before the first step: an input of the graph, constants, or zeros where both are null.</summary>
/// <param name="Input">an input [.., N, H] and its first row</param>
/// <param name="Values">constants [D, B, H]</param>
/// <param name="Batch">B; 1 for any number of sequences</param>
internal sealed record InitialState(InputSource? Input, float[]? Values, int Batch)
{
    internal static InitialState Zeros { get; } = new(null, null, 1);
}

/// <summary>h or c of a layer in the chain, or the window of one.</summary>
/// <param name="Node">the node of the layer</param>
/// <param name="IsMemory">whether it is c</param>
/// <param name="Initial">what it is before the first step</param>
/// <param name="Start">where the layer's state begins in the model's</param>
internal sealed record ChainState(RecurrentNode Node, bool IsMemory, InitialState Initial, int Start);
