using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class LogScaleTests
{
    [Theory]
    [InlineData(new double[] { 48, 9000 }, 20, 10_000, new double[] { 100, 1000, 10_000 })]
    [InlineData(new double[] { 300, 400 }, 200, 500, new double[] { 200, 500 })]
    [InlineData(new double[] { 100 }, 100, 200, new double[] { 100, 200 })]
    [InlineData(new double[] { 1000, 1000 }, 1000, 2000, new double[] { 1000, 2000 })]
    [InlineData(new double[] { 0.5, 30 }, 0.5, 50, new double[] { 0.5, 1, 2, 5, 10, 20, 50 })]
    public void LogScale_ticks_surroundTheValues(double[] values, double least, double most, double[] ticks)
    {
        var scale = new LogScale(values, top: 10, bottom: 110);
        Assert.Equal((least, most), (scale.Least, scale.Most));
        Assert.Equal(ticks, scale.Ticks);
        Assert.Equal(110, scale.Place(least), tolerance: 1e-9);
        Assert.Equal(10, scale.Place(most), tolerance: 1e-9);
        Assert.Equal(60, scale.Place(Math.Sqrt(least * most)), tolerance: 1e-9);
    }
}
