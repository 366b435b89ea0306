using System.Buffers.Binary;
using FastRnn.Cli.CommandLine;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>Recognizes the format of a file by its content; its name decides only where the content does not.</summary>
internal static class FileRecognition
{
    internal const string SafetensorsExtension = ".safetensors", OnnxExtension = ".onnx";

    /// <summary>The tag of the first field that exporters write to ONNX files: the version of the format.</summary>
    private const byte OnnxVersionField = 0x08;

    /// <summary>The bytes of a safetensors file up to the first brace: the length of the header comes before it.</summary>
    private const int StartLength = sizeof(ulong) + 1;

    /// <summary>Opens a file and recognizes its format.</summary>
    /// <exception cref="CommandException">It is neither safetensors nor ONNX.</exception>
    /// <exception cref="FastRnnFormatException">It is a folder, a pipe or an invalid safetensors file.</exception>
    internal static RecognizedFile Open(string path)
    {
        RegularFile.Require(path, null, "of a model");
        using FileStream stream = File.OpenRead(path);
        if (!stream.CanSeek)
        {
            throw new CommandException($"{path}: expected a regular file of a model, but it is a pipe or a device");
        }

        var start = new byte[StartLength];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return IsSafetensors(path, start.AsSpan(0, length))
            ? new RecognizedFile(path, stream.Length, SafetensorsFile.Open(path))
            : new RecognizedFile(path, stream.Length, null);
    }

    internal static bool HasExtension(string path, string extension)
        => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Which framework a safetensors file is of.</summary>
    /// <exception cref="FastRnnFormatException">Its metadata and names are of no framework, or of two.</exception>
    internal static FileFormat FormatOf(SafetensorsFile file)
    {
        if (file.Metadata.Keys.Any(key => key.StartsWith(FileContent.Prefix, StringComparison.Ordinal)))
        {
            return FileFormat.FastRnn;
        }

        string? keras = file.Tensors.Select(tensor => tensor.Name).FirstOrDefault(name => KerasModules.IsOwnPart(LastPart(name)));
        string? pyTorch = file.Tensors.Select(tensor => tensor.Name).FirstOrDefault(name => PyTorchModules.IsOwnPart(LastPart(name)));
        return (keras, pyTorch) switch
        {
            (not null, null) => FileFormat.Keras,
            (null, not null) => FileFormat.PyTorch,
            (null, null) => throw new FastRnnFormatException(
                file.Path, null, "expected tensors named as PyTorch names weights (weight_ih_l0, weight) or Keras (kernel, embeddings), "
                + "or the metadata of FastRnn, but there are neither"),
            _ => throw new FastRnnFormatException(
                file.Path, null, $"expected tensors of one framework, but '{pyTorch}' is named as PyTorch has it and '{keras}' as Keras"),
        };
    }

    /// <summary>By the first bytes, and by the extension where they do not decide.</summary>
    private static bool IsSafetensors(string path, ReadOnlySpan<byte> start)
    {
        // The first eight bytes of an ONNX file would be the length of an impossibly long header.
        bool hasLength = start.Length == StartLength && BinaryPrimitives.ReadUInt64LittleEndian(start) <= uint.MaxValue;
        bool hasVersion = start is [OnnxVersionField, ..];
        return (hasLength, hasVersion) switch
        {
            (true, _) when start[^1] == '{' => true,
            (false, true) => false,
            _ when HasExtension(path, SafetensorsExtension) => true,
            _ when hasVersion || HasExtension(path, OnnxExtension) => false,
            _ => throw new CommandException($"{path}: expected a safetensors or an ONNX file, but its first bytes are neither's"),
        };
    }

    private static string LastPart(string name) => name[(name.LastIndexOfAny(['.', '/']) + 1)..];
}
