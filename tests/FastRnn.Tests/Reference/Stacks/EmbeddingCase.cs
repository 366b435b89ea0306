namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The row of a table [V, E] for an index, as the product of the table and the index's one-hot vector.</summary>
internal sealed record EmbeddingCase(int Size) : LayerCase
{
    internal override bool IsPerStep => true;

    internal override LayerCase Halved => new EmbeddingCase(Half(Size));

    internal override int Outputs(int inputs) => Size;

    internal override int ParameterCount(int inputs) => inputs * Size;

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Array.ConvertAll(x, row => Step(row, new ParameterReader(parameters).Matrix(row.Length, Size)));

    private double[] Step(double[] oneHot, Matrix table)
    {
        var y = new double[Size];
        for (int v = 0; v < oneHot.Length; v++)
        {
            for (int e = 0; e < Size; e++)
            {
                y[e] += oneHot[v] * table[v, e];
            }
        }

        return y;
    }
}
