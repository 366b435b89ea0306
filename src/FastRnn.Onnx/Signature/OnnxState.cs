namespace FastRnn.Onnx;

/// <summary>One direction's h or c of a recurrent layer, or one step of a time-delay layer's window, oldest first: where it lies in the
/// model's state, and which input and output of the ONNX graph it is.</summary>
/// <param name="Layer">The layer's place in <see cref="RnnSpec.Layers"/>.</param>
/// <param name="Name">Its part's name in <see cref="RnnSpec.StateParts"/>, such as <c>h</c>, or <c>branches.0.1.h</c> in a branch.</param>
/// <param name="IsMemory">Whether it is c, not h.</param>
/// <param name="IsReverse">Whether it belongs to the reverse direction.</param>
/// <param name="Offset">Where it begins in a state [S].</param>
/// <param name="Size">How many values it has, H; I of a window.</param>
/// <param name="Input">The graph's input for its value before the first step; null where the graph has none.</param>
/// <param name="Output">The graph's output for its value after the last step; null where the graph has none.</param>
public sealed record OnnxState(
    int Layer, string Name, bool IsMemory, bool IsReverse, int Offset, int Size, OnnxStatePlace? Input, OnnxStatePlace? Output);
