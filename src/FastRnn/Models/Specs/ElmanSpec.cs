namespace FastRnn;

/// <summary>
/// The simple recurrent cell: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b), with <c>inputWeights</c> Wax [H, I], <c>recurrentWeights</c>
/// Waa [H, H], <c>bias</c> b [H]. The output and the state are a.
/// </summary>
/// <remarks>Source: J. L. Elman, Finding structure in time, Cognitive Science 14 (1990). The same as PyTorch's <c>nn.RNN</c> with
/// its two biases summed.</remarks>
public sealed record ElmanSpec : CellSpec
{
    internal ElmanSpec(int hiddenSize, Activation activation)
        : base(hiddenSize)
        => Activation = activation.InCell(nameof(activation));

    /// <summary>g₁.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is not elementwise, or has weights of its own.</exception>
    public Activation Activation { get; init => field = value.InCell(nameof(Activation)); }

    /// <summary>What goes into g₁ is within ±clip; ∞, unless set, clips nothing. Source: ONNX, operator RNN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float Clip { get; init => field = ClipBound(value, nameof(Clip)); } = float.PositiveInfinity;

    internal override string Kind => "Elman";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize) => GatedParameters(inputSize, gates: 1);
}
