namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// r = f(z_r), z = f(z_z), h⟨t⟩ = (1 − z)⊙n + z⊙h⟨t−1⟩; reset after the product n = g(W_n·x⟨t⟩ + b_n + r⊙(U_n·h⟨t−1⟩ + c)),
/// before it n = g(W_n·x⟨t⟩ + b_n + U_n·(r⊙h⟨t−1⟩)). The order of the gates is r, z, n. What goes into f and g is within ±clip.
/// </summary>
internal sealed record GruCase(int Hidden, bool ResetAfter) : CellCase
{
    private const int Gates = 3;

    public Activation GateActivation { get; init; } = Activation.Sigmoid;

    public Activation CandidateActivation { get; init; } = Activation.Tanh;

    public float Clip { get; init; } = float.PositiveInfinity;

    internal override int[] StateParts => [Hidden];

    internal override LayerCase Halved => this with { Hidden = Half(Hidden) };

    internal override LayerCase Plain => new GruCase(Hidden, ResetAfter);

    internal override int ParameterCount(int inputs) => Gates * Hidden * (inputs + Hidden + 1) + (ResetAfter ? Hidden : 0);

    internal override double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness)
    {
        double[] earlier = state[0];
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Gates * Hidden, x.Length);
        Matrix u = reader.Matrix(Gates * Hidden, Hidden);
        ArraySegment<double> b = reader.Vector(Gates * Hidden);
        ArraySegment<double> c = ResetAfter ? reader.Vector(Hidden) : default;
        double Input(int gate, int unit) => w.Times(gate * Hidden + unit, x) + b[gate * Hidden + unit];

        double Gate(double z) => ReferenceActivation.ApplyClipped(GateActivation, z, Clip, smoothness);
        var reset = new double[Hidden];
        var kept = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            reset[h] = Gate(Input(0, h) + u.Times(h, earlier));
            kept[h] = reset[h] * earlier[h];
        }

        var hidden = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            double z = Gate(Input(1, h) + u.Times(Hidden + h, earlier));
            int row = 2 * Hidden + h;
            double recurrent = ResetAfter ? reset[h] * (u.Times(row, earlier) + c[h]) : u.Times(row, kept);
            double n = ReferenceActivation.ApplyClipped(CandidateActivation, Input(2, h) + recurrent, Clip, smoothness);
            hidden[h] = (1 - z) * n + z * earlier[h];
        }

        return [hidden];
    }
}
