namespace FastRnn.Tests.Support;

/// <summary>Matrix products in double, a sum at a time, and what float may differ from them.</summary>
internal static class NaiveProduct
{
    /// <summary>Σ x·w and Σ|x·w| over <paramref name="count"/> terms, each operand with a stride of its own.</summary>
    internal static (double Sum, double Magnitude) Dot(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> w, int wStride, int count)
    {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < count; i++)
        {
            double product = (double)x[i * xStride] * w[i * wStride];
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (sum, magnitude);
    }

    /// <summary>
    /// Checks y = s + x·Wᵀ for x [R, K], W [M, K] row-major, y [R, M]; the addend s is [M], [R, M] or empty. The bound is the usual
    /// one: a rounding for every product and sum, (K + 4)·ε·(|s| + Σ|x·w|).
    /// </summary>
    internal static void Check(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> addend, ReadOnlySpan<float> y, int rows, int outputs, string what)
    {
        int inputs = x.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                (double sum, double magnitude) = Dot(x[(row * inputs)..], 1, w[(output * inputs)..], 1, inputs);
                int place = row * outputs + output;
                float start = addend.IsEmpty ? 0 : addend[place % addend.Length];
                double bound = (inputs + 4) * Compare.FloatRounding * (Math.Abs(start) + magnitude);
                Compare.Within(start + sum, y[place], bound, $"{what} y[{row}, {output}]");
            }
        }
    }
}
