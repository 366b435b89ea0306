using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>The kernels of attention against naive code in double.</summary>
public sealed class AttentionKernelTests
{
    /// <summary>Of some ten terms a sum of floats.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>What <see cref="AdditiveScores"/> promises.</summary>
    private const double TanhError = 3.0e-7;

    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 7, 8, 9, 50];

    [Fact]
    public void RowProducts_anySize_areTheNaiveSums()
    {
        for (int columns = 1; columns <= 67; columns++)
        {
            foreach (int length in Lengths)
            {
                float[] rows = RandomData.Uniform(columns, length * columns), x = RandomData.Uniform(1, columns);
                float[] weights = RandomData.Uniform(2, length);
                Guarded dots = new(length), sums = new(columns);
                RowProducts.Dot(rows, x, dots.Span);
                RowProducts.Combine(rows, weights, sums.Span);
                double[] expectedDots = [.. Enumerable.Range(0, length)
                    .Select(s => Enumerable.Range(0, columns).Sum(k => (double)rows[s * columns + k] * x[k]))];
                double[] expectedSums = [.. Enumerable.Range(0, columns)
                    .Select(k => Enumerable.Range(0, length).Sum(s => (double)rows[s * columns + k] * weights[s]))];
                Compare.Near(expectedDots, dots.Span, 0, Tolerance, $"dot {length} × {columns}");
                Compare.Near(expectedSums, sums.Span, 0, Tolerance, $"sum {length} × {columns}");
                dots.AssertIntact();
                sums.AssertIntact();
                for (int s = 0; s < length; s++)
                {
                    var alone = new float[1];
                    RowProducts.Dot(rows.AsSpan(s * columns, columns), x, alone);
                    Compare.SameBits(alone, dots.Span.Slice(s, 1), "a row alone");
                }
            }
        }
    }

    [Fact]
    public void AdditiveScores_anySize_areTheNaiveSums()
    {
        for (int units = 1; units <= 67; units++)
        {
            foreach (int length in Lengths)
            {
                float[] keys = RandomData.Uniform(units, length * units, 3), query = RandomData.Uniform(1, units, 3);
                float[] weights = RandomData.Uniform(2, units), keyPowers = new float[keys.Length], queryPowers = new float[units];
                Guarded byPowers = new(length), byTanh = new(length);
                AdditiveScores.Exponentials(keys, keyPowers);
                AdditiveScores.Exponentials(query, queryPowers);
                AdditiveScores.ByExponentials(keyPowers, queryPowers, weights, byPowers.Span);
                AdditiveScores.ByTanh(keys, query, weights, new float[units], byTanh.Span);
                double[] expected = [.. Enumerable.Range(0, length)
                    .Select(s => Enumerable.Range(0, units).Sum(j => weights[j] * Math.Tanh((double)keys[s * units + j] + query[j])))];
                Compare.Near(expected, byPowers.Span, 0, Tolerance, $"by exponentials {length} × {units}");
                Compare.Near(expected, byTanh.Span, 0, Tolerance, $"by tanh {length} × {units}");
                byPowers.AssertIntact();
                byTanh.AssertIntact();
                for (int s = 0; s < length; s++)
                {
                    var alone = new float[1];
                    AdditiveScores.ByExponentials(keyPowers.AsSpan(s * units, units), queryPowers, weights, alone);
                    Compare.SameBits(alone, byPowers.Span.Slice(s, 1), "a row alone");
                }
            }
        }
    }

    /// <summary>One unit of weight 1: its score is the tanh.</summary>
    [Fact]
    public void AdditiveScores_withinTheLimit_tanhIsAsNearAsPromised()
    {
        var random = new Random(1);
        double worst = 0;
        float[] keys = new float[16], powers = new float[16], power = new float[16], score = new float[1], one = new float[16];
        one[0] = 1;
        for (int i = 0; i < 400_000; i++)
        {
            // Sums around 0, where errors show, of operands of all magnitudes.
            float key = (2 * random.NextSingle() - 1) * (i % 3 == 0 ? 1 : AdditiveScores.Limit);
            float query = Math.Clamp(-key + (2 * random.NextSingle() - 1) * 4, -AdditiveScores.Limit, AdditiveScores.Limit);
            (keys[0], power[0]) = (key, query);
            AdditiveScores.Exponentials(keys, powers);
            AdditiveScores.Exponentials(power, power);
            AdditiveScores.ByExponentials(powers, power, one, score);
            power.AsSpan().Clear();
            Assert.InRange(score[0], -1, 1);
            worst = Math.Max(worst, Math.Abs(score[0] - Math.Tanh((double)key + query)));
        }

        Assert.InRange(worst, 1e-8, TanhError);
    }

    [Theory]
    [InlineData(43f, true)]
    [InlineData(-43f, true)]
    [InlineData(43.00001f, false)]
    [InlineData(-44f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    public void AdditiveScores_IsWithinLimit_anyPlace_isKnown(float value, bool expected)
    {
        for (int length = 1; length <= 40; length++)
        {
            for (int i = 0; i < length; i++)
            {
                var values = new float[length];
                values[i] = value;
                Assert.Equal(expected, AdditiveScores.IsWithinLimit(values));
            }
        }
    }
}
