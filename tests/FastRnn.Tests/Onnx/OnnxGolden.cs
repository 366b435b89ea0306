using System.Text.Json;

namespace FastRnn.Tests.Onnx;

/// <summary>ONNX models with inputs and the outputs that they have to give, as make_onnx_files.py has written them down.</summary>
internal sealed record OnnxGolden(string Origin, string Version, int Seed, OnnxCase[] Cases)
{
    internal static OnnxGolden File { get; } = Load();

    internal static OnnxCase Find(string name) => File.Cases.Single(golden => golden.Name == name);

    private static OnnxGolden Load()
    {
        using Stream stream = typeof(OnnxGolden).Assembly.GetManifestResourceStream("onnx_files.json")!;
        return JsonSerializer.Deserialize<OnnxGolden>(stream, JsonSerializerOptions.Web)!;
    }
}

/// <summary>A model's bytes, and values by the names of the graph's inputs and outputs.</summary>
internal sealed record OnnxCase(
    string Name, byte[] Model, Dictionary<string, OnnxTensor> Inputs, Dictionary<string, OnnxTensor> Outputs);

/// <summary>Values as they lie in the graph's memory.</summary>
internal sealed record OnnxTensor(int[] Shape, double[] Values);
