using FastRnn.Onnx;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>A model out of a file of any format.</summary>
/// <param name="Model">the network with its weights</param>
/// <param name="Format">what the file is</param>
/// <param name="InitialState">the state that a sequence begins with [S]: zeros, but where an ONNX graph has one of its own</param>
internal sealed record LoadedModel(RnnModel Model, FileFormat Format, float[] InitialState)
{
    /// <summary>Reads a model.</summary>
    /// <param name="path">the file</param>
    /// <param name="choices">what the user has decided</param>
    /// <param name="warnings">receives what may be wrong with it, a line each</param>
    /// <exception cref="CommandFault">The file is of no known format, or a choice is one that its format does not leave open.</exception>
    /// <exception cref="FastRnnFormatException">The file is broken, or has what can't be represented.</exception>
    internal static LoadedModel Load(string path, WeightChoices choices, TextWriter warnings)
        => FileRecognition.IsSafetensors(path) ? LoadSafetensors(path, choices) : LoadOnnx(path, choices, warnings);

    private static LoadedModel LoadSafetensors(string path, WeightChoices choices)
    {
        FileFormat format;
        using (var file = SafetensorsFile.Open(path))
        {
            format = FileRecognition.FormatOf(file);
        }

        RefuseNeedless(path, format, choices);
        try
        {
            RnnModel model = format switch
            {
                FileFormat.PyTorch => RnnModel.FromPyTorch(path, choices.Common),
                FileFormat.Keras => RnnModel.FromKeras(path, choices.Keras),
                _ => RnnModel.Load(path),
            };
            return new LoadedModel(model, format, new float[model.Spec.StateSize]);
        }
        catch (FastRnnFormatException exception)
        {
            throw new CommandFault(WeightChoiceOptions.Translate(exception.Message), exception);
        }
        catch (ArgumentException exception) when (exception.ParamName == "options")
        {
            throw new CommandFault($"{path}: {WeightChoiceOptions.Translate(Faults.WithoutParameter(exception))}", exception);
        }
    }

    private static LoadedModel LoadOnnx(string path, WeightChoices choices, TextWriter warnings)
    {
        RefuseNeedless(path, FileFormat.Onnx, choices);
        OnnxModel graph = OnnxModel.Load(path);
        foreach (string warning in graph.Warnings)
        {
            warnings.WriteLine(PlainText.Of($"{path}: warning: {warning}"));
        }

        if (graph.FixedLengths is not null)
        {
            throw new CommandFault($"{path}: sequence_lens: expected sequences of any length, but the graph fixes them");
        }

        return new LoadedModel(graph.Model, FileFormat.Onnx, graph.InitialState(1));
    }

    /// <summary>A choice that has no effect would be one that the user is wrong about.</summary>
    private static void RefuseNeedless(string path, FileFormat format, WeightChoices choices)
    {
        string? needless = choices.Given.FirstOrDefault(option => format switch
        {
            FileFormat.PyTorch => option == WeightChoiceOptions.ResetName,
            FileFormat.Keras => false,
            _ => true,
        });
        if (needless is not null)
        {
            throw new CommandFault($"{path}: expected a file that leaves open what {needless} decides, but it is one of {format}");
        }
    }
}
