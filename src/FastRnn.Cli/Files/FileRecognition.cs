using System.Buffers.Binary;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>Tells the formats of files by what is in them; a name decides only where the content doesn't.</summary>
internal static class FileRecognition
{
    internal const string SafetensorsExtension = ".safetensors", OnnxExtension = ".onnx";

    /// <summary>What the names of this library's metadata begin with.</summary>
    private const string OwnMetadata = "fastrnn.";

    /// <summary>An ONNX file's first field as exporters write it: the version of its format, a number.</summary>
    private const byte OnnxVersionField = 0x08;

    /// <summary>The length of a safetensors header, and the brace that it begins with.</summary>
    private const int StartLength = sizeof(ulong) + 1;

    /// <summary>Whether a file is safetensors, or else ONNX.</summary>
    /// <exception cref="CommandFault">It is neither.</exception>
    internal static bool IsSafetensors(string path)
    {
        var start = new byte[StartLength];
        int length;
        using (FileStream stream = File.OpenRead(path))
        {
            length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }

        // The eight bytes of an ONNX file would be a length beyond all files.
        bool begins = length == StartLength && start[^1] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= uint.MaxValue;
        if (begins || HasExtension(path, SafetensorsExtension))
        {
            return true;
        }

        return HasExtension(path, OnnxExtension) || (length > 0 && start[0] == OnnxVersionField)
            ? false
            : throw new CommandFault($"{path}: expected a safetensors or an ONNX file, but its first bytes are neither's");
    }

    internal static bool HasExtension(string path, string extension)
        => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>What has written the tensors of a safetensors file.</summary>
    /// <exception cref="CommandFault">Neither metadata nor names tell, or names are those of two.</exception>
    internal static FileFormat FormatOf(SafetensorsFile file)
    {
        if (file.Metadata.Keys.Any(key => key.StartsWith(OwnMetadata, StringComparison.Ordinal)))
        {
            return FileFormat.FastRnn;
        }

        string? keras = file.Tensors.Select(tensor => tensor.Name).FirstOrDefault(IsKerasName);
        string? pyTorch = file.Tensors.Select(tensor => tensor.Name).FirstOrDefault(IsPyTorchName);
        return (keras, pyTorch) switch
        {
            (not null, null) => FileFormat.Keras,
            (null, not null) => FileFormat.PyTorch,
            (null, null) => throw new CommandFault(
                $"{file.Path}: expected tensors named as PyTorch names weights (weight_ih_l0, weight) or Keras (kernel, embeddings), "
                + "or the metadata of FastRnn, but there are neither"),
            _ => throw new CommandFault(
                $"{file.Path}: expected tensors of one framework, but '{pyTorch}' is named as PyTorch has it and '{keras}' as Keras"),
        };
    }

    private static bool IsKerasName(string name) => LastPart(name) is "kernel" or "recurrent_kernel" or "embeddings";

    private static bool IsPyTorchName(string name)
    {
        string part = LastPart(name);
        return part.StartsWith("weight", StringComparison.Ordinal) || part.StartsWith("bias_", StringComparison.Ordinal);
    }

    private static string LastPart(string name) => name[(name.LastIndexOfAny(['.', '/']) + 1)..];
}
