using System.Globalization;

namespace FastRnn.Serialization;

/// <summary>A file is not what its format says, holds what can't be represented, or needs an option that was not given: which file, what
/// in it, and what was expected.</summary>
public sealed class FastRnnFormatException : Exception
{
    /// <summary>Characters of an item and of a rule: names and texts of a file may have millions, of which nobody reads more.</summary>
    private const int LongestItem = 256, LongestRule = 1024;

    private const string Omission = " … ";

    /// <summary>Says what is wrong with a file. Of an item of more than 256 characters, and of a rule of more than 1,024, the middle is
    /// left out.</summary>
    /// <param name="file">The file's path, or a name for what was read.</param>
    /// <param name="item">The tensor, node or part of the file that is at fault; null for the file as a whole.</param>
    /// <param name="rule">What was expected and what was found.</param>
    /// <param name="innerException">What was thrown where the fault was found, if anything was.</param>
    public FastRnnFormatException(string file, string? item, string rule, Exception? innerException = null)
        : base(null, innerException)
    {
        File = file;
        Item = item is null ? null : Shortened(item, LongestItem);
        Rule = Shortened(rule, LongestRule);
    }

    /// <summary>File, item, option and rule in one line, and behind them the values to choose from where an option is asked for.</summary>
    public override string Message
        => string.Join(": ", new[] { File, Item, Option is null ? null : Shortened($"{Option}", LongestItem), Rule }.OfType<string>())
            + (Values is null ? string.Empty : $": {Values}");

    /// <summary>The file's path, or a name for what was read.</summary>
    public string File { get; }

    /// <summary>The tensor, node or part of the file that is at fault; null for the file as a whole.</summary>
    public string? Item { get; }

    /// <summary>What was expected and what was found, without a name of an option.</summary>
    public string Rule { get; }

    /// <summary>The option that has to be given, since the file leaves something open, or that the file contradicts; null where it is the
    /// file alone that is at fault.</summary>
    public OptionReference? Option { get; init; }

    /// <summary>The values that the option can have, as code; null where they are not listed.</summary>
    internal string? Values { get; init; }

    private static string Shortened(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        // No pair of surrogates is cut in two.
        int start = longest / 2, end = text.Length - (longest - start - Omission.Length);
        start -= char.IsHighSurrogate(text[start - 1]) ? 1 : 0;
        end += char.IsLowSurrogate(text[end]) ? 1 : 0;
        return string.Concat(text.AsSpan(0, start), Omission, text.AsSpan(end));
    }

    /// <summary>Makes what a file describes; for what constructors and properties refuse, the file is at fault.</summary>
    internal static T Guard<T>(string file, string item, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new FastRnnFormatException(file, item, RuleOf(exception), exception);
        }
    }

    /// <summary>What an exception of an argument says, in one line: the argument's name, the message and the value.</summary>
    internal static string RuleOf(Exception exception)
    {
        string rule = exception.Message.ReplaceLineEndings("\n");
        if (exception is ArgumentException { ParamName: { } name })
        {
            rule = $"{name}: {rule.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal)}";
        }

        int end = exception is ArgumentOutOfRangeException { ActualValue: not null } ? rule.LastIndexOf('\n') : -1;
        return end < 0
            ? rule
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{rule[..end].TrimEnd('.')}, but got {((ArgumentOutOfRangeException)exception).ActualValue}.");
    }
}
