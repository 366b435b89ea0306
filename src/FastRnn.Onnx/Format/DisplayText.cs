using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace FastRnn.Onnx.Format;

/// <summary>Lists and texts of a file as messages show them: shortened, since a file may have any number of elements.</summary>
internal static class DisplayText
{
    private const int Most = 8, LongestText = 100;

    internal static string List<T>(IEnumerable<T> values)
    {
        T[] first = [.. values.Take(Most + 1)];
        string text = string.Join(", ", first.Take(Most).Select(value => Text(string.Create(CultureInfo.InvariantCulture, $"{value}"))));
        return first.Length > Most ? $"[{text}, …]" : $"[{text}]";
    }

    /// <summary>A text of any length; no more of it becomes a string than is shown.</summary>
    internal static string Text(ByteString text) => Text(text.Span);

    internal static string Text(ReadOnlySpan<byte> text)
    {
        const int MostBytes = 4 * (LongestText + 1);
        return Text(Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostBytes)]));
    }

    internal static string Text(string text) => text.Length > LongestText ? $"{text.AsSpan(0, LongestText)}…" : text;
}
