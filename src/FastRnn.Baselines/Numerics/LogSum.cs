using System.Numerics.Tensors;

namespace FastRnn.Baselines.Numerics;

/// <summary>Sums of numbers that are given by their logarithms; the logarithm of 0 is −∞.</summary>
internal static class LogSum
{
    /// <summary>ln Σ exp(vᵢ), without overflow or underflow; −∞ for all −∞.</summary>
    internal static double Of(ReadOnlySpan<double> logs)
    {
        double largest = TensorPrimitives.Max(logs);
        if (double.IsNegativeInfinity(largest))
        {
            return largest;
        }

        double sum = 0;
        foreach (double log in logs)
        {
            sum += Math.Exp(log - largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>ln Σ exp(aᵢ + bᵢ).</summary>
    /// <param name="a">[n]</param>
    /// <param name="b">[n]</param>
    /// <param name="scratch">Overwritten [n].</param>
    internal static double OfProducts(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> scratch)
    {
        TensorPrimitives.Add(a, b, scratch);
        double largest = TensorPrimitives.Max<double>(scratch);
        if (double.IsNegativeInfinity(largest))
        {
            return largest;
        }

        TensorPrimitives.Subtract(scratch, largest, scratch);
        TensorPrimitives.Exp(scratch, scratch);
        return largest + Math.Log(TensorPrimitives.Sum<double>(scratch));
    }

    /// <summary>Replaces logarithms by the numbers, divided by their sum; not all of them may be −∞.</summary>
    internal static void Normalize(Span<double> logs)
    {
        TensorPrimitives.Subtract(logs, TensorPrimitives.Max<double>(logs), logs);
        TensorPrimitives.Exp(logs, logs);
        TensorPrimitives.Divide(logs, TensorPrimitives.Sum<double>(logs), logs);
    }
}
