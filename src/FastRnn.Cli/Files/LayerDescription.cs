using System.Text;
using System.Text.Json;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What a layer or an optimizer is, in the words that files have for it.</summary>
/// <param name="Kind">such as <c>lstm</c> or <c>bidirectional gru</c></param>
/// <param name="Options">such as <c>hidden size 8, peepholes false</c></param>
/// <param name="IsCustom">whether its arithmetic is none of the library's own, so that no file can have it</param>
internal sealed record PartDescription(string Kind, string Options, bool IsCustom)
{
    /// <summary>Of all layers, from the inputs up.</summary>
    internal static PartDescription[] OfLayers(RnnSpec spec)
    {
        using var json = JsonDocument.Parse(SpecJson.Write(spec));
        return [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(Of)];
    }

    /// <summary>Names and values of what a file says of its trainer.</summary>
    internal static (string Name, string Text)[] OfTrainer(string json)
    {
        using var settings = JsonDocument.Parse(json);
        return [.. settings.RootElement.EnumerateObject().Select(member => (Words(member.Name), Text(member.Value)))];
    }

    private static string Text(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            PartDescription part = Of(value);
            return $"{part.Kind}, {part.Options}";
        }

        // Texts without quotes, all else as JSON has it.
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }

    private static PartDescription Of(JsonElement part)
    {
        var options = new List<string>();
        string kind = string.Empty;
        PartDescription? within = null;
        foreach (JsonProperty member in part.EnumerateObject())
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
                options.Add($"{Words(member.Name)} {Text(member.Value)}");
            }
        }

        return within is null
            ? new PartDescription(kind, string.Join(", ", options), kind == "custom")
            : new PartDescription($"{kind} {within.Kind}", within.Options, within.IsCustom);
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
