using FastRnn.Cli.Files;
using FastRnn.Onnx;
using FastRnn.Serialization;

namespace FastRnn.Cli.Convert;

/// <summary>The file that a model is written to.</summary>
/// <param name="Path">where it goes</param>
/// <param name="Format">what it is to be</param>
/// <param name="IsBFloat16">whether weights are rounded to 16 bits</param>
internal sealed record ConversionTarget(string Path, FileFormat Format, bool IsBFloat16)
{
    /// <summary>What a file is to be, by its extension and the option.</summary>
    /// <exception cref="CommandFault">They contradict each other, or neither tells.</exception>
    internal static FileFormat FormatOf(string path, FileFormat? given)
    {
        bool isOnnx = FileRecognition.HasExtension(path, FileRecognition.OnnxExtension);
        bool isSafetensors = FileRecognition.HasExtension(path, FileRecognition.SafetensorsExtension);
        return given switch
        {
            null when isOnnx => FileFormat.Onnx,
            null when isSafetensors => FileFormat.FastRnn,
            null => throw new CommandFault(
                $"{path}: expected a name that ends in .safetensors or .onnx, or --to, which decides the format"),
            FileFormat.Onnx when isSafetensors => throw new CommandFault($"{path}: expected another extension for an ONNX file"),
            not FileFormat.Onnx when isOnnx => throw new CommandFault(
                $"{path}: expected another extension for a safetensors file of {given}"),
            _ => given.Value,
        };
    }

    /// <exception cref="CommandFault">The format can't express something.</exception>
    /// <exception cref="NotSupportedException">The same, found by the writer of the format.</exception>
    internal void Write(string source, LoadedModel loaded)
    {
        RnnModel model = loaded.Model;
        StoredType type = IsBFloat16 ? StoredType.BF16 : StoredType.F32;
        if (IsBFloat16 && Format == FileFormat.Onnx)
        {
            throw new CommandFault($"{Path}: expected a safetensors file for --bfloat16, but it is to be {Format}");
        }

        RefuseInitialState(source, loaded);
        switch (Format)
        {
            case FileFormat.PyTorch:
                model.SavePyTorch(Path, type);
                break;
            case FileFormat.Keras:
                model.SaveKeras(Path, type);
                break;
            case FileFormat.Onnx:
                SaveOnnx(source, model);
                break;
            default:
                RefuseCustomCells(source, model.Spec);
                model.Save(Path, type);
                break;
        }
    }

    private void SaveOnnx(string source, RnnModel model)
    {
        try
        {
            OnnxExport.Save(model, Path);
        }
        catch (ArgumentException exception) when (exception.ParamName == nameof(model))
        {
            throw new CommandFault($"{source}: {Faults.WithoutParameter(exception)}", exception);
        }
    }

    private static void RefuseInitialState(string source, LoadedModel loaded)
    {
        int first = Array.FindIndex(loaded.InitialState, value => value != 0);
        if (first >= 0)
        {
            string name = string.Empty;
            foreach ((string layer, int parts, int size) in loaded.Model.Spec.States())
            {
                name = layer;
                first -= parts * size;
                if (first < 0)
                {
                    break;
                }
            }

            throw new CommandFault(
                $"{source}: {name}: expected a state of zeros to begin with, as no other file can have it, but it has one");
        }
    }

    private static void RefuseCustomCells(string source, RnnSpec spec)
    {
        int custom = Array.FindIndex(PartDescription.OfLayers(spec), layer => layer.IsCustom);
        if (custom >= 0)
        {
            throw new CommandFault(
                $"{source}: {spec.LayerName(custom)}: expected a cell of the library, whose arithmetic the file could name, but it is "
                + "another");
        }
    }
}
