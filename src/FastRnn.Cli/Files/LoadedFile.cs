using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Output;
using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Training;

namespace FastRnn.Cli.Files;

/// <summary>The content of a file of any format.</summary>
/// <param name="Format">the file's format</param>
/// <param name="Networks">its networks with their names: one, or an encoder and a decoder</param>
internal sealed record LoadedFile(FileFormat Format, params IReadOnlyList<(string Name, RnnModel Model)> Networks)
{
    private const string Single = "Network";

    /// <summary>The settings of a checkpoint's trainer, as JSON; null for other files.</summary>
    internal string? Trainer { get; private init; }

    /// <summary>The state that a sequence begins with [S]; null for zeros.</summary>
    internal float[]? InitialState { get; private init; }

    /// <summary>How many steps of each sequence count, which an ONNX graph fixes; null for all of them.</summary>
    internal int? FixedLength { get; private init; }

    /// <summary>Why no network of the file can be used by itself; null if one can.</summary>
    internal string? Limit { get; private init; }

    private IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads the file.</summary>
    /// <exception cref="CommandException">An option is missing, contradicts the file or is not needed.</exception>
    /// <exception cref="FastRnnFormatException">The file is invalid, or has something that can't be represented.</exception>
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

    /// <summary>Writes a line for each warning.</summary>
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
                : RnnModel.FromPyTorch(path, choices.PyTorch);
            return new LoadedFile(format, (Single, model));
        }
        catch (FastRnnFormatException exception) when (exception.Option is { } option)
        {
            string item = exception.Item is null ? path : $"{path}: {exception.Item}";
            bool isAsked = exception.Rule.StartsWith("expected a value", StringComparison.Ordinal);
            throw new CommandException($"{item}: {WeightChoiceOptions.NameOf(option, isAsked)}: {exception.Rule}", exception);
        }
    }

    private static LoadedFile LoadOnnx(string path)
    {
        OnnxModel graph = OnnxModel.Load(path);
        string? limit = graph.FixedLengths is { Count: > 1 } lengths
            ? $"sequence_lens: expected the length of one sequence, but the graph fixes those of {lengths.Count}"
            : null;
        if (graph.FixedBatch > 1)
        {
            limit ??= $"initial states: expected those of one sequence, but the graph has them for {graph.FixedBatch}";
        }

        float[]? state = limit is null ? graph.InitialState(batch: 1) : null;
        return new LoadedFile(FileFormat.Onnx, (Single, graph.Model))
        {
            InitialState = state,
            FixedLength = graph.FixedLengths is [var length] ? length : null,
            Limit = limit,
            Warnings = graph.Warnings,
        };
    }

    /// <summary>Refuses options that would have no effect.</summary>
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
            throw new CommandException($"{path}: expected a file that leaves open what {needless} decides, but it is one of {format}");
        }
    }
}
