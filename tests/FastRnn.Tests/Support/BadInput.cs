namespace FastRnn.Tests.Support;

/// <summary>What a public edge must say about an argument that it refuses.</summary>
internal static class BadInput
{
    /// <summary>The exact exception type, the parameter's name, and a message that holds what was expected and what came.</summary>
    internal static void Refused<TException>(string parameter, string expected, string actual, Action action)
        where TException : ArgumentException
    {
        TException exception = Assert.Throws<TException>(action);
        Assert.Equal(parameter, exception.ParamName);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(actual, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A member of a shape below 1.</summary>
    internal static void MemberRefused(string parameter, string member, Action<int> action)
    {
        foreach (int value in new[] { 0, -1, int.MinValue })
        {
            Refused<ArgumentOutOfRangeException>(parameter, $"at least 1 as {member},", $"got {value}.", () => action(value));
        }
    }

    /// <summary>A size or a count below 1.</summary>
    internal static void SizeRefused(string parameter, Action<int> action)
    {
        foreach (int size in new[] { 0, -1, int.MinValue })
        {
            Refused<ArgumentOutOfRangeException>(parameter, "non-zero", $"{size}", () => action(size));
        }
    }
}
