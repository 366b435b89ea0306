namespace FastRnn.Onnx.Import;

/// <summary>What is kept of a recurrent node once its layer is in the chain.</summary>
/// <param name="layer">the layer's place in the spec</param>
/// <param name="directions">1 or 2, as the node has them</param>
/// <param name="isReverse">whether its one direction goes backwards: its layer has two, of which the forward one is idle</param>
/// <param name="hiddenSize">H</param>
/// <param name="hasMemory">whether there is a c</param>
/// <param name="isBatchFirst">whether its layout is 1</param>
internal sealed class RecurrentNode(int layer, int directions, bool isReverse, int hiddenSize, bool hasMemory, bool isBatchFirst)
{
    internal int Layer => layer;

    internal int Directions => directions;

    internal bool IsReverse => isReverse;

    internal int HiddenSize => hiddenSize;

    internal bool HasMemory => hasMemory;

    internal bool IsBatchFirst => isBatchFirst;

    /// <summary>The axis of Y or Y_h that has the directions.</summary>
    internal Axis DirectionAxis { get; } = new(directions, OnnxAxis.Direction);

    /// <summary>The count of the chain when its outputs are this layer's.</summary>
    internal int Version { get; set; }

    /// <summary>The directions that the library's layer has.</summary>
    internal int LayerDirections => IsReverse ? 2 : Directions;

    /// <summary>Values of the layer's state, h and c of all directions.</summary>
    internal int StateSize => LayerDirections * HiddenSize * (HasMemory ? 2 : 1);

    /// <summary>Where a direction's h or c lies in the layer's state: h→, h←, c→, c←.</summary>
    internal int Offset(bool isMemory, int direction)
        => ((isMemory ? LayerDirections : 0) + (IsReverse ? 1 : direction)) * HiddenSize;
}
