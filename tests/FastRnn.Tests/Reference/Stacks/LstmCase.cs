namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// i = σ(z_i + p_i⊙c⟨t−1⟩), f = σ(z_f + p_f⊙c⟨t−1⟩), g = tanh(z_g), c⟨t⟩ = f⊙c⟨t−1⟩ + i⊙g, o = σ(z_o + p_o⊙c⟨t⟩),
/// h⟨t⟩ = o⊙tanh(c⟨t⟩), with z = W·x⟨t⟩ + U·h⟨t−1⟩ + b in the order i, f, g, o; without peepholes the p are 0.
/// </summary>
internal sealed record LstmCase(int Hidden, bool Peepholes) : CellCase
{
    private const int Gates = 4;
    private const int PeepholeCount = 3;

    internal override int[] StateParts => [Hidden, Hidden];

    internal override LayerCase Halved => this with { Hidden = Half(Hidden) };

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

        var hidden = new double[Hidden];
        var memory = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            double i = ReferenceActivation.Sigmoid(Z(0, h) + p[h] * earlierC[h]);
            double f = ReferenceActivation.Sigmoid(Z(1, h) + p[Hidden + h] * earlierC[h]);
            double g = Math.Tanh(Z(2, h));
            memory[h] = f * earlierC[h] + i * g;
            double o = ReferenceActivation.Sigmoid(Z(3, h) + p[2 * Hidden + h] * memory[h]);
            hidden[h] = o * Math.Tanh(memory[h]);
        }

        return [hidden, memory];
    }
}
