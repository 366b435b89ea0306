using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The flows of values: the network's input becomes one when it is first used, final states when they are used as values.
/// </summary>
/// <param name="flows">receives them</param>
/// <param name="algebra">makes flows of flows</param>
internal sealed class FlowEntry(FlowGraph flows, FlowAlgebra algebra)
{
    private readonly Dictionary<RecurrentNode, Flow> _recurrent = [];

    /// <summary>The graph's first input, which states are not.</summary>
    internal string? FirstInput { get; set; }

    /// <summary>The network's input; null as long as none is used.</summary>
    internal Flow? Root { get; private set; }

    /// <summary>The flow of a value.</summary>
    internal Flow Of(NodeReader node, DynamicValue value)
    {
        switch (value.Source)
        {
            case FlowSource { Flow: var flow }:
                return flow;
            case InputSource { FirstRow: null, IsIndices: false } input:
                return Enter(node, input.Name, isIndices: false, size: null);
            case OneHotSource { Input: var indices, Depth: var depth }:
                return Enter(node, indices.Name, isIndices: true, (int)depth);
            case StateSource { Pieces: { } pieces } when Array.TrueForAll(pieces, piece => !piece.IsMemory && !piece.Node.IsWindow):
                return Finished(node, pieces);
            default:
                throw node.Refused(
                    $"expected the network's input or what layers make of it, but its input {value} is another state or input");
        }
    }

    /// <summary>The network's input of indices.</summary>
    internal Flow OfIndices(NodeReader node, InputSource indices, int vocabulary) => Enter(node, indices.Name, isIndices: true, vocabulary);

    /// <summary>Keeps the flow of a recurrent layer, whose final states may be used as values.</summary>
    internal Flow Add(NodeReader node, RecurrentOperation operation, int size, Flow input)
    {
        Flow flow = flows.Add(node, operation, size, input);
        _recurrent.Add(operation.Node, flow);
        return flow;
    }

    /// <summary>The flow of a recurrent layer.</summary>
    internal Flow OfLayer(RecurrentNode layer) => _recurrent[layer];

    private Flow Finished(NodeReader node, StatePiece[] pieces) => algebra.Concat(
        node,
        [
            .. pieces.Select(piece => algebra.Select(
                node, algebra.Finished(node, _recurrent[piece.Node], isPlace: false),
                [.. Enumerable.Range(piece.Direction * piece.Node.HiddenSize, piece.Node.HiddenSize)])),
        ]);

    private Flow Enter(NodeReader node, string name, bool isIndices, int? size)
    {
        if (Root is null)
        {
            return Root = flows.Add(node, new NetworkInput(name, isIndices), size);
        }

        return Root.Operation is NetworkInput root && (root.Name, root.IsIndices) == (name, isIndices)
            && (size is null || Root.HasSize(size.Value))
            ? Root
            : throw node.Refused(
                $"expected one input of the network, {DisplayText.Text(((NetworkInput)Root.Operation).Name)}, used in one way, but "
                + $"{DisplayText.Text(name)} is used too");
    }
}
