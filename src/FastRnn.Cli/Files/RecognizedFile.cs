using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>A safetensors or ONNX file that exists. Safetensors stay open until it is disposed.</summary>
/// <param name="path">its path, as given</param>
/// <param name="length">its length in bytes</param>
/// <param name="safetensors">the open file; null for ONNX</param>
internal sealed class RecognizedFile(string path, long length, SafetensorsFile? safetensors) : IDisposable
{
    internal string Path { get; } = path;

    internal long Length { get; } = length;

    internal SafetensorsFile? Safetensors { get; } = safetensors;

    public void Dispose() => Safetensors?.Dispose();
}
