namespace FastRnn.Tests.Reference.Stacks;

/// <summary>y⟨t⟩ = g(W·x⟨t⟩ + b)</summary>
internal sealed record DenseCase(int Size, Activation Activation) : LayerCase
{
    internal override bool IsPerStep => true;

    internal override LayerCase Halved => this with { Size = Half(Size) };

    internal override int Outputs(int inputs) => Size;

    internal override int ParameterCount(int inputs) => Size * (inputs + 1) + ReferenceActivation.WeightCount(Activation, Size);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Array.ConvertAll(x, row => Step(row, parameters, smoothness));

    private double[] Step(double[] x, ArraySegment<double> parameters, Smoothness smoothness)
    {
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Size, x.Length);
        ArraySegment<double> b = reader.Vector(Size);
        ArraySegment<double> slopes = reader.Vector(ReferenceActivation.WeightCount(Activation, Size));
        var z = new double[Size];
        for (int o = 0; o < Size; o++)
        {
            z[o] = w.Times(o, x) + b[o];
        }

        return ReferenceActivation.Apply(Activation, z, slopes, smoothness);
    }
}
