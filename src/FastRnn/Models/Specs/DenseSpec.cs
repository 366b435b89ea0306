namespace FastRnn;

/// <summary>
/// y⟨t⟩ = g(W·x⟨t⟩ + b), with <c>weights</c> W [O, I] and <c>bias</c> b [O], each step by itself, and <c>slopes</c> [1] or [O] where g is
/// <see cref="Activation.PRelu"/>. Several make a feed-forward network; one that stands last is the head.
/// </summary>
public sealed record DenseSpec : LayerSpec
{
    internal DenseSpec(int outputSize, Activation activation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        OutputSize = outputSize;
        Activation = activation;
    }

    /// <summary>The number of outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>g.</summary>
    public Activation Activation { get; init; }

    internal override string Kind => "Dense";

    internal override Activation? HeadActivation => Activation.HasWeights ? null : Activation;

    internal override int Outputs(int inputSize) => OutputSize;

    internal override bool MixesBehind(LayerPlace place) => place.IsMixed || place.ReverseColumn is not null;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        =>
        [
            ParameterShape.Matrix("weights", OutputSize, inputSize, Bound(inputSize)),
            ParameterShape.Vector("bias", OutputSize, Bound(inputSize)),
            .. WeightsOf(Activation, OutputSize),
        ];
}
