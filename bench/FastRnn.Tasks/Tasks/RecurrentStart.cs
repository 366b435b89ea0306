namespace FastRnn.Tasks;

/// <summary>A recurrent layer and how its weights start.</summary>
/// <param name="Name">in tables</param>
/// <param name="Layer">the layer</param>
/// <param name="LearningRate">that it is trained with</param>
/// <param name="Description">the start in words</param>
internal sealed record RecurrentStart(string Name, CellSpec Layer, float LearningRate, string Description)
{
    internal static RecurrentStart[] All(int size) =>
    [
        new("plain tanh", Cell.Elman(size), 1e-3f, "plain tanh as PyTorch starts"),
        new("IRNN", Cell.Elman(size, Activation.Relu), 1e-3f, "IRNN with ReLU and the identity"),
        new("GRU", Cell.Gru(size), 3e-3f, "GRU as PyTorch starts"),
        new("LSTM", Cell.Lstm(size), 3e-3f, "LSTM with chrono initialization for T steps"),
    ];

    /// <summary>A model whose weights start so.</summary>
    /// <param name="spec">what the network is</param>
    /// <param name="steps">T, the longest that is to be remembered</param>
    internal RnnModel CreateModel(RnnSpec spec, int steps) => RnnModel.Create(spec, 1, Layer switch
    {
        ElmanSpec { Activation.Kind: ActivationKind.Relu } => new()
        {
            RecurrentWeights = WeightDistribution.Identity,
            ZeroBiases = true,
        },
        LstmSpec => new() { ChronoSteps = steps },
        _ => WeightInitialization.Default,
    });
}
