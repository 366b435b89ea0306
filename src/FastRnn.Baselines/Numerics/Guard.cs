namespace FastRnn.Baselines.Numerics;

/// <summary>The checks of the public edge: each names the parameter, what was expected and what came.</summary>
internal static class Guard
{
    /// <summary>How far the sum of given probabilities may be from 1.</summary>
    private const double SumTolerance = 1e-6;

    internal static void AtLeast(int value, int least, string parameter)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Expected at least {least}, but got {value}.");
        }
    }

    /// <summary>A value of a member of an options object.</summary>
    internal static void Option(bool isValid, string member, object value, string expected, string parameter)
    {
        if (!isValid)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Expected {expected} as {member}, but got {value}.");
        }
    }

    /// <summary>A value between two bounds, both included; NaN is refused.</summary>
    internal static void Between(double value, double least, double most, string parameter)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Expected a value from {least} to {most}, but got {value}.");
        }
    }

    internal static void PositiveFinite(double value, string parameter)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Expected a finite value above 0, but got {value}.");
        }
    }

    /// <summary>A table of so many values is one that an array can hold.</summary>
    internal static void TableSize(Int128 length, string parameter, object value, string shape)
    {
        if (length > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                parameter, value, $"Expected at most {Array.MaxLength} values in a table {shape}, but with {value} there are {length}.");
        }
    }

    internal static void Length(long actual, long expected, string parameter, string shape)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {shape} = {expected} values, but got {actual}.", parameter);
        }
    }

    /// <summary>A span or list that has at least so many items.</summary>
    internal static void Count(int actual, long least, string parameter, string what)
    {
        if (actual < least)
        {
            throw new ArgumentException($"Expected at least {least} {what}, but got {actual}.", parameter);
        }
    }

    /// <summary>No value is NaN or infinite.</summary>
    /// <param name="values">The values.</param>
    /// <param name="parameter">The parameter that has them.</param>
    /// <param name="name">What they are called in the message; null for the parameter itself.</param>
    internal static void Finite(ReadOnlySpan<float> values, string parameter, string? name = null)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw NotFinite(parameter, name, i, values[i]);
            }
        }
    }

    /// <inheritdoc cref="Finite(ReadOnlySpan{float}, string, string?)"/>
    internal static void Finite(ReadOnlySpan<double> values, string parameter, string? name = null)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw NotFinite(parameter, name, i, values[i]);
            }
        }
    }

    /// <summary>Indices from 0 to count − 1.</summary>
    /// <param name="indices">The indices.</param>
    /// <param name="count">One more than the largest that is possible.</param>
    /// <param name="parameter">The parameter that has them.</param>
    /// <param name="name">What they are called in the message; null for the parameter itself.</param>
    internal static void Indices(ReadOnlySpan<int> indices, int count, string parameter, string? name = null)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(
                    parameter, indices[i], $"Expected indices from 0 to {count - 1}, but {name ?? parameter}[{i}] is {indices[i]}.");
            }
        }
    }

    /// <summary>Rows of probabilities, each of which sums to 1.</summary>
    internal static void Probabilities(ReadOnlySpan<double> values, int rows, int columns, string parameter, string shape)
    {
        Length(values.Length, (long)rows * columns, parameter, shape);
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            foreach (double value in values.Slice(row * columns, columns))
            {
                if (!(value >= 0))
                {
                    throw new ArgumentException($"Expected probabilities of at least 0, but row {row} has {value}.", parameter);
                }

                sum += value;
            }

            if (!(Math.Abs(sum - 1) <= SumTolerance))
            {
                throw new ArgumentException($"Expected rows that sum to 1, but row {row} sums to {sum}.", parameter);
            }
        }
    }

    private static ArgumentException NotFinite(string parameter, string? name, int index, double value)
        => new($"Expected finite values, but {name ?? parameter}[{index}] is {value}.", parameter);
}
