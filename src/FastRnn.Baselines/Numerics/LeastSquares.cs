using System.Numerics.Tensors;

namespace FastRnn.Baselines.Numerics;

/// <summary>Linear least squares by QR decomposition.</summary>
internal static class LeastSquares
{
    /// <summary>The x that minimizes ‖A·x − b‖².</summary>
    /// <param name="columns">The columns of A, each [rows]. A column that depends on earlier ones gets the coefficient 0.</param>
    /// <param name="target">b [rows]</param>
    internal static double[] Solve(IReadOnlyList<double[]> columns, ReadOnlySpan<double> target)
    {
        var basis = new OrthonormalBasis();
        var kept = new List<(int Column, double[] Coefficients)>();
        for (int column = 0; column < columns.Count; column++)
        {
            if (basis.TryAdd(columns[column], out double[] coefficients))
            {
                kept.Add((column, coefficients));
            }
        }

        // R·x = Qᵀ·b from the last row up; column k of R has k + 1 entries.
        var solution = new double[columns.Count];
        double[] rest = target.ToArray();
        var right = new double[kept.Count];
        for (int k = 0; k < kept.Count; k++)
        {
            right[k] = TensorPrimitives.Dot<double>(basis.Vectors[k], rest);
            TensorPrimitives.MultiplyAdd(basis.Vectors[k], -right[k], rest, rest);
        }

        for (int k = kept.Count - 1; k >= 0; k--)
        {
            (int column, double[] coefficients) = kept[k];
            double value = right[k] / coefficients[k];
            solution[column] = value;
            for (int row = 0; row < k; row++)
            {
                right[row] -= coefficients[row] * value;
            }
        }

        return solution;
    }
}
