using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>The attributes of an RNN, LSTM or GRU node; what the library does not have is refused.</summary>
/// <param name="Operator">RNN, GRU or LSTM</param>
/// <param name="Activations">f of an RNN, f and g of a GRU, f, g and h of an LSTM, one direction behind the other</param>
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
    internal LayerSpec ToLayer(int hiddenSize, bool peepholes)
    {
        CellSpec first = ToCell(0, hiddenSize, peepholes);
        return Directions == 2 ? Cell.Bidirectional(first) with { Reverse = ToCell(1, hiddenSize, peepholes) }
            : IsReverse ? Cell.Reversed(first)
            : first;
    }

    private CellSpec ToCell(int direction, int hiddenSize, bool peepholes)
    {
        int count = Activations.Length / Directions;
        ReadOnlySpan<Activation> own = Activations.AsSpan(direction * count, count);
        return Operator switch
        {
            RecurrentOperator.Lstm => Cell.Lstm(hiddenSize, peepholes) with
            {
                GateActivation = own[0],
                CandidateActivation = own[1],
                OutputActivation = own[2],
                Clip = Clip,
                CoupledGates = CouplesGates,
            },
            RecurrentOperator.Gru => Cell.Gru(hiddenSize, ResetsAfter) with
            {
                GateActivation = own[0],
                CandidateActivation = own[1],
                Clip = Clip,
            },
            _ => Cell.Elman(hiddenSize, own[0]) with { Clip = Clip },
        };
    }

    private static bool Flag(NodeReader node, string name)
        => node.Int(name, 0) is (0 or 1) and var value
            ? value == 1
            : throw node.Refused($"expected 0 or 1 as {name}, but it is {node.Int(name, 0)}");

    /// <summary>The activations of each direction.</summary>
    private static Activation[] ReadActivations(NodeReader node, int directions)
    {
        Activation[] defaults = RecurrentOperator.Defaults(node.Operator);
        int count = directions * defaults.Length;
        string[] names = node.Words("activations") ?? [];
        float[]? alpha = node.FloatsOrNull("activation_alpha"), beta = node.FloatsOrNull("activation_beta");
        if (names.Length == 0)
        {
            return [.. Enumerable.Repeat(defaults, directions).SelectMany(each => each)];
        }

        RecurrentActivation[] given =
        [
            .. names.Take(count + 1).Select(name => RecurrentActivation.Of(name) ?? throw node.Refused(
                $"expected {string.Join(", ", RecurrentActivation.All.Select(known => known.Name))} as activations, but one is "
                + DisplayText.Text(name))),
        ];
        if (names.Length != count)
        {
            throw node.Refused(
                $"expected {defaults.Length} activations for each direction, {count}, but they are {DisplayText.List(names)}");
        }

        float[] alphas = Numbers(node, "activation_alpha", alpha ?? [], given, activation => activation.Alpha);
        float[] betas = Numbers(node, "activation_beta", beta ?? [], given, activation => activation.Beta);
        try
        {
            return [.. given.Select((activation, i) => activation.Create(alphas[i], betas[i]))];
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw node.Refused(
                $"expected activations that the library has, but {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>The alpha or beta of each activation. They are given in the order of the activations that have one; some files have one for
    /// each activation, whether it has one or not, which is taken if it makes no difference.</summary>
    private static float[] Numbers(
        NodeReader node, string name, float[] given, RecurrentActivation[] activations, Func<RecurrentActivation, float?> missing)
    {
        var numbers = new float[activations.Length];
        int next = 0;
        for (int i = 0; i < activations.Length; i++)
        {
            if (missing(activations[i]) is not { } usual)
            {
                continue;
            }

            numbers[i] = next < given.Length ? given[next] : usual;
            next++;

            // ONNX Runtime has other defaults of these than the operators' specification.
            bool isUnknown = next > given.Length && (activations[i].Name is "ScaledTanh"
                || (name == "activation_alpha" && activations[i].Name is ("Affine" or "ThresholdedRelu")));
            bool isOtherwise = given.Length == activations.Length && numbers[i] != given[i];
            if (isUnknown || isOtherwise)
            {
                throw node.Refused(
                    $"expected {name} of each {activations[i].Name}, in the order of the activations that have one, but it is "
                    + DisplayText.List(given));
            }
        }

        return numbers;
    }
}
