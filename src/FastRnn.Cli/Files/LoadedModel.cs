using FastRnn.Cli.CommandLine;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The only model of a file of any format; that of a checkpoint is its trainer's.</summary>
/// <param name="Model">the network with its weights</param>
/// <param name="Format">the file's format</param>
/// <param name="InitialState">the state that a sequence begins with [S]: zeros unless an ONNX graph has another</param>
internal sealed record LoadedModel(RnnModel Model, FileFormat Format, float[] InitialState)
{
    /// <summary>How many steps of each sequence count, which an ONNX graph fixes; null for all of them.</summary>
    internal int? FixedLength { get; private init; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">the file</param>
    /// <param name="choices">what the user decides</param>
    /// <param name="warnings">receives a line for each warning</param>
    /// <exception cref="CommandException">The format is unknown, there is no model that can be used by itself, or an option is missing,
    /// contradicts the file or is not needed.</exception>
    /// <exception cref="FastRnnFormatException">The file is invalid, or has something that can't be represented.</exception>
    internal static LoadedModel Load(string path, WeightChoices choices, TextWriter warnings)
    {
        using RecognizedFile file = FileRecognition.Open(path);
        var loaded = LoadedFile.Load(file, choices);
        loaded.WriteWarnings(path, warnings);
        if (loaded.Limit is not null)
        {
            throw new CommandException($"{path}: {loaded.Limit}");
        }

        RnnModel model = loaded.Networks[0].Model;
        return new LoadedModel(model, loaded.Format, loaded.InitialState ?? new float[model.Spec.StateSize])
        {
            FixedLength = loaded.FixedLength,
        };
    }
}
