namespace FastRnn.Tests.Reference.Stacks;

/// <summary>h⟨t⟩ = g(Wax·x⟨t⟩ + Waa·h⟨t−1⟩ + b), where what goes into g is within ±clip.</summary>
internal sealed record ElmanCase(int Hidden, Activation Activation) : CellCase
{
    public float Clip { get; init; } = float.PositiveInfinity;

    internal override int[] StateParts => [Hidden];

    internal override LayerCase Halved => this with { Hidden = Half(Hidden) };

    internal override LayerCase Plain => new ElmanCase(Hidden, Activation.Tanh);

    internal override int ParameterCount(int inputs) => Hidden * (inputs + Hidden + 1);

    internal override double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness)
    {
        var reader = new ParameterReader(parameters);
        Matrix wax = reader.Matrix(Hidden, x.Length);
        Matrix waa = reader.Matrix(Hidden, Hidden);
        ArraySegment<double> b = reader.Vector(Hidden);
        var hidden = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            double z = wax.Times(h, x) + waa.Times(h, state[0]) + b[h];
            hidden[h] = ReferenceActivation.ApplyClipped(Activation, z, Clip, smoothness);
        }

        return [hidden];
    }
}
