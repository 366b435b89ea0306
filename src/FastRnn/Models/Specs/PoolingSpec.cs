namespace FastRnn;

/// <summary>
/// A layer that makes one row of all steps of a sequence. Streamed, its output at each step is what it would be if the sequence ended
/// there. Made by <see cref="Layer"/>.
/// </summary>
public abstract record ReducingSpec : LayerSpec
{
    private protected ReducingSpec()
    {
    }

    /// <inheritdoc/>
    public sealed override bool ReducesTime => true;

    internal sealed override int Outputs(int inputSize) => inputSize;

    internal override string? Refusal(LayerPlace place)
        => place.IsReduced ? "makes one row of each sequence, but a layer before it has done so" : NeedsValues(place);
}

/// <summary>y = x⟨T⟩, the step of each sequence that is its last. A NaN or ∞ there is one in the output; other steps do not count.
/// </summary>
public sealed record LastStepSpec : ReducingSpec
{
    internal LastStepSpec()
    {
    }

    /// <summary>
    /// Whether, behind a bidirectional or a reversed layer, the features of a reverse direction are taken from the first step, at which
    /// that direction ends, as PyTorch's h_n and Keras have them. Otherwise all features are those of the last step. Without such a layer
    /// before it both are the same.
    /// </summary>
    public bool EachDirection { get; init; } = true;

    internal override string Kind => "LastStep";

    internal override string? Refusal(LayerPlace place)
        => base.Refusal(place) ?? (EachDirection && place.IsMixed
            ? "takes the last step of each direction, but the layers before it have mixed both directions in the same features: set Shape "
                + "instead, give each direction a branch with a last step of its own, or set EachDirection to false for the last row"
            : null);
}

/// <summary>The mean, the maximum or the sum of all steps, feature by feature.</summary>
/// <remarks>
/// y = 1/T·Σ x⟨t⟩, max x⟨t⟩ or Σ x⟨t⟩. A NaN at a step makes the output of that feature NaN, and no other. The state is the sum so far
/// with what rounding has left of it, or the maximum so far, and the count of steps.
/// </remarks>
public sealed record PoolingSpec : ReducingSpec
{
    internal PoolingSpec(Pooling function)
        => Function = Enum.IsDefined(function)
            ? function
            : throw new ArgumentOutOfRangeException(
                nameof(function), function, "Expected one of the functions that the enumeration names.");

    /// <summary>Mean, maximum or sum.</summary>
    public Pooling Function { get; }

    internal override string Kind => $"{Function}Pooling";

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize) => Function switch
    {
        Pooling.Max => [("maximum", false, inputSize), ("count", false, 2)],
        _ => [("sum", false, inputSize), ("rest", false, inputSize), ("count", false, 2)],
    };
}

/// <summary>
/// y = Σ a⟨t⟩·x⟨t⟩ with the weights a = softmax over the steps of the scores w·x⟨t⟩, with <c>weights</c> w [1, I].
/// </summary>
/// <remarks>A NaN at a step makes all outputs NaN. The state is the largest score so far, and the sums of weights and of weighted rows
/// relative to it.</remarks>
public sealed record AttentionPoolingSpec : ReducingSpec
{
    internal AttentionPoolingSpec()
    {
    }

    internal override string Kind => "AttentionPooling";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        => [ParameterShape.Matrix("weights", 1, inputSize, Bound(inputSize))];

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [("sum", false, inputSize), ("weight", false, 1), ("score", false, 1)];
}
