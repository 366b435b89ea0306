using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastRnn.Peers.Results;

/// <summary>A comparison as a file: the same bits when it is read back.</summary>
internal static class ComparisonJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        // A file, not a part of a web page: names may keep their letters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    internal static string Write(Comparison comparison) => JsonSerializer.Serialize(comparison, Options) + "\n";

    /// <exception cref="JsonException">the text is not a comparison</exception>
    internal static Comparison Read(string text)
        => JsonSerializer.Deserialize<Comparison>(text, Options) ?? throw new JsonException("A comparison was expected, null came.");
}
