using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Cells;

/// <summary>A recurrent cell as ONNX's operators and attributes describe it, and the library's for it.</summary>
/// <param name="Operator">RNN, GRU or LSTM</param>
/// <param name="Activations">f of an RNN, f and g of a GRU, f, g and h of an LSTM</param>
internal sealed record OnnxCell(string Operator, Activation[] Activations)
{
    /// <summary>The bound of a cell that has one and does not clip: its arithmetic goes on with finite numbers.</summary>
    internal const float Unbound = float.MaxValue;

    /// <summary>The activations that the library has, by ONNX's names; Affine with alpha 1 and beta 0 is the identity.</summary>
    private static readonly (string Name, Activation Activation)[] Known =
    [
        ("Tanh", Activation.Tanh), ("Sigmoid", Activation.Sigmoid), ("Relu", Activation.Relu), ("Affine", Activation.Identity),
    ];

    internal static IEnumerable<string> ActivationNames => Known.Select(known => known.Name);

    /// <summary>ONNX's clip; null for none, <see cref="Unbound"/> or more where it does nothing.</summary>
    internal float? Clip { get; init; }

    /// <summary>An LSTM's input_forget.</summary>
    internal bool IsCoupled { get; init; }

    internal bool HasPeepholes { get; init; }

    /// <summary>A GRU's linear_before_reset.</summary>
    internal bool ResetsAfter { get; init; }

    internal bool HasMemory => Operator == "LSTM";

    /// <summary>Where the library's gates stand among ONNX's.</summary>
    internal int[] Order => Operator switch { "LSTM" => GateOrder.Lstm, "GRU" => GateOrder.Gru, _ => GateOrder.Rnn };

    internal int Gates => Order.Length;

    /// <summary>Whether the activations are those that the operator has where none are given.</summary>
    internal bool HasDefaultActivations => Activations.AsSpan().SequenceEqual(Defaults(Operator));

    /// <summary>Whether the bound of the clip stands among the coefficients, of an RNN and an LSTM first, of a GRU behind c.</summary>
    internal bool HasBound => Operator switch
    {
        "LSTM" => !IsPlain,
        "GRU" => ResetsAfter && !IsPlain,
        _ => Clip is not null,
    };

    /// <summary>Whether P stands among the coefficients, if only as zeros.</summary>
    internal bool TakesPeepholes => HasMemory && (HasPeepholes || !IsPlain);

    /// <summary>Whether a cell of the library that anyone can make does it.</summary>
    private bool IsPlain
        => Clip is null && !IsCoupled && (HasDefaultActivations || (Operator == "RNN" && Activations is [Activation.Relu]));

    internal static Activation[] Defaults(string type) => type switch
    {
        "LSTM" => [Activation.Sigmoid, Activation.Tanh, Activation.Tanh],
        "GRU" => [Activation.Sigmoid, Activation.Tanh],
        _ => [Activation.Tanh],
    };

    internal static string NameOf(Activation activation) => Array.Find(Known, known => known.Activation == activation).Name;

    /// <summary>Null for a name that the library has nothing for; upper and lower case are the same.</summary>
    internal static Activation? ActivationOf(string name)
        => Array.FindIndex(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var place
            ? Known[place].Activation
            : null;

    internal Cell ToCell(int hiddenSize) => (Operator, IsPlain) switch
    {
        ("RNN", true) => Cell.Elman(hiddenSize, Activations[0]),
        ("LSTM", true) => Cell.Lstm(hiddenSize, HasPeepholes),
        ("GRU", true) => Cell.Gru(hiddenSize, ResetsAfter),
        ("GRU", _) when !ResetsAfter => new Cell.ResetBeforeGruSpec(hiddenSize)
        {
            Gate = Activations[0],
            Candidate = Activations[1],
            Clip = Clip ?? float.PositiveInfinity,
        },
        _ => Typed(hiddenSize),
    };

    /// <summary>What a cell of the library is; null where ONNX has no operator for it.</summary>
    /// <param name="cell">the cell</param>
    /// <param name="boundOf">the bound among the cell's coefficients, for a cell that has one; null where units differ</param>
    internal static OnnxCell? Of(Cell cell, Func<OnnxCell, float?> boundOf)
    {
        OnnxCell? found = cell is Cell.ResetBeforeGruSpec gru
            ? new OnnxCell("GRU", [gru.Gate, gru.Candidate]) { Clip = float.IsPositiveInfinity(gru.Clip) ? null : gru.Clip }
            : OfArithmetic(cell.GetType().GenericTypeArguments);
        return found is not { HasBound: true } ? found : boundOf(found) is { } bound ? found with { Clip = bound } : null;
    }

    /// <summary>What the type of a cell's arithmetic says; those with a bound as if they clipped.</summary>
    private static OnnxCell? OfArithmetic(Type[] types)
    {
        if (types is not [var arithmetic])
        {
            return null;
        }

        if (arithmetic == typeof(GruCell))
        {
            return new OnnxCell("GRU", Defaults("GRU")) { ResetsAfter = true };
        }

        if (!arithmetic.IsGenericType)
        {
            return null;
        }

        Type definition = arithmetic.GetGenericTypeDefinition();
        Type[] choices = arithmetic.GenericTypeArguments;
        return definition switch
        {
            _ when definition == typeof(ElmanCell<>) => new OnnxCell("RNN", Functions(choices)),
            _ when definition == typeof(LstmCell<>) => new OnnxCell("LSTM", Defaults("LSTM")) { HasPeepholes = choices[0] == typeof(True) },
            _ when definition == typeof(OnnxRnnCell<>) => new OnnxCell("RNN", Functions(choices)) { Clip = Unbound },
            _ when definition == typeof(OnnxGruCell<,>) => new OnnxCell("GRU", Functions(choices)) { Clip = Unbound, ResetsAfter = true },
            _ when definition == typeof(OnnxLstmCell<,,,>) => new OnnxCell("LSTM", Functions(choices[..^1]))
            {
                Clip = Unbound,
                IsCoupled = choices[^1] == typeof(True),
                HasPeepholes = true,
            },
            _ => null,
        };
    }

    private static Activation[] Functions(Type[] types)
        => Array.ConvertAll(types, type => type switch
        {
            _ when type == typeof(TanhActivation) => Activation.Tanh,
            _ when type == typeof(SigmoidActivation) => Activation.Sigmoid,
            _ when type == typeof(ReluActivation) => Activation.Relu,
            _ => Activation.Identity,
        });

    /// <summary>The cell generic over its activations, which are found one after the other; those that it lacks don't matter.</summary>
    private Cell Typed(int hiddenSize) => Activations[0] switch
    {
        Activation.Tanh => Typed<TanhActivation>(hiddenSize),
        Activation.Sigmoid => Typed<SigmoidActivation>(hiddenSize),
        Activation.Relu => Typed<ReluActivation>(hiddenSize),
        _ => Typed<IdentityActivation>(hiddenSize),
    };

    private Cell Typed<TF>(int hiddenSize)
        where TF : struct, IActivation
        => Activations.ElementAtOrDefault(1) switch
        {
            Activation.Tanh => Typed<TF, TanhActivation>(hiddenSize),
            Activation.Sigmoid => Typed<TF, SigmoidActivation>(hiddenSize),
            Activation.Relu => Typed<TF, ReluActivation>(hiddenSize),
            _ => Typed<TF, IdentityActivation>(hiddenSize),
        };

    private Cell Typed<TF, TG>(int hiddenSize)
        where TF : struct, IActivation
        where TG : struct, IActivation
        => Activations.ElementAtOrDefault(2) switch
        {
            Activation.Tanh => Typed<TF, TG, TanhActivation>(hiddenSize),
            Activation.Sigmoid => Typed<TF, TG, SigmoidActivation>(hiddenSize),
            Activation.Relu => Typed<TF, TG, ReluActivation>(hiddenSize),
            _ => Typed<TF, TG, IdentityActivation>(hiddenSize),
        };

    private Cell Typed<TF, TG, TH>(int hiddenSize)
        where TF : struct, IActivation
        where TG : struct, IActivation
        where TH : struct, IActivation
        => Operator switch
        {
            "LSTM" => IsCoupled
                ? Cell.Custom<OnnxLstmCell<TF, TG, TH, True>>(hiddenSize)
                : Cell.Custom<OnnxLstmCell<TF, TG, TH, False>>(hiddenSize),
            "GRU" => Cell.Custom<OnnxGruCell<TF, TG>>(hiddenSize),
            _ => Clip is null ? Cell.Custom<ElmanCell<TF>>(hiddenSize) : Cell.Custom<OnnxRnnCell<TF>>(hiddenSize),
        };
}
