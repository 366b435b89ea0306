using FastRnn.Tests.Reference.Stacks;

namespace FastRnn.Tests.Cells;

/// <summary><see cref="DecayingMemoryCell"/> in double; Wx [H, I], Wh [H, H], b [H], a and d [2, H].</summary>
internal sealed record DecayingMemoryCase(int Hidden) : CellCase
{
    internal override int[] StateParts => [Hidden, Hidden];

    internal override int ParameterCount(int inputs) => Hidden * (inputs + Hidden + 3);

    internal override double[][] Step(double[] x, double[][] state, ArraySegment<double> parameters, Smoothness smoothness)
    {
        var reader = new ParameterReader(parameters);
        Matrix w = reader.Matrix(Hidden, x.Length);
        Matrix u = reader.Matrix(Hidden, Hidden);
        ArraySegment<double> b = reader.Vector(Hidden);
        ArraySegment<double> a = reader.Vector(Hidden);
        ArraySegment<double> d = reader.Vector(Hidden);
        var memory = new double[Hidden];
        for (int h = 0; h < Hidden; h++)
        {
            memory[h] = d[h] * state[1][h] + Math.Tanh(w.Times(h, x) + b[h] + a[h] * u.Times(h, state[0]));
        }

        return [Array.ConvertAll(memory, Math.Tanh), memory];
    }
}
