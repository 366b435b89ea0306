namespace FastRnn;

/// <summary>
/// A convolution over time: y⟨t⟩ = g(b + Σ_k W_k·x⟨t + lookAhead − (width − 1 − k)·dilation⟩) for k from 0 to width − 1, with
/// <c>weights</c> W = [W₀ … ] [O, width·I/groups], oldest input first, <c>bias</c> b [O], and <c>slopes</c> [1] or [O] where g is
/// <see cref="Activation.PRelu"/>. Before a sequence's first step and behind its last x is zero. Without looking ahead the layer is causal;
/// its state is the window of past inputs, [(width − 1)·dilation, I], oldest first. With groups, each G-th part of the outputs sees that
/// part of the inputs alone; as many groups as inputs make it depthwise.
/// </summary>
/// <remarks>Sources: A. Waibel et al., Phoneme recognition using time-delay neural networks, IEEE Transactions on Acoustics, Speech,
/// and Signal Processing 37 (1989); V. Peddinti et al., A time delay neural network architecture for efficient modeling of long
/// temporal contexts, Interspeech 2015; PyTorch's <c>nn.Conv1d</c>, for groups.</remarks>
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

    /// <summary>So that steps and windows together can be counted.</summary>
    private const long LargestReach = 1 << 30;

    /// <summary>The number of outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>How many inputs an output sees.</summary>
    public int Width { get; }

    /// <summary>The steps from one of these inputs to the next.</summary>
    public int Dilation { get; }

    /// <summary>g.</summary>
    public Activation Activation { get; init; }

    /// <summary>How many steps behind its own an output sees: 0 for a causal layer, up to (width − 1)·dilation. A layer that looks ahead
    /// can't be streamed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public int LookAhead
    {
        get;
        init => field = value >= 0 && value <= Reach
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(LookAhead), value, $"Expected from 0 to {Reach} steps, (width − 1)·dilation, but got {value}.");
    }

    /// <summary>G, of which each sees its part of the inputs: a divisor of both sizes; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or does not divide the outputs.</exception>
    public int Groups
    {
        get;
        init => field = value >= 1 && OutputSize % value == 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Groups), value, $"Expected a divisor of the {OutputSize} outputs, but got {value}.");
    } = 1;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <inheritdoc/>
    public override bool CanStream => LookAhead == 0;

    /// <inheritdoc/>
    public override bool IsTemporal => true;

    internal override string Kind => "TimeDelay";

    /// <summary>(width − 1)·dilation, the steps from the oldest input to the newest.</summary>
    internal long Reach => (Width - 1L) * Dilation;

    internal override int Outputs(int inputSize) => OutputSize;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        int columns = Saturated((long)Width * (inputSize / Groups));
        ParameterShape weights = ParameterShape.Matrix("weights", OutputSize, columns, Bound(columns));
        return
        [
            weights, .. HasBias ? (ParameterShape[])[ParameterShape.Vector("bias", OutputSize, Bound(columns))] : [],
            .. WeightsOf(Activation, OutputSize),
        ];
    }

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => Width == 1 || LookAhead > 0
            ? []
            : [("window", false, (long)Math.Min((Width - 1.0) * Dilation * inputSize, long.MaxValue / 2))];

    internal override string? Refusal(LayerPlace place)
        => NeedsValues(place) ?? NeedsSteps(place)
            ?? (LookAhead > 0 && Reach > LargestReach
                ? $"may have a window of at most {LargestReach} steps, (width − 1)·dilation, but has {Reach}"
                : place.InputSize % Groups != 0 ? $"has {Groups} groups, which have to divide its inputs, but it has {place.InputSize}"
                : null);
}
