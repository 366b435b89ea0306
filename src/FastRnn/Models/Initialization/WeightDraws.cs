using System.Numerics.Tensors;

namespace FastRnn;

/// <summary>Draws the values of matrices.</summary>
/// <param name="seed">the same seed draws the same</param>
internal sealed class WeightDraws(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Uniform from start − bound to start + bound.</summary>
    internal void Uniform(Span<float> values, float start, float bound)
    {
        foreach (ref float value in values)
        {
            value = start + (2 * _random.NextSingle() - 1) * bound;
        }
    }

    /// <summary>A value between two.</summary>
    internal float Between(float lowest, float highest) => lowest + _random.NextSingle() * (highest - lowest);

    /// <param name="matrix">[rows, columns]</param>
    /// <param name="rows">m</param>
    /// <param name="columns">n</param>
    /// <param name="distribution">any but the default one</param>
    /// <param name="gain">the factor of the identity and of orthogonal matrices</param>
    internal void Fill(Span<float> matrix, int rows, int columns, WeightDistribution distribution, float gain)
    {
        double both = (double)rows + columns;
        switch (distribution)
        {
            case WeightDistribution.XavierUniform:
                Uniform(matrix, 0, (float)Math.Sqrt(6 / both));
                break;
            case WeightDistribution.XavierNormal:
                Normal(matrix, Math.Sqrt(2 / both));
                break;
            case WeightDistribution.HeUniform:
                Uniform(matrix, 0, (float)Math.Sqrt(6.0 / columns));
                break;
            case WeightDistribution.HeNormal:
                Normal(matrix, Math.Sqrt(2.0 / columns));
                break;
            case WeightDistribution.Orthogonal:
                Orthogonal(matrix, rows, columns, gain);
                break;
            case WeightDistribution.Identity:
                matrix.Clear();
                for (int i = 0; i < rows; i++)
                {
                    matrix[i * columns + i] = gain;
                }

                break;
        }
    }

    private void Normal(Span<float> values, double deviation)
    {
        foreach (ref float value in values)
        {
            value = (float)(deviation * Normal());
        }
    }

    /// <summary>One value of the standard normal distribution, after G. E. P. Box and M. E. Muller.</summary>
    private double Normal()
        => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>Gram and Schmidt's vectors of normal ones: uniform among all orthogonal matrices.</summary>
    private void Orthogonal(Span<float> matrix, int rows, int columns, float gain)
    {
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[] vectors = new double[count * length];
        for (int i = 0; i < count; i++)
        {
            Span<double> vector = vectors.AsSpan(i * length, length);
            foreach (ref double value in vector)
            {
                value = Normal();
            }

            // Twice, since the first time leaves what rounding has.
            for (int pass = 0; pass < 2; pass++)
            {
                for (int before = 0; before < i; before++)
                {
                    ReadOnlySpan<double> other = vectors.AsSpan(before * length, length);
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(vector, other), vector, vector);
                }
            }

            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int place = rows <= columns ? row * length + column : column * length + row;
                matrix[row * columns + column] = (float)(gain * vectors[place]);
            }
        }
    }
}
