namespace FastRnn.Baselines.Series;

/// <summary>
/// Level, trend and season of an exponential smoothing while it goes through a series. Every form is one recursion: without a trend its
/// trend stays 0, without a season its additive season of one step does.
/// </summary>
internal sealed class SmoothedState
{
    private readonly double _alpha, _beta, _gamma;
    private readonly bool _isMultiplicative;

    /// <summary>s of the last season, one for each of its steps [m], where step t has its place at t mod m.</summary>
    private readonly double[] _season;

    private double _level, _trend;

    /// <summary>Starts from the first values of a series.</summary>
    /// <param name="form">Which form, and its parameters.</param>
    /// <param name="series">At least <see cref="SmoothingForm.MinimumHistory"/> values.</param>
    internal SmoothedState(SmoothingForm form, ReadOnlySpan<double> series)
    {
        int m = form.SeasonLength;
        (_alpha, _beta, _gamma) = (form.Alpha, form.HasTrend ? form.Beta : 0, form.HasSeason ? form.Gamma : 0);
        _isMultiplicative = form.HasSeason && form.Seasonality == Seasonality.Multiplicative;
        _season = new double[m];
        if (!form.HasSeason)
        {
            Next = form.HasTrend ? 2 : 1;
            _level = series[Next - 1];
            _trend = form.HasTrend ? series[1] - series[0] : 0;
            return;
        }

        double first = Mean(series[..m]), second = Mean(series[m..(2 * m)]);
        _trend = (second - first) / m;
        if (_isMultiplicative)
        {
            // A level that at most doubles in a season, so that the line below stays above 0.
            _trend = Math.Min(_trend, first / m);
        }

        // The season is what the first m values have beside a line through their mean with this trend.
        for (int i = 0; i < m; i++)
        {
            _level = first + _trend * (i - 0.5 * (m - 1));
            _season[i] = _isMultiplicative ? series[i] / _level : series[i] - _level;
        }

        Next = m;
    }

    /// <summary>The index of the next value.</summary>
    internal int Next { get; private set; }

    /// <summary>ŷ, so many steps after the last value; 1 is the next one.</summary>
    internal double Forecast(int step)
    {
        double line = _level + step * _trend;
        double season = _season[(Next + step - 1) % _season.Length];
        return _isMultiplicative ? line * season : line + season;
    }

    /// <summary>Goes on by one value.</summary>
    internal void Update(double value)
    {
        double before = _level, line = _level + _trend;
        ref double season = ref _season[Next % _season.Length];
        _level = _alpha * (_isMultiplicative ? value / season : value - season) + (1 - _alpha) * line;
        _trend = _beta * (_level - before) + (1 - _beta) * _trend;
        season = _gamma * (_isMultiplicative ? value / line : value - line) + (1 - _gamma) * season;
        Next++;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
