namespace FastRnn.Tests.Reference.Stacks;

/// <summary>A view of row-major values [rows, columns].</summary>
internal readonly struct Matrix(ArraySegment<double> values, int columns)
{
    internal double this[int row, int column] => values[row * columns + column];

    /// <summary>One row times a vector.</summary>
    internal double Times(int row, double[] x)
    {
        double sum = 0;
        for (int column = 0; column < columns; column++)
        {
            sum += this[row, column] * x[column];
        }

        return sum;
    }
}
