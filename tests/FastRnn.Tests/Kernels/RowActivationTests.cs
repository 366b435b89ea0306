using FastRnn.Kernels;
using FastRnn.Tests.Reference.Stacks;
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

    /// <summary>Every activation, and all of them of clipped values; their kernels.</summary>
    private static readonly (Activation Activation, float Clip, RowActivation Product)[] All =
    [
        .. Activations.All.Select(activation => (activation, float.PositiveInfinity, ActivationKernels.Rows(activation))),
        .. Activations.OfCells.Select(activation => (activation, Bound, (RowActivation)ActivationKernels.Elements(activation, Bound))),
    ];

    public static TheoryData<int> Widths => [.. Sizes.Short];

    [Fact]
    public void ActivationKernels_Rows_everyKind_isKnown()
        => Assert.Equal(
            Enum.GetValues<ActivationKind>().Except([ActivationKind.PRelu]).Order(),
            Activations.All.Select(activation => activation.Kind).Distinct().Order());

    [Theory]
    [MemberData(nameof(Widths))]
    public void RowActivation_Forward_everyWidth_isTheFunctionOfEachRow(int width)
    {
        foreach ((Activation activation, float clip, RowActivation product) in All)
        {
            float[] x = Inputs(activation, clip, width);
            var source = new Guarded(x);
            var y = new Guarded(x.Length, shift: 3);
            product.Forward(source.Span, y.Span, width);
            double[] expected = RandomData.ToDouble(x).Chunk(width).SelectMany(row => Naive(activation, clip, row)).ToArray();
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
        foreach ((Activation activation, float clip, RowActivation product) in All)
        {
            float[] inputs = Inputs(activation, clip, width);
            double[] x = RandomData.ToDouble(inputs);
            float[] error = RandomData.Uniform(width + 7, x.Length);
            float[] outputs = x.Chunk(width).SelectMany(row => Naive(activation, clip, row)).Select(value => (float)value).ToArray();
            var kept = new Guarded(product.KeepsInput ? inputs : outputs, shift: 5);
            var y = new Guarded(outputs);
            var gradient = new Guarded(error, shift: 3);
            product.Backward(kept.Span, y.Span, gradient.Span, width);
            var expected = new double[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                int start = i / width * width;
                double Weighted(double change)
                {
                    double[] row = x[start..(start + width)];
                    row[i - start] += change;
                    return Naive(activation, clip, row).Select((value, place) => value * error[start + place]).Sum();
                }

                expected[i] = (Weighted(Difference) - Weighted(-Difference)) / (2 * Difference);
            }

            Compare.Near(expected, gradient.Span, 0, BackwardTolerance, $"{activation}′");
            Compare.SameBits(outputs, y.Span, "output");
            Compare.SameBits(product.KeepsInput ? inputs : outputs, kept.Span, "input");
            kept.AssertIntact();
            y.AssertIntact();
            gradient.AssertIntact();
        }
    }

    /// <summary>What a cell calls is what rows get, whatever the width of a vector.</summary>
    [Fact]
    public void ElementActivation_ApplyAndGradient_vectors_haveTheBitsOfRows()
    {
        foreach ((Activation activation, float clip, RowActivation product) in All)
        {
            if (product is ElementActivation element)
            {
                float[] x = Inputs(activation, clip, WideVector.Count), gradient = RandomData.Uniform(1, Rows * WideVector.Count);
                float[] y = new float[x.Length], delta = [.. gradient];
                product.Forward(x, y, x.Length);
                product.Backward(x, y, delta, x.Length);
                CheckVectors<PortableVector>(element, x, gradient, y, product.KeepsInput ? delta : null);
                CheckVectors<WideVector>(element, x, gradient, y, product.KeepsInput ? delta : null);
            }
        }
    }

    [Fact]
    public void RowActivation_Forward_valuesThatAreNoNumbers_stayThemOrGoToTheLimit()
    {
        foreach ((Activation activation, float clip, RowActivation product) in All.Where(row => row.Activation.IsElementwise))
        {
            float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f], y = new float[x.Length];
            product.Forward(x, y, x.Length);
            Assert.True(float.IsNaN(y[0]), $"{activation} of NaN");
            double[] expected = RandomData.ToDouble(x).Select(value => Naive(activation, clip, [value])[0]).ToArray();
            for (int i = 1; i < x.Length; i++)
            {
                Assert.True(
                    Math.Abs(expected[i] - y[i]) <= ForwardTolerance || expected[i].Equals(y[i]), $"{activation}({x[i]}) = {y[i]}");
            }
        }
    }

    [Fact]
    public void RowActivation_Backward_NaN_staysOne()
    {
        foreach ((Activation activation, float clip, RowActivation product) in All)
        {
            float[] x = [float.NaN, 1], y = new float[2], gradient = [float.NaN, float.NaN];
            product.Forward(x, y, 2);
            product.Backward(product.KeepsInput ? x : y, y, gradient, 2);
            Assert.True(float.IsNaN(gradient[0]), $"{activation}′, clip {clip}");
        }
    }

    /// <summary>What the functions do far out, of values and of their derivatives.</summary>
    [Fact]
    public void RowActivation_Backward_farOut_isFinite()
    {
        foreach ((Activation activation, float clip, RowActivation product) in All.Where(row => row.Activation.IsElementwise))
        {
            float[] x = [float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, 200, -200], y = new float[x.Length];
            float[] gradient = [1, 1, 1, 1, 1, 1];
            product.Forward(x, y, x.Length);
            product.Backward(product.KeepsInput ? x : y, y, gradient, x.Length);
            Assert.All(gradient, value => Assert.True(float.IsFinite(value), $"{activation}′ {value}, clip {clip}"));
        }
    }

    private static void CheckVectors<TVector>(ElementActivation element, float[] x, float[] gradient, float[] y, float[]? delta)
        where TVector : struct, IVector<TVector>
    {
        var applied = new float[x.Length];
        var differentiated = new float[x.Length];
        for (int i = 0; i < x.Length; i += TVector.Count)
        {
            TVector input = TVector.Load(ref x[0], i), output = element.Apply(input);
            TVector.Store(output, ref applied[0], i);
            TVector.Store(element.Gradient(input, output, TVector.Load(ref gradient[0], i)), ref differentiated[0], i);
        }

        Compare.SameBits(y, applied);
        if (delta is not null)
        {
            Compare.SameBits(delta, differentiated);
        }
    }

    /// <summary>Away from the kinks, which a difference must not straddle.</summary>
    private static float[] Inputs(Activation activation, float clip, int width)
        => RandomData.Uniform(width, Rows * width, Range).Select(x => Smooth(activation, clip, x)).ToArray();

    private static float Smooth(Activation activation, float clip, float x)
    {
        const float Shift = 0.0137f;
        while (activation.IsElementwise)
        {
            var smoothness = new Smoothness();
            ReferenceActivation.ApplyClipped(activation, x, clip, smoothness);
            if (smoothness.Least > 2 * Difference && x != 0)
            {
                break;
            }

            x += Shift;
        }

        return x;
    }

    private static double[] Naive(Activation activation, double clip, double[] x)
        => ReferenceActivation.Apply(activation, Array.ConvertAll(x, value => Math.Min(Math.Max(value, -clip), clip)), new Smoothness());
}
