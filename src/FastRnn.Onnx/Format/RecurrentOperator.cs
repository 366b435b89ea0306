namespace FastRnn.Onnx.Format;

/// <summary>The operators RNN, GRU and LSTM, and how they correspond to the library's cells.</summary>
internal static class RecurrentOperator
{
    internal const string Rnn = "RNN", Gru = "GRU", Lstm = "LSTM";

    /// <summary>The operator of a cell; null where ONNX has none.</summary>
    internal static string? Of(CellSpec cell) => cell switch
    {
        ElmanSpec => Rnn,
        GruSpec => Gru,
        LstmSpec => Lstm,
        _ => null,
    };

    /// <summary>f of an RNN, f and g of a GRU, f, g and h of an LSTM.</summary>
    internal static Activation[] ActivationsOf(CellSpec cell) => cell switch
    {
        ElmanSpec rnn => [rnn.Activation],
        GruSpec gru => [gru.GateActivation, gru.CandidateActivation],
        LstmSpec lstm => [lstm.GateActivation, lstm.CandidateActivation, lstm.OutputActivation],
        _ => [],
    };

    /// <summary>ONNX's clip; ∞ for none.</summary>
    internal static float ClipOf(CellSpec cell) => cell switch
    {
        ElmanSpec rnn => rnn.Clip,
        GruSpec gru => gru.Clip,
        LstmSpec lstm => lstm.Clip,
        _ => float.PositiveInfinity,
    };

    /// <summary>The activations that an operator has where none are given.</summary>
    internal static Activation[] Defaults(string type) => type switch
    {
        Lstm => [Activation.Sigmoid, Activation.Tanh, Activation.Tanh],
        Gru => [Activation.Sigmoid, Activation.Tanh],
        _ => [Activation.Tanh],
    };

    /// <summary>The place of each of the library's gates among ONNX's.</summary>
    internal static int[] GatesOf(string type) => type switch { Lstm => GateOrder.Lstm, Gru => GateOrder.Gru, _ => GateOrder.Rnn };

    /// <summary>Whether ONNX has an activation for cells.</summary>
    internal static bool Has(Activation activation) => RecurrentActivation.Of(activation) is not null;

    /// <summary>ONNX's activation.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    internal static RecurrentActivation Find(Activation activation)
        => RecurrentActivation.Of(activation)
            ?? throw new NotSupportedException($"Expected an activation that ONNX has for cells, but got {activation}.");

    internal static string NameOf(Activation activation) => Find(activation).Name;
}
