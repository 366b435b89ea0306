using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The attributes of an RNN, LSTM or GRU node; what the library does not have is refused.</summary>
/// <param name="Operator">RNN, GRU or LSTM</param>
/// <param name="Activations">f of an RNN, f and g of a GRU, f, g and h of an LSTM</param>
/// <param name="Directions">1 or 2</param>
/// <param name="IsReverse">whether its one direction runs in reverse</param>
/// <param name="IsBatchFirst">whether layout is 1</param>
/// <param name="HiddenSize">H; null where it is left out</param>
internal sealed record RecurrentAttributes(
    string Operator, Activation[] Activations, int Directions, bool IsReverse, bool IsBatchFirst, long? HiddenSize)
{
    /// <summary>∞ for none.</summary>
    internal required float Clip { get; init; }

    /// <summary>An LSTM's input_forget.</summary>
    internal required bool CouplesGates { get; init; }

    /// <summary>A GRU's linear_before_reset.</summary>
    internal required bool ResetsAfter { get; init; }

    internal bool HasMemory => Operator == RecurrentOperator.Lstm;

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
        return new RecurrentAttributes(
            node.Operator, ReadActivations(node, directions), directions, direction == "reverse", isBatchFirst,
            node.IntOrNull("hidden_size"))
        {
            Clip = clip < float.MaxValue ? clip.Value : float.PositiveInfinity,
            CouplesGates = node.Operator == RecurrentOperator.Lstm && Flag(node, "input_forget"),
            ResetsAfter = node.Operator == RecurrentOperator.Gru && Flag(node, "linear_before_reset"),
        };
    }

    /// <summary>What the node computes.</summary>
    /// <param name="hiddenSize">H</param>
    /// <param name="peepholes">whether the node has P</param>
    internal CellSpec ToCell(int hiddenSize, bool peepholes) => Operator switch
    {
        RecurrentOperator.Lstm => Cell.Lstm(hiddenSize, peepholes) with
        {
            GateActivation = Activations[0],
            CandidateActivation = Activations[1],
            OutputActivation = Activations[2],
            Clip = Clip,
            CoupledGates = CouplesGates,
        },
        RecurrentOperator.Gru => Cell.Gru(hiddenSize, ResetsAfter) with
        {
            GateActivation = Activations[0],
            CandidateActivation = Activations[1],
            Clip = Clip,
        },
        _ => Cell.Elman(hiddenSize, Activations[0]) with { Clip = Clip },
    };

    private static bool Flag(NodeReader node, string name)
        => node.Int(name, 0) is (0 or 1) and var value
            ? value == 1
            : throw node.Refused($"expected 0 or 1 as {name}, but it is {node.Int(name, 0)}");

    /// <summary>The activations of one direction; the other one has to have the same.</summary>
    private static Activation[] ReadActivations(NodeReader node, int directions)
    {
        Activation[] defaults = RecurrentOperator.Defaults(node.Operator);
        string[] names = node.Words("activations") ?? [];
        Activation[] given =
        [
            .. names.Select(name => RecurrentOperator.ActivationOf(name)
                ?? throw node.Refused(
                    $"expected {string.Join(", ", RecurrentOperator.ActivationNames)} as activations, but one is "
                    + DisplayText.Text(name))),
        ];
        Activation[] first = given.Length == 0 ? defaults : given[..Math.Min(defaults.Length, given.Length)];
        if (given.Length > 0
            && (given.Length != directions * defaults.Length || !given.AsSpan()[^first.Length..].SequenceEqual(first)))
        {
            throw node.Refused(
                $"expected {defaults.Length} activations for each direction, all alike, but they are {DisplayText.List(names)}");
        }

        // An Affine must have its alpha: the default is 1 in the operators' specification, but 0 in ONNX Runtime. The other activations
        // ignore both.
        float[] alpha = node.FloatsOrNull("activation_alpha") ?? [], beta = node.FloatsOrNull("activation_beta") ?? [];
        int affine = given.Count(activation => activation == Activation.Identity);
        if (affine > 0 && (alpha.Length < affine || !Array.TrueForAll(alpha, value => value == 1)))
        {
            throw node.Refused($"expected 1 as activation_alpha of each Affine, {affine} or more, but it is {DisplayText.List(alpha)}");
        }

        return affine == 0 || Array.TrueForAll(beta, value => value == 0)
            ? first
            : throw node.Refused($"expected 0 as activation_beta of each Affine, but it is {DisplayText.List(beta)}");
    }
}
