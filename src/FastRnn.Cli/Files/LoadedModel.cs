using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The model of a file that has one: a network's file of any format, or the checkpoint of a trainer of one.</summary>
/// <param name="Model">the network with its weights</param>
/// <param name="Format">what the file is</param>
/// <param name="InitialState">the state that a sequence begins with [S]: zeros, but where an ONNX graph has one of its own</param>
internal sealed record LoadedModel(RnnModel Model, FileFormat Format, float[] InitialState)
{
    /// <summary>Reads a model.</summary>
    /// <param name="path">the file</param>
    /// <param name="choices">what the user has decided</param>
    /// <param name="warnings">receives what may be wrong with it, a line each</param>
    /// <exception cref="CommandFault">The file is of no known format or has no model that is right by itself, or a choice is open, or is
    /// one that the format does not leave open.</exception>
    /// <exception cref="FastRnnFormatException">The file is broken, or has what can't be represented.</exception>
    internal static LoadedModel Load(string path, WeightChoices choices, TextWriter warnings)
    {
        using RecognizedFile file = FileRecognition.Open(path);
        var loaded = LoadedFile.Load(file, choices);
        loaded.WriteWarnings(path, warnings);
        if (loaded.Limit is not null)
        {
            throw new CommandFault($"{path}: {loaded.Limit}");
        }

        RnnModel model = loaded.Networks[0].Model;
        return new LoadedModel(model, loaded.Format, loaded.InitialState ?? new float[model.Spec.StateSize]);
    }
}
