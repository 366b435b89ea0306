using FastRnn.Peers.Latency;

namespace FastRnn.Tests.Peers;

public sealed class TickHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(123_457)]
    [InlineData(9_876_543_210)]
    [InlineData(long.MaxValue)]
    public void TickHistogram_Percentile_oneDuration_isThatWithinAThousandth(long ticks)
    {
        var histogram = new TickHistogram();
        histogram.Add(ticks);

        Assert.InRange(histogram.Percentile(0.5), ticks - ticks / 1000, ticks);
        Assert.Equal((1, ticks), (histogram.Count, histogram.Maximum));
    }

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.9, 900)]
    [InlineData(0.999, 999)]
    [InlineData(1.0, 1000)]
    public void TickHistogram_Percentile_oneToThousand_givesNearestRank(double fraction, long expected)
    {
        var histogram = new TickHistogram();
        for (int ticks = 1000; ticks > 0; ticks--)
        {
            histogram.Add(ticks);
        }

        Assert.Equal(expected, histogram.Percentile(fraction));
    }

    [Fact]
    public void TickHistogram_Percentile_durationsInDifferentBuckets_areInOrder()
    {
        var histogram = new TickHistogram();
        long[] durations = [5, 1000, 2500, 5000, 70_000, 1_000_000];
        foreach (long duration in durations)
        {
            histogram.Add(duration);
        }

        for (int i = 0; i < durations.Length; i++)
        {
            long found = histogram.Percentile((i + 1.0) / durations.Length);
            Assert.InRange(found, durations[i] - durations[i] / 1000, durations[i]);
        }

        histogram.Clear();
        Assert.Equal((0, 0, 0), (histogram.Count, histogram.Maximum, histogram.Percentile(0.5)));
    }

    [Fact]
    public void TailMeasurement_Measure_fewSteps_allocatesNothingAndOrdersPercentiles()
    {
        FastRnn.Peers.Results.TailLatency found = TailMeasurement.Measure(
            FastRnn.Peers.Workloads.WorkCell.Gru, hiddenSize: 4, steps: 5_000, TimeSpan.FromMilliseconds(20));

        Assert.Equal((5_000, 0, 0), (found.Steps, found.AllocatedBytes, found.Collections));
        double[] percentiles = [0, found.P50, found.P90, found.P99, found.P999, found.P9999, found.Maximum];
        Assert.Equal(percentiles.Order(), percentiles);
    }
}
