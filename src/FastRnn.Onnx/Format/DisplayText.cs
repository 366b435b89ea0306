using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace FastRnn.Onnx.Format;

/// <summary>Lists out of a file in messages: the first elements, since a file may hold any number.</summary>
internal static class DisplayText
{
    private const int Most = 8, LongestText = 100;

    internal static string List<T>(IEnumerable<T> values)
    {
        T[] first = [.. values.Take(Most + 1)];
        string text = string.Join(", ", first.Take(Most).Select(value => Text(string.Create(CultureInfo.InvariantCulture, $"{value}"))));
        return first.Length > Most ? $"[{text}, …]" : $"[{text}]";
    }

    /// <summary>A text of any length, of which no more becomes a string than is shown.</summary>
    internal static string Text(ByteString text) => Text(text.Span);

    internal static string Text(ReadOnlySpan<byte> text)
    {
        const int MostBytes = 4 * (LongestText + 1);
        return Text(Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostBytes)]));
    }

    internal static string Text(string text) => text.Length > LongestText ? $"{text.AsSpan(0, LongestText)}…" : text;
}
