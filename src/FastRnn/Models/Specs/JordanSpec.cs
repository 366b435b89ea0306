namespace FastRnn;

/// <summary>
/// The Jordan network, in which the output is fed back: a⟨t⟩ = g₁(Wax·x⟨t⟩ + U·y⟨t−1⟩ + b), y⟨t⟩ = g₂(Wya·a⟨t⟩ + by), with
/// <c>inputWeights</c> Wax [H, I], <c>recurrentWeights</c> U [H, O], <c>bias</c> b [H], <c>outputWeights</c> Wya [O, H], <c>outputBias</c>
/// by [O]. The output and the state are y.
/// </summary>
/// <remarks>Source: M. I. Jordan, Serial order: a parallel distributed processing approach, ICS Report 8604, University of California
/// San Diego (1986); here without the decaying average of past outputs.</remarks>
public sealed record JordanSpec : CellSpec
{
    internal JordanSpec(int hiddenSize, int outputSize, Activation activation, Activation outputActivation)
        : base(hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        OutputSize = outputSize;
        Activation = activation.InCell(nameof(activation));
        OutputActivation = outputActivation.WithoutWeights(nameof(outputActivation));
    }

    /// <summary>The number of outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>g₁.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is not elementwise, or has weights of its own.</exception>
    public Activation Activation { get; init => field = value.InCell(nameof(Activation)); }

    /// <summary>g₂.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation has weights of its own.</exception>
    public Activation OutputActivation { get; init => field = value.WithoutWeights(nameof(OutputActivation)); }

    internal override string Kind => "Jordan";

    internal override int Outputs(int inputSize) => OutputSize;

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        float bound = Bound(HiddenSize);
        return
        [
            ParameterShape.Matrix("inputWeights", HiddenSize, inputSize, bound),
            ParameterShape.Matrix("recurrentWeights", HiddenSize, OutputSize, bound) with { Role = ParameterRole.RecurrentWeights },
            ParameterShape.Vector("bias", HiddenSize, bound),
            ParameterShape.Matrix("outputWeights", OutputSize, HiddenSize, bound),
            ParameterShape.Vector("outputBias", OutputSize, bound),
        ];
    }

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize) => [("h", false, OutputSize)];
}
