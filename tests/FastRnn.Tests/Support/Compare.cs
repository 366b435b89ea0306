namespace FastRnn.Tests.Support;

/// <summary>Comparisons that say where and by how much two results differ.</summary>
internal static class Compare
{
    /// <summary>The relative error of one rounding to float, 2⁻²⁴.</summary>
    internal const double FloatRounding = 1.0 / (1 << 24);

    private const int MantissaBits = 23;
    private const int LeastNormalExponent = -126;

    /// <summary>Every value has the same bits, 0 is not −0; any NaN equals any other, as IEEE 754 leaves its bits open.</summary>
    internal static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!IsSame(expected[i], actual[i]))
            {
                Assert.Fail($"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
            }
        }
    }

    /// <summary>Whether <see cref="SameBits"/> holds.</summary>
    internal static bool AreSameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        bool same = a.Length == b.Length;
        for (int i = 0; same && i < a.Length; i++)
        {
            same = IsSame(a[i], b[i]);
        }

        return same;
    }

    internal static void Within(double expected, double actual, double bound, string what)
    {
        if (!(Math.Abs(actual - expected) <= bound))
        {
            Assert.Fail($"{what}: expected {expected:R}, got {actual:R}, which is off by {Math.Abs(actual - expected):E2} > {bound:E2}");
        }
    }

    /// <summary>Each |actual − expected| is at most relative·|expected| + absolute.</summary>
    internal static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double relative, double absolute, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Within(expected[i], actual[i], relative * Math.Abs(expected[i]) + absolute, $"{what}[{i}]");
        }
    }

    /// <summary>Each |actual − expected| is at most a share of the largest |expected|, however small that is.</summary>
    internal static void NearLargest(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double share, string what)
        => Near(expected, actual, 0, share * Largest(expected), what);

    internal static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>
    /// |actual − exact| in units of the last place: of the spacing of floats between the powers of two around the exact value, which
    /// is that of the denormals for everything below the least normal float.
    /// </summary>
    internal static double Ulps(double exact, float actual)
        => Math.Abs(actual - exact) / Math.ScaleB(1, Math.Max(Math.ILogB(exact), LeastNormalExponent) - MantissaBits);

    private static bool IsSame(float a, float b)
        => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));
}
