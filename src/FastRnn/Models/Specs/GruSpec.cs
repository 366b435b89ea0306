namespace FastRnn;

/// <summary>
/// The gated recurrent unit, with W = [Wr; Wz; Wn] [3·H, I], U = [Ur; Uz; Un] [3·H, H], b = [br; bz; bn] [3·H]:
/// r = σ(Wr·x⟨t⟩ + Ur·h⟨t−1⟩ + br), z = σ(Wz·x⟨t⟩ + Uz·h⟨t−1⟩ + bz), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩. With the reset after the product
/// n = φ(Wn·x⟨t⟩ + bn + r⊙(Un·h⟨t−1⟩ + c)), with c [H], <c>coefficients</c> in files; with the reset before it
/// n = φ(Wn·x⟨t⟩ + bn + Un·(r⊙h⟨t−1⟩)), without c. σ is the logistic sigmoid and φ tanh, unless <see cref="GateActivation"/> and
/// <see cref="CandidateActivation"/> say otherwise. The output and the state are h.
/// </summary>
/// <remarks>
/// The parameters are <c>inputWeights</c> W, <c>recurrentWeights</c> U and <c>bias</c> b, and c; with the reset before the product
/// <c>inputWeights</c> [Wr; Wz], <c>inputWeights.n</c> Wn, and so on, each with its own product.
/// <para>Source: K. Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014, which resets before. After
/// is the form of cuDNN and of PyTorch's <c>nn.GRU</c>, here with the two biases of r and of z summed; before is ONNX's default. Clip and
/// other activations are ONNX's, operator GRU.</para>
/// </remarks>
public sealed record GruSpec : CellSpec
{
    internal GruSpec(int hiddenSize, bool resetAfter)
        : base(hiddenSize)
        => ResetAfter = resetAfter;

    /// <summary>Whether r is applied after the recurrent product or before it.</summary>
    public bool ResetAfter { get; init; }

    /// <summary>σ, of the gates r and z.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is not elementwise, or has weights of its own.</exception>
    public Activation GateActivation { get; init => field = value.InCell(nameof(GateActivation)); } = Activation.Sigmoid;

    /// <summary>φ, of the candidate n.</summary>
    /// <inheritdoc cref="GateActivation" path="/exception"/>
    public Activation CandidateActivation { get; init => field = value.InCell(nameof(CandidateActivation)); } = Activation.Tanh;

    /// <summary>What goes into σ and φ is within ±clip; ∞, unless set, clips nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float Clip { get; init => field = ClipBound(value, nameof(Clip)); } = float.PositiveInfinity;

    /// <summary>Whether it is the cell as it is without options but the place of the reset.</summary>
    internal bool IsStandard => this == new GruSpec(HiddenSize, ResetAfter);

    internal override string Kind => ResetAfter ? "Gru" : "Gru, reset before";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        if (ResetAfter)
        {
            ParameterShape[] shapes = GatedParameters(inputSize, gates: 3, unitWeights: 1);
            shapes[2] = shapes[2] with { KeepingGate = 1 };
            return shapes;
        }

        float bound = Bound(HiddenSize);
        int rows = Saturated(2L * HiddenSize);
        return
        [
            ParameterShape.Matrix("inputWeights", rows, inputSize, bound) with { Gates = 2 },
            ParameterShape.Matrix("inputWeights.n", HiddenSize, inputSize, bound),
            ParameterShape.Matrix("recurrentWeights", rows, HiddenSize, bound) with
            {
                Role = ParameterRole.RecurrentWeights,
                Gates = 2,
            },
            ParameterShape.Matrix("recurrentWeights.n", HiddenSize, HiddenSize, bound) with { Role = ParameterRole.RecurrentWeights },
            ParameterShape.Vector("bias", rows, bound) with
            {
                Gates = 2,
                KeepingGate = 1,
            },
            ParameterShape.Vector("bias.n", HiddenSize, bound),
        ];
    }
}
