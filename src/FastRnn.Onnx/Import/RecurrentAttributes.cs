using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The attributes of an RNN, LSTM or GRU node, held to what the library has.</summary>
internal sealed record RecurrentAttributes(
    string Operator, int Directions, bool IsReverse, bool IsBatchFirst, long? HiddenSize, float? Clip, bool IsCoupled, bool ResetsAfter,
    Activation Activation)
{
    internal int Gates => Operator switch { "LSTM" => 4, "GRU" => 3, _ => 1 };

    internal bool HasMemory => Operator == "LSTM";

    internal int[] Order => Operator switch { "LSTM" => GateOrder.Lstm, "GRU" => GateOrder.Gru, _ => GateOrder.Rnn };

    internal static RecurrentAttributes Read(NodeReader node)
    {
        string direction = node.Word("direction", "forward");
        if (direction is not ("forward" or "reverse" or "bidirectional"))
        {
            throw node.Refused($"expected forward, reverse or bidirectional as direction, but it is {direction}");
        }

        bool isBatchFirst = Flag(node, "layout");
        float? clip = node.FloatOrNull("clip");
        if (clip is not null and not > 0)
        {
            throw node.Refused($"expected a clip above 0, but it is {clip}");
        }

        int directions = direction == "bidirectional" ? 2 : 1;
        var attributes = new RecurrentAttributes(
            node.Operator,
            directions,
            direction == "reverse",
            isBatchFirst,
            node.IntOrNull("hidden_size"),
            clip,
            IsCoupled: node.Operator == "LSTM" && Flag(node, "input_forget"),
            ResetsAfter: node.Operator == "GRU" && Flag(node, "linear_before_reset"),
            Activations(node, directions));
        if (attributes is { Operator: "GRU", ResetsAfter: false, Clip: not null })
        {
            throw node.Refused($"expected no clip with linear_before_reset 0, but it is {clip}");
        }

        return attributes;
    }

    private static bool Flag(NodeReader node, string name)
        => node.Int(name, 0) is (0 or 1) and var value
            ? value == 1
            : throw node.Refused($"expected 0 or 1 as {name}, but it is {node.Int(name, 0)}");

    /// <summary>g of an RNN; for the others it says nothing, since their functions are the default ones.</summary>
    private static Activation Activations(NodeReader node, int directions)
    {
        foreach (string name in (string[])["activation_alpha", "activation_beta"])
        {
            if (node.FloatsOrNull(name) is { Length: > 0 } values)
            {
                throw node.Refused(
                    $"expected no {name}, which none of the library's activations takes, but it is {Shown.List(values)}");
            }
        }

        string[] defaults = node.Operator switch
        {
            "LSTM" => ["Sigmoid", "Tanh", "Tanh"],
            "GRU" => ["Sigmoid", "Tanh"],
            _ => ["Tanh"],
        };
        string[] given = node.Words("activations") is { Length: > 0 } words
            ? words
            : [.. Enumerable.Repeat(defaults, directions).SelectMany(names => names)];
        bool isRelu = node.Operator == "RNN" && given.All(name => Same(name, "Relu"));
        string[] expected = isRelu ? ["Relu"] : defaults;
        bool fits = given.Length == directions * expected.Length
            && given.Select((name, i) => Same(name, expected[i % expected.Length])).All(same => same);
        return fits
            ? isRelu ? Activation.Relu : Activation.Tanh
            : throw node.Refused(
                $"expected [{string.Join(", ", defaults)}]{(node.Operator == "RNN" ? " or [Relu]" : "")} as activations of each direction, "
                + $"all alike, but they are {Shown.List(given)}");
    }

    /// <summary>Names of activations are the same whatever their case.</summary>
    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
