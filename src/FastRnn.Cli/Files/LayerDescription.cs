using System.Text.Json;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>A layer in the words of files.</summary>
/// <param name="Kind">such as <c>lstm</c> or <c>bidirectional gru</c></param>
/// <param name="Options">such as <c>hidden size 8, peepholes false</c></param>
/// <param name="IsCustom">whether its arithmetic is not the library's own, so that no file can describe it</param>
internal sealed record LayerDescription(string Kind, string Options, bool IsCustom)
{
    /// <summary>Describes all layers, from the inputs up.</summary>
    internal static LayerDescription[] Of(RnnSpec spec)
    {
        using var json = JsonDocument.Parse(SpecJson.Write(spec));
        return [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(Of)];
    }

    private static LayerDescription Of(JsonElement layer)
    {
        var options = new List<string>();
        string kind = string.Empty;
        LayerDescription? cell = null;
        foreach (JsonProperty member in layer.EnumerateObject())
        {
            if (member.Name == "kind")
            {
                kind = member.Value.GetString()!;
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                cell = Of(member.Value);
            }
            else
            {
                options.Add($"{JsonText.Words(member.Name)} {JsonText.Text(member.Value)}");
            }
        }

        return cell is null
            ? new LayerDescription(kind, string.Join(", ", options), kind == "custom")
            : new LayerDescription($"{kind} {cell.Kind}", cell.Options, cell.IsCustom);
    }
}
