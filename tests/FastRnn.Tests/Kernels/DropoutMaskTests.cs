using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class DropoutMaskTests
{
    private const int Many = 200_000;

    /// <summary>A sound generator fails one such check in some 15,000; the seeds are fixed, so it is this one or never.</summary>
    private const double Deviations = 4;

    public static TheoryData<float> Rates => [0f, 0.01f, 0.1f, 0.3f, 0.5f, 0.75f, 0.99f];

    [Theory]
    [MemberData(nameof(Rates))]
    public void DropoutMask_Fill_manyFactors_dropsTheRateAndKeepsTheMean(float rate)
    {
        foreach (int seed in new[] { 0, 1, -5 })
        {
            float[] factors = Fill(Many, rate, seed, 1);
            float kept = 1 / (1 - rate);
            Assert.All(factors.Distinct(), factor => Assert.True(factor == 0 || factor == kept, $"a factor of {factor}"));
            CheckShare(rate, factors.Count(factor => factor == 0), Many, $"dropped with seed {seed}");
            double deviation = kept * Math.Sqrt(rate * (1 - rate) / Many);
            Compare.Within(1, factors.Average(factor => (double)factor), Deviations * deviation + 1e-6, $"mean with seed {seed}");
        }
    }

    /// <summary>Whether a value is dropped says nothing about its neighbours, nor about itself at other steps and with other seeds.
    /// </summary>
    [Fact]
    public void DropoutMask_Fill_nearPlacesStepsAndSeeds_areIndependent()
    {
        const float Rate = 0.3f;
        float[] factors = Fill(Many, Rate, 7, 1);
        foreach (int distance in new[] { 1, 2, 3, 4, 8, 16, 64, 1000 })
        {
            CheckBoth(factors[distance..], factors, $"places {distance} apart");
        }

        foreach (long step in new[] { 2, 3, 1L << 32, (1L << 32) + 1 })
        {
            CheckBoth(Fill(Many, Rate, 7, step), factors, $"step {step}");
        }

        foreach (int seed in new[] { 6, 8, -7, 7 + 397, int.MinValue + 7 })
        {
            CheckBoth(Fill(Many, Rate, seed, 1), factors, $"seed {seed}");
        }

        static void CheckBoth(float[] a, float[] b, string what)
            => CheckShare(Rate * Rate, a.Zip(b).Count(pair => pair.First == 0 && pair.Second == 0), a.Length, what);
    }

    /// <summary>Over the steps of a training every place is dropped as often as the rate says, and two neighbours as their rates' product.
    /// </summary>
    [Fact]
    public void DropoutMask_Fill_manySteps_dropsEveryPlaceAtTheRate()
    {
        const int Places = 40, Steps = 5000;
        const float Rate = 0.4f;
        foreach (int seed in new[] { 0, 1 })
        {
            var dropped = new int[Places];
            var both = new int[Places - 1];
            for (int step = 1; step <= Steps; step++)
            {
                float[] factors = Fill(Places, Rate, seed, step);
                for (int place = 0; place < Places; place++)
                {
                    dropped[place] += factors[place] == 0 ? 1 : 0;
                    if (place > 0)
                    {
                        both[place - 1] += factors[place] == 0 && factors[place - 1] == 0 ? 1 : 0;
                    }
                }
            }

            Assert.All(dropped, (count, place) => CheckShare(Rate, count, Steps, $"place {place}, seed {seed}"));
            Assert.All(both, (count, place) => CheckShare(Rate * Rate, count, Steps, $"place {place} and the next, seed {seed}"));
        }
    }

    /// <summary>Whole vectors of every width and parts of one: each factor is the scalar function of its place.</summary>
    [Fact]
    public void DropoutMask_Fill_everyLength_isTheScalarFunctionOfThePlace()
    {
        foreach ((float rate, int seed, long step) in new[]
            { (0.5f, 0, 1L), (0.3f, 12345, 77L), (0.9f, -1, (1L << 32) + 5), (0f, int.MinValue, long.MaxValue), (1e-7f, 3, 2L) })
        {
            foreach (int length in Sizes.All)
            {
                var factors = new Guarded(length);
                DropoutMask.Fill(factors.Span, rate, seed, step);
                factors.AssertIntact();
                float[] expected = Enumerable.Range(0, length).Select(place => Scalar(place, rate, seed, step)).ToArray();
                Compare.SameBits(expected, factors.Span, $"factor of seed {seed}");
            }
        }
    }

    /// <summary>The mask of old seeds stays what it is: trainings can be repeated with later versions.</summary>
    [Fact]
    public void DropoutMask_Fill_knownSeed_dropsTheKnownPlaces()
    {
        Assert.Equal("1110101100001101011001001111000000001101010110000001101100101111", Pattern(0, 1));
        Assert.Equal("1011011101011001101000111001010001011001011100110011011100000000", Pattern(42, 1000));

        static string Pattern(int seed, long step) => string.Concat(Fill(64, 0.5f, seed, step).Select(factor => factor == 0 ? '0' : '1'));
    }

    private static float[] Fill(int length, float rate, int seed, long step)
    {
        var factors = new float[length];
        DropoutMask.Fill(factors, rate, seed, step);
        return factors;
    }

    private static float Scalar(int place, float rate, int seed, long step)
    {
        uint key = Mix(Mix((uint)seed + 0x9e3779b9) ^ (uint)step ^ Mix((uint)(step >> 32)));
        uint bits = Mix(Mix((uint)place) ^ key) >> 8;
        return bits < rate * (double)(1 << 24) ? 0 : 1 / (1 - rate);
    }

    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7feb352d;
        x = (x ^ (x >> 15)) * 0x846ca68b;
        return x ^ (x >> 16);
    }

    /// <summary>A count of a binomial distribution, within so many of its standard deviations.</summary>
    private static void CheckShare(double probability, int count, int trials, string what)
        => Compare.Within(probability * trials, count, Deviations * Math.Sqrt(trials * probability * (1 - probability)) + 0.5, what);
}
