using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Serialization.Fuzzing;

/// <summary>A good file, and what reads it.</summary>
/// <param name="Name">what the file is</param>
/// <param name="Bytes">the file</param>
/// <param name="Load">reads the file of a path</param>
internal sealed record FuzzedFile(string Name, byte[] Bytes, Action<string> Load)
{
    private const int Seed = 3;

    /// <summary>Files of all formats, and a session's state.</summary>
    internal static FuzzedFile[] All() => [.. Models(), .. States()];

    /// <summary>Files of all formats.</summary>
    internal static FuzzedFile[] Models()
    {
        var files = new List<FuzzedFile>();
        AddOwn(files);
        foreach (WeightFileCase golden in WeightFileCase.PyTorch)
        {
            files.Add(new FuzzedFile(
                golden.Name, File.ReadAllBytes(golden.Path), path => RnnModel.FromPyTorch(path, golden.Options.ToPyTorch())));
        }

        foreach (WeightFileCase golden in WeightFileCase.Keras)
        {
            files.Add(new FuzzedFile(
                golden.Name, File.ReadAllBytes(golden.Path), path => RnnModel.FromKeras(path, golden.Options.ToKeras())));
        }

        files.AddRange(OnnxGolden.File.Cases.Select(golden => new FuzzedFile(golden.Name, golden.Model, path => OnnxModel.Load(path))));
        return [.. files];
    }

    /// <summary>Of both versions, and of other weights.</summary>
    private static FuzzedFile[] States()
    {
        RnnSpec spec = new(2, Cell.Lstm(5), Cell.Gru(3));
        RnnModel model = RnnModel.Create(spec, Seed), other = RnnModel.Create(spec, Seed + 1);
        using RnnSession session = model.CreateSession();
        byte[] state = SavedState.Of(session);
        return
        [
            new FuzzedFile("state of a session", state, Load(model, acceptOtherWeights: false)),
            new FuzzedFile("state of a session, version 1", SavedState.AsVersion1(state), Load(model, acceptOtherWeights: true)),
            new FuzzedFile("state of a session with other weights", state, Load(other, acceptOtherWeights: true)),
        ];

        static Action<string> Load(RnnModel model, bool acceptOtherWeights) => file =>
        {
            byte[] bytes = File.ReadAllBytes(file);
            using RnnSession session = model.CreateSession();
            session.RestoreState(bytes, acceptOtherWeights);
            session.RestoreState(new MemoryStream(bytes), acceptOtherWeights);
        };
    }

    private static void AddOwn(List<FuzzedFile> files)
    {
        using var folder = new TemporaryFolder();
        string path = folder["own.safetensors"];
        var spec = RnnSpec.ForIndices(
            4, Layer.Embedding(3), Layer.TimeDelay(4, 2), Cell.Jordan(3, 2), Cell.Bidirectional(Cell.Lstm(2, peepholes: true)),
            Layer.Dropout(0.25f, 5), Cell.Gru(2, resetAfter: false), Layer.Dense(2, Activation.Softmax));
        var model = RnnModel.Create(spec, Seed);
        model.Save(path);
        files.Add(new FuzzedFile("model", File.ReadAllBytes(path), file => RnnModel.Load(file)));
        model.Save(path, StoredType.BF16);
        files.Add(new FuzzedFile("model in BF16", File.ReadAllBytes(path), file => RnnModel.Load(file)));

        var encoder = RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Gru(4));
        var decoder = RnnSpec.ForIndices(4, Layer.Embedding(3), Cell.Gru(4), Layer.Dense(4, Activation.Softmax));
        new EncoderDecoder(RnnModel.Create(encoder, Seed), RnnModel.Create(decoder, Seed)).Save(path);
        files.Add(new FuzzedFile("encoder and decoder", File.ReadAllBytes(path), file => EncoderDecoder.Load(file)));

        using var pair = new EncoderDecoderTrainer(encoder, decoder, new Adam(), Loss.CrossEntropy, Seed);
        pair.SaveCheckpoint(path);
        files.Add(new FuzzedFile(
            "checkpoint of encoder and decoder", File.ReadAllBytes(path), file => EncoderDecoderTrainer.FromCheckpoint(file).Dispose()));

        using var trainer = new RnnTrainer(new RnnSpec(2, Cell.Elman(3), Layer.Dense(1)), new Adam(), Loss.HalfSquaredError, Seed);
        trainer.SaveCheckpoint(path);
        files.Add(new FuzzedFile("checkpoint", File.ReadAllBytes(path), file => RnnTrainer.FromCheckpoint(file).Dispose()));
    }
}
