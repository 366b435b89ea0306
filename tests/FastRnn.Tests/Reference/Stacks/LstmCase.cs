namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// i = f(z_i + p_i⊙c⟨t−1⟩), f = f(z_f + p_f⊙c⟨t−1⟩), or 1 − i where gates are coupled, g = g(z_g), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g,
/// o = f(z_o + p_o⊙c⟨t⟩), h⟨t⟩ = o⊙h(c⟨t⟩), with z = W·x⟨t⟩ + U·h⟨t−1⟩ + b in the order i, f, g, o; without peepholes the p are 0. What
/// goes into the f of gates and into g is within ±clip.
/// </summary>
internal sealed record LstmCase(int Hidden, bool Peepholes) : CellCase
{
    private const int Gates = 4;
    private const int PeepholeCount = 3;

    public Activation GateActivation { get; init; } = Activation.Sigmoid;

    public Activation CandidateActivation { get; init; } = Activation.Tanh;

    public Activation OutputActivation { get; init; } = Activation.Tanh;

    public float Clip { get; init; } = float.PositiveInfinity;

    public bool CoupledGates { get; init; }

    internal override int[] StateParts => [Hidden, Hidden];

    internal override LayerCase Halved => this with { Hidden = Half(Hidden) };

    internal override LayerCase Plain => new LstmCase(Hidden, Peepholes: false);

    internal override int ParameterCount(int inputs)
        => Gates * Hidden * (inputs + Hidden + 1) + (Peepholes ? PeepholeCount * Hidden : 0);

    internal override double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness)
    {
        (double[] earlierH, double[] earlierC) = (state[0], state[1]);
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Gates * Hidden, x.Length);
        Matrix u = reader.Matrix(Gates * Hidden, Hidden);
        ArraySegment<double> b = reader.Vector(Gates * Hidden);
        ArraySegment<double> p = Peepholes ? reader.Vector(PeepholeCount * Hidden) : new double[PeepholeCount * Hidden];
        double Z(int gate, int unit)
        {
            int row = gate * Hidden + unit;
            return w.Times(row, x) + u.Times(row, earlierH) + b[row];
        }

        double Gate(double z) => ReferenceActivation.ApplyClipped(GateActivation, z, Clip, smoothness);
        var hidden = new double[Hidden];
        var memory = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            double i = Gate(Z(0, h) + p[h] * earlierC[h]);
            double f = CoupledGates ? 1 - i : Gate(Z(1, h) + p[Hidden + h] * earlierC[h]);
            double g = ReferenceActivation.ApplyClipped(CandidateActivation, Z(2, h), Clip, smoothness);
            memory[h] = f * earlierC[h] + i * g;
            double o = Gate(Z(3, h) + p[2 * Hidden + h] * memory[h]);
            hidden[h] = o * ReferenceActivation.Apply(OutputActivation, memory[h], smoothness);
        }

        return [hidden, memory];
    }
}
