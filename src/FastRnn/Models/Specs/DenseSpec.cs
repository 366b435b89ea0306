namespace FastRnn;

/// <summary>
/// y⟨t⟩ = g(W·x⟨t⟩ + b), with <c>weights</c> W [O, I] and <c>bias</c> b [O], each step by itself. Several make a feed-forward network; one
/// that stands last is the head.
/// </summary>
public sealed record DenseSpec : LayerSpec
{
    internal DenseSpec(int outputSize, Activation activation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        OutputSize = outputSize;
        Activation = activation.Known(nameof(activation));
    }

    /// <summary>The number of outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>g.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public Activation Activation { get; init => field = value.Known(nameof(Activation)); }

    internal override string Kind => "Dense";

    internal override Activation? HeadActivation => Activation;

    internal override int Outputs(int inputSize) => OutputSize;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        =>
        [
            ParameterShape.Matrix("weights", OutputSize, inputSize, Bound(inputSize)),
            ParameterShape.Vector("bias", OutputSize, Bound(inputSize)),
        ];
}
