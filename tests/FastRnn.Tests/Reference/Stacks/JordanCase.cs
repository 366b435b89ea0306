namespace FastRnn.Tests.Reference.Stacks;

/// <summary>a⟨t⟩ = g₁(Wax·x⟨t⟩ + U·y⟨t−1⟩ + b), y⟨t⟩ = g₂(Wya·a⟨t⟩ + by): what comes back is the output.</summary>
internal sealed record JordanCase(int Hidden, int Size, Activation Activation, Activation OutputActivation) : CellCase
{
    internal override int[] StateParts => [Size];

    internal override LayerCase Halved => this with { Hidden = Half(Hidden), Size = Half(Size) };

    internal override int ParameterCount(int inputs) => Hidden * (inputs + Size + 1) + Size * (Hidden + 1);

    internal override int Widest(int inputs) => Math.Max(Hidden, base.Widest(inputs));

    internal override double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness)
    {
        var reader = new ParameterReader(parameters);
        Matrix wax = reader.Matrix(Hidden, x.Length);
        Matrix u = reader.Matrix(Hidden, Size);
        ArraySegment<double> b = reader.Vector(Hidden);
        Matrix wya = reader.Matrix(Size, Hidden);
        ArraySegment<double> by = reader.Vector(Size);
        var z = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            z[h] = wax.Times(h, x) + u.Times(h, state[0]) + b[h];
        }

        double[] a = ReferenceActivation.Apply(Activation, z, smoothness);
        var logits = new double[Size];
        for (int o = 0; o < Size; o++)
        {
            logits[o] = wya.Times(o, a) + by[o];
        }

        return [ReferenceActivation.Apply(OutputActivation, logits, smoothness)];
    }
}
