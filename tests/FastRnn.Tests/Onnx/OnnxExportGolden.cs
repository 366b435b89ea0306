using System.Text.Json;

namespace FastRnn.Tests.Onnx;

/// <summary>Values for files that the library has written, and what ONNX Runtime makes of them, as make_onnx_exports.py has written them
/// down.</summary>
internal sealed record OnnxExportGolden(string Origin, string Version, int Seed, OnnxExportCase[] Cases)
{
    internal static OnnxExportGolden File { get; } = Load();

    private static OnnxExportGolden Load()
    {
        using Stream stream = typeof(OnnxExportGolden).Assembly.GetManifestResourceStream("onnx_exports.json")!;
        return JsonSerializer.Deserialize<OnnxExportGolden>(stream, JsonSerializerOptions.Web)!;
    }
}

/// <summary>Values by the names of the graph's inputs and outputs.</summary>
internal sealed record OnnxExportCase(string Name, Dictionary<string, OnnxTensor> Inputs, Dictionary<string, OnnxTensor> Outputs)
{
    internal string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "Files", $"{Name}.onnx");
}
