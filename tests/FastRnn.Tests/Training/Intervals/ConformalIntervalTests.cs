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
        Assert.Equal((4, 16), (low, high));
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
            "values", "finite", "place 1", () => ConformalInterval.FromResiduals([1, float.NaN, 3, 4], four, 0.5));
        Assert.NotNull(ConformalInterval.FromResiduals(new float[9], new float[9], 0.9));
        ConformalInterval residuals = ConformalInterval.FromResiduals(four, four, 0.5);
        Assert.Throws<InvalidOperationException>(() => residuals.OfGaussian(1, 1));
        Assert.Throws<InvalidOperationException>(() => ConformalInterval.FromGaussian(four, four, four, 0.5).Around(1));
    }
}
