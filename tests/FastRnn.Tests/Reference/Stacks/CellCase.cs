namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// A recurrent layer: a step after another, each with the state of the one before; the first part of the state is the output.
/// </summary>
internal abstract record CellCase : LayerCase
{
    /// <summary>The sizes of the vectors that the state consists of, the output first.</summary>
    internal abstract int[] StateParts { get; }

    internal override int Outputs(int inputs) => StateParts[0];

    internal override int StateSize(int inputs) => StateParts.Sum();

    /// <summary>The parts of the next state, of an input and the parts of the state before.</summary>
    internal abstract double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        double[][] parts = Split(state);
        var outputs = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            parts = Step(x[t], parts, parameters, smoothness);
            outputs[t] = parts[0];
        }

        parts.SelectMany(part => part).ToArray().CopyTo(state, 0);
        return outputs;
    }

    private double[][] Split(double[] state)
    {
        int start = 0;
        return Array.ConvertAll(StateParts, size => state[start..(start += size)]);
    }
}
