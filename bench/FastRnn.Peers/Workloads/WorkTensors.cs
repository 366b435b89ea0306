namespace FastRnn.Peers.Workloads;

/// <summary>What a work's data file and result file hold; the weights stand in the order of FastRnn's own parameters.</summary>
internal static class WorkTensors
{
    /// <summary>[T, N, I]</summary>
    internal const string Inputs = "inputs";

    /// <summary>[N, H]</summary>
    internal const string InitialHidden = "h0";

    /// <summary>[N, H], of an LSTM</summary>
    internal const string InitialMemory = "c0";

    /// <summary>W [G·H, I]</summary>
    internal const string InputWeights = "input weights";

    /// <summary>U [G·H, H]</summary>
    internal const string RecurrentWeights = "recurrent weights";

    /// <summary>b [G·H]</summary>
    internal const string Bias = "bias";

    /// <summary>c [H], of a GRU</summary>
    internal const string RecurrentBias = "recurrent bias";

    /// <summary>∂L/∂h⟨t⟩ [T, N, H], of training</summary>
    internal const string OutputGradient = "output gradient";

    /// <summary>h⟨t⟩ [T, N, H]</summary>
    internal const string Outputs = "outputs";

    /// <summary>[N, H]</summary>
    internal const string FinalHidden = "final h";

    /// <summary>[N, H], of an LSTM</summary>
    internal const string FinalMemory = "final c";

    /// <summary>∂L/∂x⟨t⟩ [T, N, I]</summary>
    internal const string InputGradient = "input gradient";

    internal const string InputWeightGradient = "input weight gradient";

    internal const string RecurrentWeightGradient = "recurrent weight gradient";

    internal const string BiasGradient = "bias gradient";

    internal const string RecurrentBiasGradient = "recurrent bias gradient";

    /// <summary>The tensors whose values are compared as they are; all others are gradients, compared by their largest.</summary>
    internal static string[] States { get; } = [Outputs, FinalHidden, FinalMemory];

    /// <summary>Zeros in the layout of the data file.</summary>
    internal static Tensors Data(PeerWork work)
    {
        (int gates, int state, int rows) = Sizes(work);
        return new Tensors(
            (Inputs, rows * work.InputSize),
            (InitialHidden, state),
            (InitialMemory, work.HasMemory ? state : 0),
            (InputWeights, gates * work.InputSize),
            (RecurrentWeights, gates * work.HiddenSize),
            (Bias, gates),
            (RecurrentBias, work.Cell == WorkCell.Gru ? work.HiddenSize : 0),
            (OutputGradient, work.Mode == WorkMode.Train ? rows * work.HiddenSize : 0));
    }

    /// <summary>Zeros in the layout of the result file.</summary>
    internal static Tensors Results(PeerWork work)
    {
        (int gates, int state, int rows) = Sizes(work);
        int trained = work.Mode == WorkMode.Train ? 1 : 0;
        return new Tensors(
            (Outputs, rows * work.HiddenSize),
            (FinalHidden, state),
            (FinalMemory, work.HasMemory ? state : 0),
            (InputGradient, trained * rows * work.InputSize),
            (InputWeightGradient, trained * gates * work.InputSize),
            (RecurrentWeightGradient, trained * gates * work.HiddenSize),
            (BiasGradient, trained * gates),
            (RecurrentBiasGradient, work.Cell == WorkCell.Gru ? trained * work.HiddenSize : 0));
    }

    /// <summary>All weights and biases one behind the other, in the order of <see cref="RnnModel.Parameters"/>.</summary>
    internal static Span<float> Parameters(PeerWork work, Tensors data)
        => data.Between(InputWeights, work.Cell == WorkCell.Gru ? RecurrentBias : Bias);

    /// <summary>The gradients of <see cref="Parameters"/> in the same order.</summary>
    internal static Span<float> ParameterGradients(PeerWork work, Tensors results)
        => results.Between(InputWeightGradient, work.Cell == WorkCell.Gru ? RecurrentBiasGradient : BiasGradient);

    private static (int Gates, int State, int Rows) Sizes(PeerWork work)
        => (work.Gates * work.HiddenSize, work.Batch * work.HiddenSize, work.Steps * work.Batch);
}
