namespace FastRnn.Onnx.Import;

/// <summary>h or c of a layer, or the window of one.</summary>
/// <param name="Node">the node of the layer</param>
/// <param name="Layer">the layer's place in the network</param>
/// <param name="Path">its path within a layer of branches, with a dot behind it; empty for a layer by itself</param>
/// <param name="IsMemory">whether it is c</param>
/// <param name="Initial">what it is before the first step</param>
/// <param name="Start">where the layer's state begins in the model's</param>
internal sealed record LayerState(RecurrentNode Node, int Layer, string Path, bool IsMemory, InitialState Initial, int Start)
{
    /// <summary>Its name among the parts of the model's state.</summary>
    internal string Name => $"{Path}{(Node.IsWindow ? "window" : IsMemory ? "c" : "h")}";
}
