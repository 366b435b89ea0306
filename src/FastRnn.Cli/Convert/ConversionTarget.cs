using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Onnx;
using FastRnn.Serialization;

namespace FastRnn.Cli.Convert;

/// <summary>The file that a model is written to.</summary>
/// <param name="Path">its path</param>
/// <param name="Format">its format</param>
/// <param name="IsBFloat16">whether weights are rounded to 16 bits</param>
internal sealed record ConversionTarget(string Path, FileFormat Format, bool IsBFloat16)
{
    /// <summary>The format to write, by the file's extension and the option.</summary>
    /// <exception cref="CommandException">They contradict each other, or neither decides.</exception>
    internal static FileFormat FormatOf(string path, FileFormat? given)
    {
        bool isOnnx = FileRecognition.HasExtension(path, FileRecognition.OnnxExtension);
        bool isSafetensors = FileRecognition.HasExtension(path, FileRecognition.SafetensorsExtension);
        return given switch
        {
            null when isOnnx => FileFormat.Onnx,
            null when isSafetensors => FileFormat.FastRnn,
            null => throw new CommandException(
                $"{path}: expected a name that ends in .safetensors or .onnx, or a format given by --to"),
            FileFormat.Onnx when isSafetensors => throw new CommandException($"{path}: expected another extension for an ONNX file"),
            not FileFormat.Onnx when isOnnx => throw new CommandException(
                $"{path}: expected another extension for a safetensors file of {given}"),
            _ => given.Value,
        };
    }

    /// <exception cref="CommandException">The format can't express something.</exception>
    internal void Write(string source, LoadedModel loaded)
    {
        RnnModel model = loaded.Model;
        StoredType type = IsBFloat16 ? StoredType.BF16 : StoredType.F32;
        if (IsBFloat16 && Format == FileFormat.Onnx)
        {
            throw new CommandException($"{Path}: expected a safetensors file for --bfloat16, but it is to be {Format}");
        }

        RefuseInitialState(source, loaded);
        if (loaded.FixedLength is { } length)
        {
            throw new CommandException(
                $"{source}: sequence_lens: expected sequences of any length, since no output file can fix them, but the graph fixes {length}");
        }

        try
        {
            switch (Format)
            {
                case FileFormat.PyTorch:
                    model.SavePyTorch(Path, type);
                    break;
                case FileFormat.Keras:
                    model.SaveKeras(Path, type);
                    break;
                case FileFormat.Onnx:
                    OnnxExport.Save(model, Path);
                    break;
                default:
                    model.Save(Path, type);
                    break;
            }
        }
        catch (NotSupportedException exception)
        {
            throw new CommandException($"{source}: {exception.Message}", exception);
        }
    }

    private static void RefuseInitialState(string source, LoadedModel loaded)
    {
        RnnSpec spec = loaded.Model.Spec;
        foreach (StatePart part in spec.StateParts)
        {
            if (loaded.InitialState.AsSpan(part.Offset, part.Length).ContainsAnyExcept(0))
            {
                throw new CommandException(
                    $"{source}: {spec.LayerName(part.Layer)}: expected an initial state of zeros, since no output file can have another, "
                    + "but it is not zero");
            }
        }
    }
}
