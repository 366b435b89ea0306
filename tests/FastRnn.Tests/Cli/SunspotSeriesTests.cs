using FastRnn.Cli.Demo;

namespace FastRnn.Tests.Cli;

public sealed class SunspotSeriesTests
{
    [Fact]
    public void SunspotSeries_Load_embeddedFile_hasAllMonths()
    {
        var series = SunspotSeries.Load();

        Assert.Equal(2820, series.Values.Length);
        Assert.Equal(58.0, series.Values[0]);
        Assert.Equal(33.4, series.Values[^1]);
        Assert.Equal(253.8, series.Values.ToArray().Max());
        Assert.Equal(new DateOnly(1749, 1, 1), series.Month(0));
        Assert.Equal(new DateOnly(1983, 12, 1), series.Month(2819));
    }

    [Fact]
    public void SunspotSeries_HeldOut_embeddedFile_isLastFifth()
    {
        var series = SunspotSeries.Load();

        Assert.Equal(564, series.HeldOut.Length);
        Assert.Equal(2256, series.Training.Length);
        Assert.Equal(new DateOnly(1937, 1, 1), series.Month(series.HeldOutStart));
        Assert.True(series.Values.SequenceEqual([.. series.Training, .. series.HeldOut]));
    }

    [Fact]
    public void SunspotSeries_Validation_embeddedFile_holdsOutTheEndOfTheTrainingPart()
    {
        var series = SunspotSeries.Load();
        SunspotSeries validation = series.Validation;

        Assert.True(validation.Values.SequenceEqual(series.Training));
        Assert.Equal(451, validation.HeldOut.Length);
    }

    [Theory]
    [InlineData("month,sunspots\n1749-01,58.0\n1749-03,62.6", "1749-02 in line 3, but got 1749-03")]
    [InlineData("month,sunspots\n1749-01,58.0\n1749-02,", "line 3, but got '1749-02,'")]
    [InlineData("month,sunspots\n1749-01,-1", "line 2, but got '1749-01,-1'")]
    [InlineData("month,sunspots\n1749-01,NaN", "line 2, but got '1749-01,NaN'")]
    [InlineData("month,sunspots\n1749-13,58.0", "line 2, but got '1749-13,58.0'")]
    public void SunspotSeries_Parse_badLine_throwsNamingIt(string text, string expected)
    {
        using var reader = new StringReader(text);

        var exception = Assert.Throws<InvalidDataException>(() => SunspotSeries.Parse(reader));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
