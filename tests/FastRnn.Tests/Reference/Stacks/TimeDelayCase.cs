namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// y⟨t⟩ = g(b + Σ_k W_k·x⟨t + lookAhead − (width − 1 − k)·dilation⟩); the state is the window of inputs that the next step looks back on,
/// where none lies ahead.
/// </summary>
internal sealed record TimeDelayCase(int Size, int Width, int Dilation, Activation Activation) : LayerCase
{
    /// <summary>How far the window reaches ahead, of its whole reach.</summary>
    internal float Ahead { get; init; }

    internal bool HasBias { get; init; } = true;

    /// <summary>Wished for; where sizes allow it.</summary>
    internal Grouping Grouping { get; init; }

    internal int LookAhead => (int)MathF.Round(Ahead * Window);

    internal override bool IsCausal => LookAhead == 0;

    internal override LayerCase Halved => this with { Size = Half(Size), Width = Half(Width), Dilation = Half(Dilation) };

    internal override LayerCase Plain => this with { Ahead = 0, HasBias = true, Grouping = Grouping.None };

    private int Window => (Width - 1) * Dilation;

    internal int Groups(int inputs) => Grouping switch
    {
        Grouping.Halves when inputs % 2 == 0 && Size % 2 == 0 => 2,
        Grouping.Depthwise when Size % inputs == 0 => inputs,
        _ => 1,
    };

    internal override int Outputs(int inputs) => Size;

    internal override int ParameterCount(int inputs) => Size * (Width * (inputs / Groups(inputs)) + (HasBias ? 1 : 0))
            + ReferenceActivation.WeightCount(Activation, Size);

    internal override int StateSize(int inputs) => IsCausal ? Window * inputs : 0;

    internal override int Widest(int inputs) => Math.Max(Width * inputs, Size);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int inputs = x[0].Length, groups = Groups(inputs), group = inputs / groups;
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Size, Width * group);
        double[] b = HasBias ? [.. reader.Vector(Size)] : new double[Size];
        ArraySegment<double> slopes = reader.Vector(ReferenceActivation.WeightCount(Activation, Size));
        double[][] before = !IsCausal ? Rows(Window) : Window == 0 ? [] : [.. state.Chunk(inputs)];
        double[][] all = [.. before, .. x, .. Rows(LookAhead)];
        var outputs = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            var z = new double[Size];
            for (int o = 0; o < Size; o++)
            {
                z[o] = b[o];
                int first = o / (Size / groups) * group;
                for (int k = 0; k < Width; k++)
                {
                    // x⟨t⟩ is all[t + Window].
                    double[] seen = all[t + Window + LookAhead - (Width - 1 - k) * Dilation];
                    for (int i = 0; i < group; i++)
                    {
                        z[o] += w[o, k * group + i] * seen[first + i];
                    }
                }
            }

            outputs[t] = ReferenceActivation.Apply(Activation, z, slopes, smoothness);
        }

        if (IsCausal)
        {
            all[^Window..].SelectMany(row => row).ToArray().CopyTo(state, 0);
        }

        return outputs;

        double[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => new double[inputs])];
    }
}

/// <summary>How outputs of a time-delay layer share its inputs.</summary>
internal enum Grouping
{
    None,
    Halves,
    Depthwise,
}
