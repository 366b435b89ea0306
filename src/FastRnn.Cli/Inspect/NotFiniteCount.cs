namespace FastRnn.Cli.Inspect;

/// <summary>Counts the values of a tensor that are not finite.</summary>
internal sealed class NotFiniteCount
{
    private long _nan, _infinite, _count;

    /// <summary>What is suspicious about the values so far; null if nothing is.</summary>
    internal string? Warning => _nan + _infinite == 0
        ? null
        : FormattableString.Invariant($"{_nan} NaN and {_infinite} infinite among {_count} values");

    internal NotFiniteCount Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                _nan += float.IsNaN(value) ? 1 : 0;
                _infinite += float.IsInfinity(value) ? 1 : 0;
            }
        }

        _count += values.Length;
        return this;
    }
}
