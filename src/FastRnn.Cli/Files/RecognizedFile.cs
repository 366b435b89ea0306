using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>A file that is there and is of one of the two containers of models; safetensors stay open until it is disposed.</summary>
/// <param name="path">where it is, as given</param>
/// <param name="length">its bytes</param>
/// <param name="safetensors">the opened file; null for ONNX</param>
internal sealed class RecognizedFile(string path, long length, SafetensorsFile? safetensors) : IDisposable
{
    internal string Path { get; } = path;

    internal long Length { get; } = length;

    internal SafetensorsFile? Safetensors { get; } = safetensors;

    public void Dispose() => Safetensors?.Dispose();
}
