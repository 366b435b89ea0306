namespace FastRnn.Cli.Demo;

/// <summary>x̂⟨t⟩ = c + Σₖ φₖ·x⟨t−k⟩ for k from 1 to the order, fitted by least squares.</summary>
internal sealed class LinearAutoregression
{
    /// <summary>c, then φ₁, φ₂ …</summary>
    private readonly double[] _coefficients;

    private LinearAutoregression(double[] coefficients) => _coefficients = coefficients;

    internal int Order => _coefficients.Length - 1;

    internal double Intercept => _coefficients[0];

    /// <summary>φ₁, φ₂ …: the first is that of the month before.</summary>
    internal ReadOnlySpan<double> Lags => _coefficients.AsSpan(1);

    /// <summary>Least squares over all months of the training part that have <paramref name="order"/> months before them.</summary>
    /// <exception cref="ArgumentException">The series is too short, or so regular that it doesn't determine the coefficients.</exception>
    internal static LinearAutoregression Fit(ReadOnlySpan<double> training, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        int size = order + 1;
        if (training.Length < order + size)
        {
            throw new ArgumentException(
                $"Expected at least {order + size} values for order {order}, but got {training.Length}.", nameof(training));
        }

        // The normal equations A·c = b with A = Σ rᵀr and b = Σ rᵀx⟨t⟩ over rows r = (1, x⟨t−1⟩, x⟨t−2⟩ …). In double their condition
        // costs a few digits of sixteen.
        var matrix = new double[size, size];
        var right = new double[size];
        var row = new double[size];
        for (int t = order; t < training.Length; t++)
        {
            FillRow(training, t, row);
            for (int i = 0; i < size; i++)
            {
                right[i] += row[i] * training[t];
                for (int j = 0; j <= i; j++)
                {
                    matrix[i, j] += row[i] * row[j];
                }
            }
        }

        SolveByCholesky(matrix, right);
        return new LinearAutoregression(right);
    }

    /// <summary>Forecasts every month from <paramref name="start"/> on from the true values of the months before it.</summary>
    internal double[] Forecast(ReadOnlySpan<double> series, int start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(start, Order);
        var forecasts = new double[series.Length - start];
        var row = new double[_coefficients.Length];
        for (int t = start; t < series.Length; t++)
        {
            FillRow(series, t, row);
            forecasts[t - start] = Dot(row, _coefficients);
        }

        return forecasts;
    }

    private static void FillRow(ReadOnlySpan<double> series, int t, Span<double> row)
    {
        row[0] = 1;
        for (int k = 1; k < row.Length; k++)
        {
            row[k] = series[t - k];
        }
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>Solves A·x = b for a symmetric positive definite A, given by its lower triangle: A = L·Lᵀ, L·z = b, Lᵀ·x = z.</summary>
    /// <param name="matrix">A [n, n] in, L out</param>
    /// <param name="right">b [n] in, x out</param>
    private static void SolveByCholesky(double[,] matrix, double[] right)
    {
        int size = right.Length;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double diagonal = matrix[i, i];
                double rest = matrix[i, j];
                for (int k = 0; k < j; k++)
                {
                    rest -= matrix[i, k] * matrix[j, k];
                }

                if (j == i && !(rest > 1e-12 * diagonal))
                {
                    throw new ArgumentException(
                        "Expected values that determine the coefficients, but their lags depend on each other linearly.");
                }

                matrix[i, j] = j == i ? Math.Sqrt(rest) : rest / matrix[j, j];
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < i; k++)
            {
                right[i] -= matrix[i, k] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++)
            {
                right[i] -= matrix[k, i] * right[k];
            }

            right[i] /= matrix[i, i];
        }
    }
}
