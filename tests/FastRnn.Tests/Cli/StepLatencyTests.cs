using FastRnn.Cli.Demo;

namespace FastRnn.Tests.Cli;

public sealed class StepLatencyTests
{
    [Theory]
    [InlineData(1, 0.5, 1)]
    [InlineData(2, 0.5, 1)]
    [InlineData(3, 0.5, 2)]
    [InlineData(100, 0.5, 50)]
    [InlineData(100, 0.99, 99)]
    [InlineData(100, 0.999, 100)]
    [InlineData(1000, 0.999, 999)]
    [InlineData(200_000, 0.5, 100_000)]
    [InlineData(200_000, 0.99, 198_000)]
    [InlineData(200_000, 0.999, 199_800)]
    [InlineData(200_000, 1.0, 200_000)]
    public void StepLatency_Percentile_valuesOneToCount_givesNearestRank(int count, double fraction, long expected)
    {
        long[] sorted = [.. Enumerable.Range(1, count).Select(i => (long)i)];

        Assert.Equal(expected, StepLatency.Percentile(sorted, fraction));
    }

    [Fact]
    public void StepLatency_Measure_session_allocatesNothingAndOrdersPercentiles()
    {
        var spec = new RnnSpec(inputSize: 1, Cell.Elman(hiddenSize: 8), Layer.Dense(outputSize: 1));
        using RnnSession session = RnnModel.Create(spec, seed: 1).CreateSession();

        var found = StepLatency.Measure(session, [0.1f, -0.2f, 0.3f], steps: 5_000);

        Assert.Equal(5_000, found.Steps);
        Assert.Equal(0, found.AllocatedBytes);
        Assert.InRange(found.Median, 0, found.P99);
        Assert.InRange(found.P99, found.Median, found.P999);
        Assert.InRange(found.P999, found.P99, found.Maximum);
        Assert.InRange(found.ClockOverhead, 0, 100_000);
        Assert.InRange(found.StepsPerSecond, 1_000, 1e9);
    }
}
