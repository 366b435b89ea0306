using System.Numerics.Tensors;

namespace FastRnn.Baselines.Markov;

/// <summary>Weighted means and variances of vectors, a set for each of C components, summed as differences from centers near the means,
/// which keeps the variances exact.</summary>
internal sealed class GaussianMoments
{
    /// <summary>Less than this is nothing: the mean would be a quotient of denormal numbers.</summary>
    private const double LeastWeight = 1e-100;

    private readonly double[] _centers;
    private readonly double[] _weights;
    private readonly double[] _sums;
    private readonly double[] _squares;
    private readonly double[] _difference;
    private readonly int _size;

    /// <param name="centers">[C, D]; not changed while this is in use</param>
    /// <param name="size">D</param>
    internal GaussianMoments(double[] centers, int size)
    {
        _centers = centers;
        _size = size;
        _weights = new double[centers.Length / size];
        _sums = new double[centers.Length];
        _squares = new double[centers.Length];
        _difference = new double[size];
    }

    /// <summary>The sum of weights of each component [C].</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    internal void Add(int component, double weight, ReadOnlySpan<double> vector)
    {
        _weights[component] += weight;
        Span<double> sums = Of(_sums, component), squares = Of(_squares, component);
        TensorPrimitives.Subtract(vector, Of(_centers, component), _difference);
        TensorPrimitives.MultiplyAdd(_difference, weight, sums, sums);
        TensorPrimitives.Multiply(_difference, _difference, _difference);
        TensorPrimitives.MultiplyAdd(_difference, weight, squares, squares);
    }

    /// <summary>Replaces the mean and the variance of each component to which something has been added.</summary>
    /// <param name="means">[C, D]</param>
    /// <param name="variances">[C, D]</param>
    /// <param name="floors">The least variances [D].</param>
    internal void Estimate(Span<double> means, Span<double> variances, ReadOnlySpan<double> floors)
    {
        for (int i = 0; i < means.Length; i++)
        {
            double weight = _weights[i / _size];
            if (weight > LeastWeight)
            {
                double shift = _sums[i] / weight;
                means[i] = _centers[i] + shift;
                variances[i] = Math.Max(floors[i % _size], _squares[i] / weight - shift * shift);
            }
        }
    }

    private Span<double> Of(double[] values, int component) => values.AsSpan(component * _size, _size);
}
