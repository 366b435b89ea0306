namespace FastRnn.Cli.Demo;

/// <summary>A trained network that streams over a series and says at each value what the next will be.</summary>
internal sealed class NetworkForecaster
{
    private readonly SquareRootScale _scale;
    private readonly double _errorVariance;

    private NetworkForecaster(RnnModel model, SquareRootScale scale, double errorVariance)
    {
        Model = model;
        _scale = scale;
        _errorVariance = errorVariance;
    }

    internal RnnModel Model { get; }

    /// <summary>Measures on the training part how far the network's outputs are off.</summary>
    /// <param name="model">one input, one output, in the scale's unit</param>
    /// <param name="scale">fitted to the training part</param>
    /// <param name="training">the training part in the scale's unit</param>
    /// <param name="warmUp">steps at the start, before the state means something, that don't count</param>
    internal static NetworkForecaster Create(RnnModel model, SquareRootScale scale, ReadOnlySpan<float> training, int warmUp)
    {
        using RnnSession session = model.CreateSession();
        Span<float> output = stackalloc float[1];
        double squares = 0;
        for (int t = 0; t + 1 < training.Length; t++)
        {
            session.Step(training.Slice(t, 1), output);
            double error = t < warmUp ? 0 : output[0] - training[t + 1];
            squares += error * error;
        }

        return new NetworkForecaster(model, scale, squares / (training.Length - 1 - warmUp));
    }

    /// <summary>
    /// Forecasts every month from <paramref name="start"/> on, streaming: a session sees the months one by one, those before
    /// <paramref name="start"/> to bring its state up, and each forecast is its output at the month before.
    /// </summary>
    internal double[] Forecast(ReadOnlySpan<double> series, int start)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(start);
        var forecasts = new double[series.Length - start];
        using RnnSession session = Model.CreateSession();
        Span<float> input = stackalloc float[1];
        Span<float> output = stackalloc float[1];
        for (int t = 1; t < series.Length; t++)
        {
            input[0] = _scale.Encode(series[t - 1]);
            session.Step(input, output);
            if (t >= start)
            {
                forecasts[t - start] = _scale.Decode(output[0], _errorVariance);
            }
        }

        return forecasts;
    }

    /// <summary>The series as the network takes it in.</summary>
    internal float[] Inputs(ReadOnlySpan<double> series) => _scale.Encode(series);
}
