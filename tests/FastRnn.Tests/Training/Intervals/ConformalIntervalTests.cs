using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Intervals that are calibrated on data of their own.</summary>
public sealed class ConformalIntervalTests
{
    [Fact]
    public void ConformalInterval_From_offsets_areThoseByHand()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        float[] predictions = [2, 2, 1, 4, 8, 6.5f, 7, 3, 9];

        // |y − ŷ|: 0, 0, 0, 0.5, 1, 2, 3, 5 and one more 0; of 9 the ⌈10·0.8⌉ = 8th lowest.
        ConformalInterval residuals = ConformalInterval.FromResiduals(predictions, values, 0.8);
        Assert.Equal((3, 0.8), (residuals.Offset, residuals.Coverage));
        Assert.Equal((7f, 13f), residuals.Around(10));

        float[] lower = [0, 0, 0, 0, 0, 0, 0, 0, 0], upper = [9, 9, 9, 9, 9, 9, 9, 9, 8.5f];
        ConformalInterval narrower = ConformalInterval.FromQuantiles(lower, upper, values, 0.5);

        // max(l − y, y − u): −1, −2, −3, −4, −4, −3, −2, −1 and 0.5; the 5th lowest.
        Assert.Equal(-2, narrower.Offset);
        Assert.Equal((3f, 5f), narrower.Widen(1, 7));
        Assert.Equal((2f, 2f), narrower.Widen(1, 3));

        ConformalInterval gaussian = ConformalInterval.FromGaussian(
            predictions, [.. values.Select(_ => 2 * MathF.Log(2))], values, 0.8);
        Assert.Equal(1.5f, gaussian.Offset, 1e-6f);
        (float low, float high) = gaussian.OfGaussian(10, 2 * MathF.Log(4));

        // ln 4 is no float, and ends are rounded outward.
        Assert.InRange(low, 4 - 1e-5f, 4);
        Assert.InRange(high, 16, 16 + 1e-5f);
    }

    /// <summary>The mean coverage over calibrations is ⌈(n + 1)·c⌉/(n + 1), whatever the distribution is.</summary>
    [Theory]
    [InlineData(0.8)]
    [InlineData(0.9)]
    public void ConformalInterval_Around_exchangeableData_coverTheShareMeant(double coverage)
    {
        const int Calibrations = 400, Count = 30, Tests = 50;
        var random = new Random(5);
        var metrics = new IntervalMetrics(coverage);
        for (int i = 0; i < Calibrations; i++)
        {
            ConformalInterval interval = ConformalInterval.FromResiduals(new float[Count], Draws(Count), coverage);
            foreach (float value in Draws(Tests))
            {
                (float lower, float upper) = interval.Around(0);
                metrics.Add(lower, upper, value);
            }
        }

        double expected = Math.Ceiling((Count + 1) * coverage) / (Count + 1);

        // The variance of a calibration's coverage is that of a beta distribution, c·(1 − c)/(n + 2).
        double deviation = Math.Sqrt(expected * (1 - expected) * (1.0 / (Count + 2) + 1.0 / Tests) / Calibrations);
        Assert.InRange(metrics.Coverage, expected - 4 * deviation, expected + 4 * deviation);

        // Skewed, with heavy tails.
        float[] Draws(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Math.Pow(-Math.Log(1 - random.NextDouble()), 2))];
    }

    /// <summary>As many of the calibration data are within their own intervals as the rank says, whatever rounding does: of values that come
    /// often, such as counts, the one at the end of an interval may be a large share.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ConformalInterval_calibrationData_areWithinTheirIntervals(int seed)
    {
        const int Count = 19, Rank = 16;
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            // One forecast for all, and values of which several are equal.
            float prediction = random.NextSingle(), half = random.NextSingle() - 0.3f, s = random.NextSingle() * 3 - 2;
            float[] values = [.. Enumerable.Range(0, Count).Select(_ => random.Next(8) * 1.1f)];
            float[] predictions = [.. values.Select(_ => prediction)], logVariances = [.. values.Select(_ => s)];
            float[] lower = [.. values.Select(_ => prediction - half)], upper = [.. values.Select(_ => prediction + half)];
            ConformalInterval residuals = ConformalInterval.FromResiduals(predictions, values, 0.8);
            ConformalInterval quantiles = ConformalInterval.FromQuantiles(lower, upper, values, 0.8);
            ConformalInterval gaussian = ConformalInterval.FromGaussian(predictions, logVariances, values, 0.8);
            Assert.InRange(Covered(residuals.Around(prediction)), Rank, Count);
            Assert.InRange(Covered(quantiles.Widen(lower[0], upper[0])), Rank, Count);
            Assert.InRange(Covered(gaussian.OfGaussian(prediction, s)), Rank, Count);

            int Covered((float Lower, float Upper) interval) => values.Count(y => y >= interval.Lower && y <= interval.Upper);
        }
    }

    /// <summary>The intervals of a poor model, too narrow, crossed or of a wrong variance, hold the share that is meant once they are
    /// calibrated.</summary>
    [Theory]
    [InlineData(0.5f)]
    [InlineData(4)]
    [InlineData(-0.7f)]
    public void ConformalInterval_Widen_poorIntervals_coverTheShareMeant(float half)
    {
        const int Calibrations = 300, Count = 24, Tests = 40;
        const double Coverage = 0.8;
        var random = new Random(11);
        IntervalMetrics quantiles = new(Coverage), gaussian = new(Coverage);
        for (int i = 0; i < Calibrations; i++)
        {
            (float[] means, float[] values) = Draws(Count);
            float[] lower = [.. means.Select(mean => mean - half)], upper = [.. means.Select(mean => mean + half)];
            ConformalInterval widened = ConformalInterval.FromQuantiles(lower, upper, values, Coverage);
            ConformalInterval scaled = ConformalInterval.FromGaussian(means, means, values, Coverage);
            (means, values) = Draws(Tests);
            for (int test = 0; test < Tests; test++)
            {
                (float low, float high) = widened.Widen(means[test] - half, means[test] + half);
                quantiles.Add(low, high, values[test]);
                (low, high) = scaled.OfGaussian(means[test], means[test]);
                gaussian.Add(low, high, values[test]);
                Assert.True(low <= high);
            }
        }

        double deviation = Math.Sqrt(Coverage * (1 - Coverage) * (1.0 / (Count + 2) + 1.0 / Tests) / Calibrations);
        Assert.InRange(quantiles.Coverage, Coverage - 4 * deviation, Coverage + 4 * deviation);
        Assert.InRange(gaussian.Coverage, Coverage - 4 * deviation, Coverage + 4 * deviation);

        // Values whose spread grows with their mean.
        (float[] Means, float[] Values) Draws(int count)
        {
            float[] means = RandomData.Uniform(random, count);
            return (means, [.. means.Select(mean => mean + (1.5f + mean) * (random.NextSingle() - 0.3f))]);
        }
    }

    [Fact]
    public void ConformalInterval_badInput_isRefused()
    {
        float[] four = [1, 2, 3, 4];
        BadInput.Refused<ArgumentException>(
            "values", "at least 9 values for a coverage of 0.9", "got 4", () => ConformalInterval.FromResiduals(four, four, 0.9));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "coverage", "below 1", "1", () => ConformalInterval.FromResiduals(four, four, 1));
        BadInput.Refused<ArgumentException>("lower", "= 4", "got 3", () => ConformalInterval.FromQuantiles([1, 2, 3], four, four, 0.5));
        BadInput.Refused<ArgumentException>(
            "predictions", "= 4", "got 3", () => ConformalInterval.FromResiduals([1, 2, 3], four, 0.5));
        BadInput.Refused<ArgumentException>(
            "values", "finite", "place 1", () => ConformalInterval.FromResiduals([1, float.NaN, 3, 4], four, 0.5));
        BadInput.Refused<ArgumentException>(
            "values", "finite", "place 2",
            () => ConformalInterval.FromGaussian(four, [0, 0, float.PositiveInfinity, 0], four, 0.5));
        BadInput.Refused<ArgumentException>(
            "values", "at least 1 values for a coverage of 0.5", "got 0", () => ConformalInterval.FromResiduals([], [], 0.5));
        Assert.NotNull(ConformalInterval.FromResiduals(new float[9], new float[9], 0.9));
        ConformalInterval residuals = ConformalInterval.FromResiduals(four, four, 0.5);
        Assert.Throws<InvalidOperationException>(() => residuals.OfGaussian(1, 1));
        Assert.Throws<InvalidOperationException>(() => ConformalInterval.FromGaussian(four, four, four, 0.5).Around(1));
    }
}
