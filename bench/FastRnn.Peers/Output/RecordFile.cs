using System.Text.Json;
using FastRnn.Peers.Results;

namespace FastRnn.Peers.Output;

/// <summary>The file of records: a JSON list of objects with the names of <see cref="PeerRecord"/> as keys, in lower camel case.</summary>
internal static class RecordFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    internal static string ToJson(IReadOnlyList<PeerRecord> records) => JsonSerializer.Serialize(records, Options);

    /// <summary>Beside its place first, then renamed: a file that is there is whole.</summary>
    internal static void Write(string path, IReadOnlyList<PeerRecord> records)
    {
        string beside = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(beside, ToJson(records) + "\n");
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
