using FastRnn.Cli.Demo;

namespace FastRnn.Tests.Cli;

public sealed class SquareRootScaleTests
{
    [Fact]
    public void SquareRootScale_Encode_trainingPart_hasMeanZeroAndVarianceOne()
    {
        ReadOnlySpan<double> training = SunspotSeries.Load().Training;

        float[] encoded = SquareRootScale.Fit(training).Encode(training);

        Assert.Equal(0, encoded.Average(u => (double)u), tolerance: 1e-6);
        Assert.Equal(1, encoded.Average(u => (double)u * u), tolerance: 1e-6);
    }

    [Fact]
    public void SquareRootScale_Decode_encodedValue_givesItBack()
    {
        var scale = SquareRootScale.Fit([1, 4, 9]);

        Assert.Equal(100, scale.Decode(scale.Encode(100), errorVariance: 0), tolerance: 1e-4);
        Assert.Equal(0, scale.Decode(scale.Encode(0) - 1, errorVariance: 0));
    }

    [Fact]
    public void SquareRootScale_Decode_errorsAboutTheRoot_givesTheirMean()
    {
        // Roots 1, 2, 3: the variance of u is 1 by the scale, and the mean of 1, 4, 9 is the square of 2 plus the roots' variance.
        var scale = SquareRootScale.Fit([1, 4, 9]);

        Assert.Equal(14.0 / 3, scale.Decode(0, errorVariance: 1), tolerance: 1e-9);
    }

    [Fact]
    public void SquareRootScale_Fit_constantSeries_throws()
        => Assert.Throws<ArgumentException>("training", () => SquareRootScale.Fit([4, 4, 4]));
}
