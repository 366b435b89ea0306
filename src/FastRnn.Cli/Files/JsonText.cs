using System.Text;
using System.Text.Json;

namespace FastRnn.Cli.Files;

/// <summary>JSON of a file's metadata as text for users.</summary>
internal static class JsonText
{
    /// <summary>The members of an object: their names as words, and their values.</summary>
    internal static (string Name, string Text)[] Members(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(member => (Words(member.Name), Text(member.Value)))];
    }

    /// <summary>Such as <c>adam, learning rate 0.001</c> for an object with a kind.</summary>
    internal static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => string.Join(
            ", ", value.EnumerateObject().Select(member => $"{(member.Name == "kind" ? "" : $"{Words(member.Name)} ")}{Text(member.Value)}")),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    /// <summary>A name in camel case as words.</summary>
    internal static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (char letter in name)
        {
            _ = char.IsUpper(letter) ? words.Append(' ').Append(char.ToLowerInvariant(letter)) : words.Append(letter);
        }

        return words.ToString();
    }
}
