namespace FastRnn.Cli.Demo;

/// <summary>
/// u = (√x − μ) / σ, with μ and σ of √x over the training part. A count varies the more the higher it is; its square root varies about
/// as much at every level, so that a squared error in u weighs all months alike.
/// </summary>
internal sealed class SquareRootScale
{
    private readonly double _mean;
    private readonly double _deviation;

    private SquareRootScale(double mean, double deviation)
    {
        _mean = mean;
        _deviation = deviation;
    }

    internal static SquareRootScale Fit(ReadOnlySpan<double> training)
    {
        double mean = 0;
        foreach (double value in training)
        {
            mean += Math.Sqrt(value) / training.Length;
        }

        double variance = 0;
        foreach (double value in training)
        {
            variance += Square(Math.Sqrt(value) - mean) / training.Length;
        }

        return variance > 0
            ? new SquareRootScale(mean, Math.Sqrt(variance))
            : throw new ArgumentException("Expected values that are not all the same.", nameof(training));
    }

    internal float Encode(double value) => (float)((Math.Sqrt(value) - _mean) / _deviation);

    internal float[] Encode(ReadOnlySpan<double> values)
    {
        var encoded = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            encoded[i] = Encode(values[i]);
        }

        return encoded;
    }

    /// <summary>
    /// The mean of x when u is distributed about <paramref name="encoded"/> with the variance <paramref name="errorVariance"/>:
    /// E[x] = E[√x]² + Var[√x].
    /// </summary>
    internal double Decode(float encoded, double errorVariance)
        => Square(Math.Max(0, encoded * _deviation + _mean)) + errorVariance * Square(_deviation);

    private static double Square(double value) => value * value;
}
