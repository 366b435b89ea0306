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

        // An Affine's alpha has to be there: by the operators' specification it is 1 without, in ONNX Runtime 0. The other activations take
        // neither, so that any values are without effect.
        float[] alpha = node.FloatsOrNull("activation_alpha") ?? [], beta = node.FloatsOrNull("activation_beta") ?? [];
        int affine = given.Count(activation => activation == Activation.Identity);
        if (affine > 0 && (alpha.Length < affine || !Array.TrueForAll(alpha, value => value == 1)))
        {
            throw node.Refused($"expected 1 as activation_alpha of each Affine, {affine} or more, but it is {Shown.List(alpha)}");
        }

        return affine == 0 || Array.TrueForAll(beta, value => value == 0)
            ? first
            : throw node.Refused($"expected 0 as activation_beta of each Affine, but it is {Shown.List(beta)}");
    }
}
