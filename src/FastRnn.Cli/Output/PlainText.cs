using System.Globalization;
using System.Text;

namespace FastRnn.Cli.Output;

/// <summary>Text from files made safe to print: control characters, which a terminal would obey, are written as <c>\u001B</c> is.</summary>
internal static class PlainText
{
    /// <summary>Characters of a text of a file that are shown: it may have millions.</summary>
    private const int LongestText = 200;

    internal static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var plain = new StringBuilder();
        foreach (char letter in text)
        {
            _ = IsUnsafe(letter)
                ? plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}")
                : plain.Append(letter);
        }

        return plain.ToString();
    }

    /// <summary>The beginning of a long text.</summary>
    internal static string Shortened(string text)
        => text.Length <= LongestText ? text : FormattableString.Invariant($"{text[..LongestText]}… ({text.Length:N0} characters)");

    /// <summary>Control characters, line breaks, and characters that change the direction of text.</summary>
    private static bool IsUnsafe(char letter)
        => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
