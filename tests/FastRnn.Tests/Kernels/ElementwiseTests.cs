using System.Numerics;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class ElementwiseTests
{
    /// <summary>A few roundings of values up to 1, with a vector function of up to 4 units in the last place.</summary>
    private const double ActivationAbsolute = 5e-7;

    /// <summary>The outputs are rounded, and 1 − y² loses what y has lost: a few roundings of values up to 1.</summary>
    private const double DerivativeAbsolute = 1.5e-6;

    /// <summary>The step of a central difference in double: its error is about 1e-11.</summary>
    private const double Difference = 1e-5;

    private const float Range = 6;

    /// <summary>All short lengths and some long ones.</summary>
    public static TheoryData<int> Lengths => [.. Sizes.All];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Elementwise_Map_everyActivation_isTheFunction(int length)
    {
        CheckMap<TanhActivation>(length, Math.Tanh);
        CheckMap<SigmoidActivation>(length, Sigmoid);
        CheckMap<ReluActivation>(length, Relu);
        CheckMap<IdentityActivation>(length, x => x);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Elementwise_Zip_everyActivation_isTheDerivativeTimesTheGradient(int length)
    {
        CheckZip<TanhActivation>(length, Math.Tanh);
        CheckZip<SigmoidActivation>(length, Sigmoid);
        CheckZip<ReluActivation>(length, Relu);
        CheckZip<IdentityActivation>(length, x => x);
    }

    [Fact]
    public void Elementwise_Map_sameValueEverywhere_hasTheSameBits()
    {
        const float Value = 0.7853f;
        foreach (int length in Sizes.All)
        {
            var values = new float[length];
            Array.Fill(values, Value);
            CheckUniform<TanhActivation>(values);
            CheckUniform<SigmoidActivation>(values);
        }
    }

    [Fact]
    public void Elementwise_Map_relu_keepsNaNAndDropsNegativeZero()
    {
        float[] x = [float.NaN, float.NegativeInfinity, float.PositiveInfinity, -0f, 0f, -1e-45f, 1e-45f];
        Elementwise.Map(default(Applied<ReluActivation>), x, x);
        Compare.SameBits([float.NaN, 0, float.PositiveInfinity, 0, 0, 0, 1e-45f], x);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Elementwise_Zip_overEitherOperand_givesTheSameBits(int length)
    {
        float[] a = RandomData.Uniform(length, length);
        float[] b = RandomData.Uniform(length + 1, length);
        var expected = new float[length];
        Elementwise.Zip(default(Differentiated<TanhActivation>), a, b, expected);
        var overA = new Guarded(a);
        Elementwise.Zip(default(Differentiated<TanhActivation>), overA.Span, b, overA.Span);
        Compare.SameBits(expected, overA.Span);
        overA.AssertIntact();
        var overB = new Guarded(b);
        Elementwise.Zip(default(Differentiated<TanhActivation>), a, overB.Span, overB.Span);
        Compare.SameBits(expected, overB.Span);
        overB.AssertIntact();
    }

    [Fact]
    public void Elementwise_LoadPart_shorterSpan_isFilledUp()
    {
        for (int length = 0; length < Vector<float>.Count; length++)
        {
            float[] x = RandomData.Uniform(length, length);
            Vector<float> vector = Elementwise.LoadPart(x, 3f).Value;
            for (int i = 0; i < Vector<float>.Count; i++)
            {
                Assert.Equal(i < length ? x[i] : 3f, vector[i]);
            }
        }
    }

    [Fact]
    public void Elementwise_StorePart_shorterSpan_writesNoMore()
    {
        for (int length = 0; length <= Vector<float>.Count; length++)
        {
            var y = new Guarded(length);
            Elementwise.StorePart(PortableVector.Create(2f), y.Span);
            Assert.False(y.Span.ContainsAnyExcept(2f));
            y.AssertIntact();
        }
    }

    private static void CheckMap<TActivation>(int length, Func<double, double> function)
        where TActivation : struct, IActivation
    {
        var x = new Guarded(RandomData.Uniform(length, length, Range));
        float[] copy = x.Span.ToArray();
        var y = new Guarded(length, shift: 3);
        Elementwise.Map(default(Applied<TActivation>), x.Span, y.Span);
        for (int i = 0; i < length; i++)
        {
            Compare.Within(function(copy[i]), y.Span[i], ActivationAbsolute, $"{typeof(TActivation).Name}({copy[i]})");
        }

        Compare.SameBits(copy, x.Span);
        Elementwise.Map(default(Applied<TActivation>), x.Span, x.Span);
        Compare.SameBits(y.Span, x.Span, "in place");
        x.AssertIntact();
        y.AssertIntact();
    }

    /// <summary>The derivative from the output against a central difference of the function itself.</summary>
    private static void CheckZip<TActivation>(int length, Func<double, double> function)
        where TActivation : struct, IActivation
    {
        float[] x = RandomData.Uniform(length + 100, length, Range / 2).Select(AwayFromKink).ToArray();
        float[] output = x.Select(value => (float)function(value)).ToArray();
        float[] gradient = RandomData.Uniform(length + 200, length);
        var result = new Guarded(length);
        Elementwise.Zip(default(Differentiated<TActivation>), output, gradient, result.Span);
        for (int i = 0; i < length; i++)
        {
            double slope = (function(x[i] + Difference) - function(x[i] - Difference)) / (2 * Difference);
            Compare.Within(slope * gradient[i], result.Span[i], DerivativeAbsolute, $"{typeof(TActivation).Name}′({x[i]})");
        }

        result.AssertIntact();
    }

    private static void CheckUniform<TActivation>(float[] values)
        where TActivation : struct, IActivation
    {
        var y = new float[values.Length];
        Elementwise.Map(default(Applied<TActivation>), values, y);
        foreach (float value in y)
        {
            Assert.Equal(y[0], value);
        }
    }

    private static float AwayFromKink(float x) => Math.Abs(x) < 2 * Difference ? x + 1 : x;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Relu(double x) => Math.Max(0, x);
}
