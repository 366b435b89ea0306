using System.Numerics.Tensors;

namespace FastRnn.Baselines.Numerics;

/// <summary>From the caller's floats to double, in which everything is computed, and back.</summary>
internal static class Precision
{
    internal static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, wide);
        return wide;
    }

    /// <summary>Rounded to the nearest float; what is beyond the largest one becomes infinite.</summary>
    internal static float[] ToFloat(ReadOnlySpan<double> values)
    {
        var narrow = new float[values.Length];
        TensorPrimitives.ConvertTruncating(values, narrow);
        return narrow;
    }
}
