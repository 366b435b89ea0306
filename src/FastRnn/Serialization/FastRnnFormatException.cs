namespace FastRnn.Serialization;

/// <summary>A file is not what its format says, or holds what can't be represented: which file, what in it, and which rule it breaks.
/// </summary>
public sealed class FastRnnFormatException : Exception
{
    /// <param name="file">The file's path, or a name for what was read.</param>
    /// <param name="item">The tensor, node or part of the file that is at fault; null for the file as a whole.</param>
    /// <param name="rule">What was expected and what was found.</param>
    /// <param name="innerException">What was thrown where the fault was found, if anything was.</param>
    public FastRnnFormatException(string file, string? item, string rule, Exception? innerException = null)
        : base(item is null ? $"{file}: {rule}" : $"{file}: {item}: {rule}", innerException)
    {
        File = file;
        Item = item;
        Rule = rule;
    }

    /// <summary>The file's path, or a name for what was read.</summary>
    public string File { get; }

    /// <summary>The tensor, node or part of the file that is at fault; null for the file as a whole.</summary>
    public string? Item { get; }

    /// <summary>What was expected and what was found.</summary>
    public string Rule { get; }

    /// <summary>Makes what a file describes; for what constructors and properties refuse, the file is at fault.</summary>
    internal static T Guard<T>(string file, string item, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new FastRnnFormatException(file, item, exception.Message, exception);
        }
    }
}
