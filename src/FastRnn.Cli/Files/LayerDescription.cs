using System.Text;
using System.Text.Json;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What a layer is, in the words that files have for it.</summary>
/// <param name="Kind">such as <c>lstm</c> or <c>bidirectional gru</c></param>
/// <param name="Options">such as <c>hidden size 8, peepholes false</c></param>
/// <param name="IsCustom">whether its arithmetic is none of the library's own, so that no file can have it</param>
internal sealed record LayerDescription(string Kind, string Options, bool IsCustom)
{
    /// <summary>Of all layers, from the inputs up.</summary>
    internal static LayerDescription[] Of(RnnSpec spec)
    {
        using var json = JsonDocument.Parse(SpecJson.Write(spec));
        return [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(Of)];
    }

    private static LayerDescription Of(JsonElement layer)
    {
        var options = new List<string>();
        string kind = string.Empty;
        LayerDescription? within = null;
        foreach (JsonProperty member in layer.EnumerateObject())
        {
            if (member.Name == "kind")
            {
                kind = member.Value.GetString()!;
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                within = Of(member.Value);
            }
            else
            {
                // Texts without quotes, all else as JSON has it.
                string value = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
                options.Add($"{Words(member.Name)} {value}");
            }
        }

        return within is null
            ? new LayerDescription(kind, string.Join(", ", options), kind == "custom")
            : new LayerDescription($"{kind} {within.Kind}", within.Options, within.IsCustom);
    }

    /// <summary>A name in camel case as words.</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (char letter in name)
        {
            _ = char.IsUpper(letter) ? words.Append(' ').Append(char.ToLowerInvariant(letter)) : words.Append(letter);
        }

        return words.ToString();
    }
}
