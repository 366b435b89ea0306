namespace FastRnn.Onnx.Import;

/// <summary>What is kept of a recurrent node, or of a window before a convolution: each step of a window is a part of the state, as each
/// direction of a recurrent node is.</summary>
/// <param name="directions">1 or 2, as the node has them; steps of a window</param>
/// <param name="isReverse">whether its one direction runs in reverse</param>
/// <param name="hiddenSize">H; I of a window</param>
/// <param name="hasMemory">whether there is a c</param>
internal sealed class RecurrentNode(int directions, bool isReverse, int hiddenSize, bool hasMemory)
{
    internal int Directions => directions;

    internal bool IsWindow { get; private init; }

    internal int HiddenSize => hiddenSize;

    /// <summary>Whether there is a c.</summary>
    internal bool HasMemory => hasMemory;

    /// <summary>The axis of Y or Y_h that has the directions.</summary>
    internal Axis DirectionAxis { get; } = new(directions, OnnxAxis.Direction);

    /// <summary>The number of outputs that end with the last step: those of the forward direction, which stand first.</summary>
    internal int ForwardSize => isReverse ? 0 : hiddenSize;

    /// <summary>A window of past inputs of a size, oldest first.</summary>
    internal static RecurrentNode Window(int steps, int inputSize)
        => new(steps, isReverse: false, inputSize, hasMemory: false) { IsWindow = true };

    /// <summary>Where a direction's h or c lies in the layer's state: h→, h←, c→, c←.</summary>
    internal int Offset(bool isMemory, int direction)
        => ((isMemory ? directions : 0) + direction) * hiddenSize;

    /// <summary>Whether a direction of its layer runs in reverse.</summary>
    internal bool IsReverse(int direction) => !IsWindow && (isReverse || direction == 1);

    /// <summary>h or c of all directions, in their order.</summary>
    internal StatePiece[] Pieces(bool isMemory = false)
        => [.. Enumerable.Range(0, directions).Select(direction => new StatePiece(this, isMemory, direction))];
}

/// <summary>One direction's h or c of a recurrent layer, or one step of a window.</summary>
internal readonly record struct StatePiece(RecurrentNode Node, bool IsMemory, int Direction);
