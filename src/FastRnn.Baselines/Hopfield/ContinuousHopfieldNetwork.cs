using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Hopfield;

/// <summary>
/// The modern continuous Hopfield network: N stored patterns of n real values, the columns of X [n, N], and a state ξ [n] that is updated
/// by ξ ← X·softmax(β·Xᵀ·ξ), which is attention over the patterns. The larger β and the farther patterns lie apart, the nearer one update
/// comes to the closest pattern; with a small β states meet in an average. Immutable, so any number of threads may use it. Source: H.
/// Ramsauer and others, Hopfield networks is all you need, ICLR 2021, equations 2 and 3.
/// </summary>
public sealed class ContinuousHopfieldNetwork
{
    private readonly double[][] _patterns;

    /// <summary>The constant part of the energy: ln(N)/β + ½·M², with M the largest norm of a pattern.</summary>
    private readonly double _energyOffset;

    /// <param name="patterns">At least one pattern, all of one length n, with finite values; they are copied.</param>
    /// <param name="beta">β, the inverse temperature; finite, above 0.</param>
    /// <exception cref="ArgumentException">There is no pattern, a pattern is null or has another length than the first one, or a value is
    /// NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is not a finite value above 0.</exception>
    public ContinuousHopfieldNetwork(IReadOnlyList<float[]> patterns, double beta)
    {
        Size = PatternGuard.Patterns(patterns, nameof(patterns), areSigns: false);
        Guard.PositiveFinite(beta, nameof(beta));
        Beta = beta;
        _patterns = [.. patterns.Select(pattern => Precision.ToDouble(pattern))];
        double largest = _patterns.Max(pattern => TensorPrimitives.SumOfSquares<double>(pattern));
        _energyOffset = Math.Log(_patterns.Length) / beta + 0.5 * largest;
    }

    /// <summary>n, the number of values of a state.</summary>
    public int Size { get; }

    /// <summary>N, the number of patterns.</summary>
    public int PatternCount => _patterns.Length;

    /// <summary>β.</summary>
    public double Beta { get; }

    /// <summary>Updates a state some times.</summary>
    /// <param name="state">ξ [n], finite; not changed.</param>
    /// <param name="steps">How many updates.</param>
    /// <returns>The last state [n].</returns>
    /// <exception cref="ArgumentException">The length is not n, or a value is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public float[] Recall(ReadOnlySpan<float> state, int steps = 1)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: false);
        Guard.AtLeast(steps, 1, nameof(steps));
        double[] current = Precision.ToDouble(state);
        for (int step = 0; step < steps; step++)
        {
            double[] shares = SoftmaxOfProducts(current);
            var next = new double[Size];
            for (int p = 0; p < _patterns.Length; p++)
            {
                TensorPrimitives.MultiplyAdd(_patterns[p], shares[p], next, next);
            }

            current = next;
        }

        return Precision.ToFloat(current);
    }

    /// <summary>softmax(β·Xᵀ·ξ): how much each pattern has in the next state; the values sum to 1.</summary>
    /// <param name="state">ξ [n], finite.</param>
    /// <returns>[N]</returns>
    /// <exception cref="ArgumentException">The length is not n, or a value is NaN or infinite.</exception>
    public double[] Associate(ReadOnlySpan<float> state)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: false);
        return SoftmaxOfProducts(Precision.ToDouble(state));
    }

    /// <summary>
    /// The energy E = −(1/β)·ln Σ over patterns x of exp(β·xᵀξ) + ½·ξᵀξ + ln(N)/β + ½·M², with M the largest norm of a pattern. It is at
    /// least 0, and no update raises it.
    /// </summary>
    /// <param name="state">ξ [n], finite.</param>
    /// <exception cref="ArgumentException">The length is not n, or a value is NaN or infinite.</exception>
    public double Energy(ReadOnlySpan<float> state)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: false);
        double[] current = Precision.ToDouble(state);
        return _energyOffset + 0.5 * TensorPrimitives.SumOfSquares<double>(current) - LogSum.Of(Products(current)) / Beta;
    }

    /// <summary>β·Xᵀ·ξ [N]</summary>
    private double[] Products(double[] state)
        => [.. _patterns.Select(pattern => Beta * TensorPrimitives.Dot<double>(pattern, state))];

    private double[] SoftmaxOfProducts(double[] state)
    {
        double[] products = Products(state);
        LogSum.Normalize(products);
        return products;
    }
}
