using System.Globalization;
using System.Text;

namespace FastRnn.Cli;

/// <summary>Text out of files as it may be printed: a terminal obeys control characters, so they are shown as <c>\u001B</c> is.</summary>
internal static class PlainText
{
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

    /// <summary>Control characters, those that turn the direction of text, and line breaks.</summary>
    private static bool IsUnsafe(char letter)
        => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
