namespace FastRnn.Onnx.Import;

/// <summary>
/// The features of all steps, or of one row of each sequence, at some place between the network's input and its output: what an operation
/// makes of the flows before it. A value of the graph is a flow and the axes in which it lies.
/// </summary>
internal sealed class Flow
{
    /// <summary>The flow that has the same number of features and knows it.</summary>
    private readonly Flow _sized;

    private int? _size;

    internal Flow(NodeReader node, FlowOperation operation, int? size, int place, params Flow[] inputs)
    {
        Node = node;
        Operation = operation;
        Place = place;
        Inputs = inputs;
        IsReduced = operation.ReducesTime || (inputs.Length > 0 && inputs[0].IsReduced);
        _sized = size is null && inputs.Length > 0 ? inputs[0]._sized : this;
        _size = size;
    }

    /// <summary>The node that made it, for messages.</summary>
    internal NodeReader Node { get; }

    internal FlowOperation Operation { get; }

    internal IReadOnlyList<Flow> Inputs { get; }

    /// <summary>Its place among all flows: those that it comes from are before it.</summary>
    internal int Place { get; }

    /// <summary>Whether it is one row of each sequence.</summary>
    internal bool IsReduced { get; }

    /// <summary>The number of features; null as long as it is unknown, which is so behind an input of unknown size alone.</summary>
    internal int? Size => _sized._size;

    /// <summary>Gives it a number of features; false if it has another.</summary>
    internal bool HasSize(int size)
    {
        _sized._size ??= size;
        return Size == size;
    }
}
