using FastRnn.Onnx.Cells;
using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The attributes of an RNN, LSTM or GRU node, held to what the library has.</summary>
internal sealed record RecurrentAttributes(OnnxCell Cell, int Directions, bool IsReverse, bool IsBatchFirst, long? HiddenSize)
{
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
        var cell = new OnnxCell(node.Operator, Activations(node, directions))
        {
            Clip = clip < OnnxCell.Unbound ? clip : null,
            IsCoupled = node.Operator == "LSTM" && Flag(node, "input_forget"),
            ResetsAfter = node.Operator == "GRU" && Flag(node, "linear_before_reset"),
        };
        return new RecurrentAttributes(cell, directions, direction == "reverse", isBatchFirst, node.IntOrNull("hidden_size"));
    }

    private static bool Flag(NodeReader node, string name)
        => node.Int(name, 0) is (0 or 1) and var value
            ? value == 1
            : throw node.Refused($"expected 0 or 1 as {name}, but it is {node.Int(name, 0)}");

    /// <summary>The functions of one direction, of which the other one has the same.</summary>
    private static Activation[] Activations(NodeReader node, int directions)
    {
        Activation[] defaults = OnnxCell.Defaults(node.Operator);
        string[] names = node.Words("activations") ?? [];
        Activation[] given =
        [
            .. names.Select(name => OnnxCell.ActivationOf(name)
                ?? throw node.Refused(
                    $"expected {string.Join(", ", OnnxCell.ActivationNames)} as activations, but one is {Shown.Text(name)}")),
        ];
        Activation[] first = given.Length == 0 ? defaults : given[..Math.Min(defaults.Length, given.Length)];
        if (given.Length > 0
            && (given.Length != directions * defaults.Length || !given.AsSpan()[^first.Length..].SequenceEqual(first)))
        {
            throw node.Refused(
                $"expected {defaults.Length} activations for each direction, all alike, but they are {Shown.List(names)}");
        }

        // The others take neither, so that any values are without effect.
        if (first.Contains(Activation.Identity))
        {
            Require(node, "activation_alpha", 1);
            Require(node, "activation_beta", 0);
        }
        else
        {
            node.FloatsOrNull("activation_alpha");
            node.FloatsOrNull("activation_beta");
        }

        return first;
    }

    private static void Require(NodeReader node, string name, float expected)
    {
        if (node.FloatsOrNull(name) is { } values && !Array.TrueForAll(values, value => value == expected))
        {
            throw node.Refused($"expected {expected} as {name} with the activation Affine, but it is {Shown.List(values)}");
        }
    }
}
