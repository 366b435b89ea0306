using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Training;

namespace FastRnn.Cli.Files;

/// <summary>All that is made of a file of any format.</summary>
/// <param name="Format">what the file is</param>
/// <param name="Networks">its networks, with what each is: one, or an encoder and a decoder</param>
internal sealed record LoadedFile(FileFormat Format, params IReadOnlyList<(string Name, RnnModel Model)> Networks)
{
    private const string Single = "Network";

    /// <summary>What a checkpoint says of its trainer, as JSON; null for files without one.</summary>
    internal string? Trainer { get; private init; }

    /// <summary>The state that the file has for the start of a sequence [S]; null for zeros.</summary>
    internal float[]? InitialState { get; private init; }

    /// <summary>Why there is no network that is right by itself; null where there is one.</summary>
    internal string? Limit { get; private init; }

    /// <summary>What may be wrong with it.</summary>
    private IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads what the file holds.</summary>
    /// <exception cref="CommandFault">A choice is open, or is one that the format does not leave open.</exception>
    /// <exception cref="FastRnnFormatException">The file is broken, or has what can't be represented.</exception>
    internal static LoadedFile Load(RecognizedFile file, WeightChoices choices)
    {
        FileFormat format = file.Safetensors is { } opened ? FileRecognition.FormatOf(opened) : FileFormat.Onnx;
        RefuseNeedless(file.Path, format, choices);
        return format switch
        {
            FileFormat.Onnx => LoadOnnx(file.Path),
            FileFormat.FastRnn => LoadOwn(file.Path, file.Safetensors!.Metadata),
            _ => LoadWeights(file.Path, format, choices),
        };
    }

    /// <summary>Writes what may be wrong with the file, a line each.</summary>
    internal void WriteWarnings(string path, TextWriter writer)
    {
        foreach (string warning in Warnings)
        {
            writer.WriteLine(PlainText.Of($"{path}: warning: {warning}"));
        }
    }

    private static LoadedFile LoadOwn(string path, IReadOnlyDictionary<string, string> metadata)
    {
        string? trainer = metadata.GetValueOrDefault(FileContent.Trainer);
        if (metadata.ContainsKey(FileContent.Encoder) || metadata.ContainsKey(FileContent.Decoder))
        {
            EncoderDecoder models = trainer is null ? EncoderDecoder.Load(path) : TrainedPair(path);
            return new LoadedFile(FileFormat.FastRnn, ("Encoder", models.Encoder), ("Decoder", models.Decoder))
            {
                Trainer = trainer,
                Limit = "expected one network, but it has an encoder and a decoder",
            };
        }

        RnnModel model = trainer is null ? RnnModel.Load(path) : TrainedModel(path);
        return new LoadedFile(FileFormat.FastRnn, (Single, model)) { Trainer = trainer };
    }

    private static RnnModel TrainedModel(string path)
    {
        using var trainer = RnnTrainer.FromCheckpoint(path);
        return trainer.ToModel();
    }

    private static EncoderDecoder TrainedPair(string path)
    {
        using var trainer = EncoderDecoderTrainer.FromCheckpoint(path);
        return trainer.ToModel();
    }

    private static LoadedFile LoadWeights(string path, FileFormat format, WeightChoices choices)
    {
        try
        {
            RnnModel model = format == FileFormat.Keras
                ? RnnModel.FromKeras(path, choices.Keras)
                : RnnModel.FromPyTorch(path, choices.Common);
            return new LoadedFile(format, (Single, model));
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

    private static LoadedFile LoadOnnx(string path)
    {
        OnnxModel graph = OnnxModel.Load(path);
        string? limit = graph.FixedLengths is null ? null : "sequence_lens: expected sequences of any length, but the graph fixes them";
        if (graph.FixedBatch > 1)
        {
            limit ??= $"initial states: expected those of one sequence, but the graph has them for {graph.FixedBatch}";
        }

        float[]? state = limit is null ? graph.InitialState(batch: 1) : null;
        return new LoadedFile(FileFormat.Onnx, (Single, graph.Model)) { InitialState = state, Limit = limit, Warnings = graph.Warnings };
    }

    /// <summary>A choice that has no effect would be one that the user is wrong about.</summary>
    private static void RefuseNeedless(string path, FileFormat format, WeightChoices choices)
    {
        string? needless = choices.Given.FirstOrDefault(option => format switch
        {
            FileFormat.PyTorch => option is WeightChoiceOptions.ResetName or WeightChoiceOptions.BidirectionalName,
            FileFormat.Keras => false,
            _ => true,
        });
        if (needless is not null)
        {
            throw new CommandFault($"{path}: expected a file that leaves open what {needless} decides, but it is one of {format}");
        }
    }
}
