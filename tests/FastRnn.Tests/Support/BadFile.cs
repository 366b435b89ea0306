using FastRnn.Serialization;

namespace FastRnn.Tests.Support;

/// <summary>What must be said of a file that is refused.</summary>
internal static class BadFile
{
    /// <summary>The exception names the file, the item, and a rule that holds a text.</summary>
    internal static FastRnnFormatException Refused(string file, string? item, string rule, Action action)
    {
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(action);
        Assert.Equal((file, item), (exception.File, exception.Item));
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
        Assert.Contains(exception.Rule, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(file, exception.Message, StringComparison.Ordinal);
        return exception;
    }
}
