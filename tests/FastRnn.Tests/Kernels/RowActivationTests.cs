using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>The activations that are chosen at run time, on rows, against naive ones in double and their differences.</summary>
public sealed class RowActivationTests
{
    /// <summary>A few roundings of values up to 1, with a vector function of up to 4 units in the last place.</summary>
    private const double ForwardTolerance = 1e-6;

    /// <summary>The outputs are rounded, and products of them and sums over rows of up to 67 are made.</summary>
    private const double BackwardTolerance = 4e-6;

    /// <summary>A central difference in double errs by about 1e-10.</summary>
    private const double Difference = 1e-5;

    private const int Rows = 3;
    private const float Range = 4, Bound = 1.5f;

    private static readonly (Activation Activation, RowActivation Product, Func<double[], double[]> Naive)[] All =
    [
        (Activation.Identity, RowActivation.Identity, x => [.. x]),
        (Activation.Tanh, RowActivation.Tanh, x => Array.ConvertAll(x, Math.Tanh)),
        (Activation.Relu, RowActivation.Relu, x => Array.ConvertAll(x, value => Math.Max(0, value))),
        (Activation.Sigmoid, RowActivation.Sigmoid, x => Array.ConvertAll(x, value => 1 / (1 + Math.Exp(-value)))),
        (Activation.Softmax, RowActivation.Softmax, Softmax),
    ];

    /// <summary>With clipped ones, of which there are more than activations.</summary>
    private static readonly (Activation Activation, RowActivation Product, Func<double[], double[]> Naive)[] AllAndClipped =
    [
        .. All,
        .. All.Where(row => row.Activation != Activation.Softmax).Select(row => (
            row.Activation, row.Product.Clipped(Bound),
            (Func<double[], double[]>)(x => row.Naive(Array.ConvertAll(x, value => Math.Clamp(value, -Bound, Bound)))))),
    ];

    public static TheoryData<int> Widths => [.. Sizes.Short];

    [Fact]
    public void LayerFactory_Rows_everyActivation_isItsKernel()
    {
        Assert.Equal(Activations.All, All.Select(row => row.Activation));
        Assert.All(All, row => Assert.Same(row.Product, LayerFactory.Rows(row.Activation)));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void RowActivation_Forward_everyWidth_isTheFunctionOfEachRow(int width)
    {
        foreach ((Activation activation, RowActivation product, Func<double[], double[]> naive) in AllAndClipped)
        {
            float[] x = Inputs(width);
            var source = new Guarded(x);
            var y = new Guarded(x.Length, shift: 3);
            product.Forward(source.Span, y.Span, width);
            double[] expected = RandomData.ToDouble(x).Chunk(width).SelectMany(naive).ToArray();
            Compare.Near(expected, y.Span, ForwardTolerance, ForwardTolerance, $"{activation}");
            Compare.SameBits(x, source.Span, "input");
            product.Forward(source.Span, source.Span, width);
            Compare.SameBits(y.Span, source.Span, $"{activation} in place");
            source.AssertIntact();
            y.AssertIntact();
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void RowActivation_Backward_everyWidth_isTheDifferenceOfEachRow(int width)
    {
        foreach ((Activation activation, RowActivation product, Func<double[], double[]> naive) in AllAndClipped)
        {
            double[] x = RandomData.ToDouble(Inputs(width));
            float[] error = RandomData.Uniform(width + 7, x.Length);
            float[] outputs = x.Chunk(width).SelectMany(naive).Select(value => (float)value).ToArray();
            var y = new Guarded(outputs);
            var gradient = new Guarded(error, shift: 3);
            product.Backward(y.Span, gradient.Span, width);
            var expected = new double[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                int start = i / width * width;
                double Weighted(double change)
                {
                    double[] row = x[start..(start + width)];
                    row[i - start] += change;
                    return naive(row).Select((value, place) => value * error[start + place]).Sum();
                }

                expected[i] = (Weighted(Difference) - Weighted(-Difference)) / (2 * Difference);
            }

            Compare.Near(expected, gradient.Span, 0, BackwardTolerance, $"{activation}′");
            Compare.SameBits(outputs, y.Span, "output");
            y.AssertIntact();
            gradient.AssertIntact();
        }
    }

    [Fact]
    public void RowActivation_Clipped_noBound_isTheActivationItself()
        => Assert.All(All, row => Assert.Same(row.Product, row.Product.Clipped(float.PositiveInfinity)));

    [Fact]
    public void RowActivation_Clipped_valuesThatAreNoNumbers_passOrStopAtTheBound()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity], y = new float[3];
        RowActivation.Identity.Clipped(Bound).Forward(x, y, 3);
        Assert.Equal([float.NaN, Bound, -Bound], y);
    }

    /// <summary>Away from the kinks of ReLU and of a bound, which a difference must not straddle.</summary>
    private static float[] Inputs(int width)
        => RandomData.Uniform(width, Rows * width, Range)
            .Select(x => Math.Abs(x) < 2 * Difference || Math.Abs(Math.Abs(x) - Bound) < 2 * Difference ? x + 1 : x).ToArray();

    private static double[] Softmax(double[] x)
    {
        double[] powers = Array.ConvertAll(x, Math.Exp);
        double sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }
}
