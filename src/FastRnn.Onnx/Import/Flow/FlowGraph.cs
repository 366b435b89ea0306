namespace FastRnn.Onnx.Import;

/// <summary>All flows. What is computed twice of the same is one flow.</summary>
internal sealed class FlowGraph
{
    /// <summary>A layer comes from a dozen nodes at most.</summary>
    private const int MostFlows = 1 << 13;

    private readonly Dictionary<(FlowOperation Operation, Flow First, Flow? Second), Flow> _made = [];

    internal int Count { get; private set; }

    /// <summary>The flow of an operation.</summary>
    /// <param name="node">the node that makes it</param>
    /// <param name="operation">the operation</param>
    /// <param name="size">its number of features; null for that of its first input</param>
    /// <param name="inputs">what it comes from</param>
    internal Flow Add(NodeReader node, FlowOperation operation, int? size, params Flow[] inputs)
    {
        (FlowOperation, Flow, Flow?)? key = inputs.Length is 1 or 2 ? (operation, inputs[0], inputs.ElementAtOrDefault(1)) : null;
        if (key is { } known && _made.TryGetValue(known, out Flow? same))
        {
            return same;
        }

        if (Count == MostFlows)
        {
            throw node.Refused($"expected at most {MostFlows} values between the input and the output, but there are more");
        }

        var flow = new Flow(node, operation, size, Count++, inputs);
        if (key is { } other)
        {
            _made.Add(other, flow);
        }

        return flow;
    }
}
