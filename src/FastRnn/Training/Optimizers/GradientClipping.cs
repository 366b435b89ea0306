using System.Numerics.Tensors;

namespace FastRnn.Training;

/// <summary>
/// Clipping by value: g ← min(max(g, −c), c); and by global norm: g ← g·min(1, c/‖g‖) with ‖g‖ over all gradients together. Source:
/// R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks, ICML 2013.
/// </summary>
internal static class GradientClipping
{
    /// <summary>Values squared and summed in float before they are added to a sum in double.</summary>
    private const int BlockLength = 1024;

    /// <summary>A sum in float above this has lost nothing that counts to squares below the normal range.</summary>
    private const float LeastSum = 1e-25f;

    /// <summary>Clips by value, then by norm; returns ‖g‖ as it was before. Where that is not finite nothing is clipped.</summary>
    /// <param name="gradients">those of a network</param>
    /// <param name="others">those of a second network that is trained with it, if any</param>
    /// <param name="maxValue">the largest absolute value</param>
    /// <param name="maxNorm">the largest norm</param>
    internal static double Clip(Span<float> gradients, Span<float> others, float maxValue, float maxNorm)
    {
        if (float.IsPositiveInfinity(maxValue))
        {
            return ByNorm(gradients, maxNorm, others);
        }

        double norm = ByNorm(gradients, float.PositiveInfinity, others);
        if (double.IsFinite(norm))
        {
            TensorPrimitives.Clamp(gradients, -maxValue, maxValue, gradients);
            TensorPrimitives.Clamp(others, -maxValue, maxValue, others);
            ByNorm(gradients, maxNorm, others);
        }

        return norm;
    }

    /// <summary>
    /// Scales the gradients down to <paramref name="maxNorm"/> where they are beyond it; returns ‖g‖ as it was. Not finite only when
    /// a gradient is not.
    /// </summary>
    /// <param name="gradients">those of a network</param>
    /// <param name="maxNorm">c</param>
    /// <param name="others">those of a second network that is trained with it, if any</param>
    internal static double ByNorm(Span<float> gradients, float maxNorm, Span<float> others = default)
    {
        double norm = Math.Sqrt(SumOfBlocks(gradients) + SumOfBlocks(others));
        if (double.IsFinite(norm) && norm > maxNorm)
        {
            TensorPrimitives.Multiply(gradients, (float)(maxNorm / norm), gradients);
            TensorPrimitives.Multiply(others, (float)(maxNorm / norm), others);
        }

        return norm;
    }

    private static double SumOfBlocks(ReadOnlySpan<float> gradients)
    {
        double squares = 0;
        int length;
        for (int start = 0; start < gradients.Length; start += length)
        {
            length = Math.Min(BlockLength, gradients.Length - start);
            squares += SumOfSquares(gradients.Slice(start, length));
        }

        return squares;
    }

    /// <summary>In float; again in double where float has overflown or lost small values.</summary>
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        float sum = TensorPrimitives.SumOfSquares(values);
        if (float.IsFinite(sum) && sum > LeastSum)
        {
            return sum;
        }

        double squares = 0;
        foreach (float value in values)
        {
            squares += (double)value * value;
        }

        return squares;
    }
}
