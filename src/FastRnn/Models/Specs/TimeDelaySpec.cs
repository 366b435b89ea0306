namespace FastRnn;

/// <summary>
/// A causal convolution over time: y⟨t⟩ = g(b + Σ_k W_k·x⟨t − (width − 1 − k)·dilation⟩) for k from 0 to width − 1, with
/// <c>weights</c> W = [W₀ … ] [O, width·I], oldest input first, <c>bias</c> b [O], and <c>slopes</c> [1] or [O] where g is
/// <see cref="Activation.PRelu"/>. Before the first step x is zero. The state is the
/// window of past inputs, [(width − 1)·dilation, I], oldest first.
/// </summary>
/// <remarks>Sources: A. Waibel et al., Phoneme recognition using time-delay neural networks, IEEE Transactions on Acoustics, Speech,
/// and Signal Processing 37 (1989); V. Peddinti et al., A time delay neural network architecture for efficient modeling of long
/// temporal contexts, Interspeech 2015.</remarks>
public sealed record TimeDelaySpec : LayerSpec
{
    internal TimeDelaySpec(int outputSize, int width, int dilation, Activation activation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        OutputSize = outputSize;
        Width = width;
        Dilation = dilation;
        Activation = activation;
    }

    /// <summary>The number of outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>How many inputs an output sees.</summary>
    public int Width { get; }

    /// <summary>The steps from one of these inputs to the next.</summary>
    public int Dilation { get; }

    /// <summary>g.</summary>
    public Activation Activation { get; init; }

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => "TimeDelay";

    internal override int Outputs(int inputSize) => OutputSize;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        int columns = Saturated((long)Width * inputSize);
        return
        [
            ParameterShape.Matrix("weights", OutputSize, columns, Bound(columns)),
            ParameterShape.Vector("bias", OutputSize, Bound(columns)),
            .. WeightsOf(Activation, OutputSize),
        ];
    }

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => Width == 1 ? [] : [("window", false, (long)Math.Min((Width - 1.0) * Dilation * inputSize, long.MaxValue / 2))];

    internal override string? Refusal(bool takesIndices)
        => takesIndices ? "takes values, but the network's inputs are indices: an embedding has to stand before it" : null;
}
