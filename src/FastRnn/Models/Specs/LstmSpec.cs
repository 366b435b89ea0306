namespace FastRnn;

/// <summary>
/// Long short-term memory: i = σ(zᵢ), f = σ(z_f), g = φ(z_g), o = σ(zₒ), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, h⟨t⟩ = o⊙ψ(c⟨t⟩) with
/// z = Wx·x⟨t⟩ + Wh·h⟨t−1⟩ + b, <c>inputWeights</c> Wx [4·H, I], <c>recurrentWeights</c> Wh [4·H, H], <c>bias</c> b [4·H], gates in the
/// order i, f, g, o. σ is the logistic sigmoid, φ and ψ are tanh, unless <see cref="GateActivation"/>, <see cref="CandidateActivation"/>
/// and
/// <see cref="OutputActivation"/> say otherwise. With peepholes P [3, H], <c>coefficients</c> in files, Pᵢ⊙c⟨t−1⟩ and P_f⊙c⟨t−1⟩ are added
/// to zᵢ and z_f, and Pₒ⊙c⟨t⟩ to zₒ. The output is h, the state h and c.
/// </summary>
/// <remarks>Sources: S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9 (1997); F. A. Gers,
/// J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000), for the gate f; F. A. Gers and J. Schmidhuber,
/// Recurrent nets that time and count, IJCNN 2000, for the peepholes; ONNX, operator LSTM, for clip, coupled gates and other activations.
/// The same as PyTorch's <c>nn.LSTM</c> with its two biases summed.</remarks>
public sealed record LstmSpec : CellSpec
{
    internal LstmSpec(int hiddenSize, bool peepholes)
        : base(hiddenSize)
        => Peepholes = peepholes;

    /// <summary>Whether the gates see the memory c.</summary>
    public bool Peepholes { get; init; }

    /// <summary>σ, of the gates i, f and o.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is not elementwise, or has weights of its own.</exception>
    public Activation GateActivation { get; init => field = value.InCell(nameof(GateActivation)); } = Activation.Sigmoid;

    /// <summary>φ, of what goes into the memory.</summary>
    /// <inheritdoc cref="GateActivation" path="/exception"/>
    public Activation CandidateActivation { get; init => field = value.InCell(nameof(CandidateActivation)); } = Activation.Tanh;

    /// <summary>ψ, of the memory on its way out.</summary>
    /// <inheritdoc cref="GateActivation" path="/exception"/>
    public Activation OutputActivation { get; init => field = value.InCell(nameof(OutputActivation)); } = Activation.Tanh;

    /// <summary>What goes into the activations of the gates and of the candidate is within ±clip; ∞, unless set, clips nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float Clip { get; init => field = ClipBound(value, nameof(Clip)); } = float.PositiveInfinity;

    /// <summary>Whether the gate f is 1 − i, whatever its weights are; ONNX's <c>input_forget</c>.</summary>
    public bool CoupledGates { get; init; }

    /// <summary>Whether it is the cell as it is without options but peepholes.</summary>
    internal bool IsStandard => this == new LstmSpec(HiddenSize, Peepholes);

    internal override string Kind => "Lstm";

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
    {
        ParameterShape[] shapes = GatedParameters(inputSize, gates: 4, unitWeights: Peepholes ? 3 : 0);
        shapes[2] = shapes[2] with
        {
            AdmittingGate = 0,
            KeepingGate = 1,
        };
        return shapes;
    }

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [("h", false, HiddenSize), ("c", false, HiddenSize)];
}
