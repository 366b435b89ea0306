using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class SoftmaxTests
{
    /// <summary>The error of e^x (2 units), of a sum of up to 1,000 values in vectors, of the quotient and the product.</summary>
    private const double ProbabilityRelative = 4e-6;

    /// <summary>Values below this are denormal or nearly so.</summary>
    private const double ProbabilityAbsolute = 1e-37;

    /// <summary>Of the logits' size: the shift is exact but the sum of maximum and logarithm is rounded.</summary>
    private const double LogSumExpRelative = 3e-6;

    public static TheoryData<int> Lengths => [.. Sizes.All.Where(length => length > 0)];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Softmax_Normalize_randomLogits_isTheSoftmaxAndTheLogSumExp(int length)
    {
        Check(RandomData.Uniform(length, length, 5));
        Check(RandomData.Uniform(length + 1, length, 80));
    }

    [Theory]
    [InlineData(3e38f)]
    [InlineData(-3e38f)]
    [InlineData(1000f)]
    [InlineData(-1000f)]
    [InlineData(0f)]
    public void Softmax_Normalize_equalLogits_areEquallyProbable(float logit)
    {
        foreach (int length in Sizes.Edges)
        {
            float[] x = new float[length];
            Array.Fill(x, logit);
            Check(x);
        }
    }

    [Fact]
    public void Softmax_Normalize_hugeLogits_doNotOverflow()
    {
        Check([1000, 999, -1000, 500]);
        Check([100, -100, 0]);
        Check([-5000, -5001, -5002, -5003, -5004, -5005, -5006, -5007, -5008]);
    }

    [Fact]
    public void Softmax_Normalize_oneLogit_isExactlyOne()
    {
        foreach (float logit in new[] { 0f, -3f, 88f, 1e30f, -1e30f })
        {
            float[] y = [logit];
            Assert.Equal(logit, Softmax.Normalize(y, y));
            Assert.Equal(1f, y[0]);
        }
    }

    [Fact]
    public void Softmax_Normalize_negativeInfinity_isImpossible()
    {
        foreach (int length in Sizes.Edges.Where(length => length > 1))
        {
            float[] x = RandomData.Uniform(length, length);
            x[length / 2] = float.NegativeInfinity;
            Check(x);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Softmax_Normalize_NaNOrInfinity_makesAllNaN(float bad)
    {
        foreach (int length in Sizes.Edges)
        {
            for (int place = 0; place < length; place += 5)
            {
                float[] x = RandomData.Uniform(length, length);
                x[place] = bad;
                Assert.True(float.IsNaN(Softmax.Normalize(x, x)));
                Assert.All(x, value => Assert.True(float.IsNaN(value)));
            }
        }
    }

    [Fact]
    public void Softmax_Normalize_allNegativeInfinity_isNaN()
    {
        float[] x = [float.NegativeInfinity, float.NegativeInfinity];
        Softmax.Normalize(x, x);
        Assert.All(x, value => Assert.True(float.IsNaN(value)));
    }

    private static void Check(float[] x)
    {
        var y = new Guarded(x.Length);
        float logSumExp = Softmax.Normalize(x, y.Span);
        double max = x.Max();
        double sum = x.Sum(value => Math.Exp(value - max));
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Math.Exp(x[i] - max) / sum;
            Compare.Within(expected, y.Span[i], ProbabilityRelative * expected + ProbabilityAbsolute, $"softmax[{i}] of {x.Length}");
        }

        double exact = max + Math.Log(sum);
        Compare.Within(exact, logSumExp, LogSumExpRelative * (1 + Math.Abs(exact)), "log-sum-exp");
        y.AssertIntact();
        var inPlace = new Guarded(x);
        Assert.Equal(logSumExp, Softmax.Normalize(inPlace.Span, inPlace.Span));
        Compare.SameBits(y.Span, inPlace.Span, "in place");
        inPlace.AssertIntact();
    }
}
