namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// y⟨t⟩ = g(b + Σ_k W_k·x⟨t − (width − 1 − k)·dilation⟩); the state is the window of inputs that the next step looks back on.
/// </summary>
internal sealed record TimeDelayCase(int Size, int Width, int Dilation, Activation Activation) : LayerCase
{
    internal override LayerCase Halved => this with { Size = Half(Size), Width = Half(Width), Dilation = Half(Dilation) };

    private int Window => (Width - 1) * Dilation;

    internal override int Outputs(int inputs) => Size;

    internal override int ParameterCount(int inputs) => Size * (Width * inputs + 1) + ReferenceActivation.WeightCount(Activation, Size);

    internal override int StateSize(int inputs) => Window * inputs;

    internal override int Widest(int inputs) => Math.Max(Width * inputs, Size);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int inputs = x[0].Length;
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Size, Width * inputs);
        ArraySegment<double> b = reader.Vector(Size);
        ArraySegment<double> slopes = reader.Vector(ReferenceActivation.WeightCount(Activation, Size));
        double[][] history = [.. Window == 0 ? [] : state.Chunk(inputs), .. x];
        var outputs = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            var z = new double[Size];
            for (int o = 0; o < Size; o++)
            {
                z[o] = b[o];
                for (int k = 0; k < Width; k++)
                {
                    // x⟨t⟩ is history[t + Window].
                    double[] past = history[t + Window - (Width - 1 - k) * Dilation];
                    for (int i = 0; i < inputs; i++)
                    {
                        z[o] += w[o, k * inputs + i] * past[i];
                    }
                }
            }

            outputs[t] = ReferenceActivation.Apply(Activation, z, slopes, smoothness);
        }

        history[^Window..].SelectMany(row => row).ToArray().CopyTo(state, 0);
        return outputs;
    }
}
