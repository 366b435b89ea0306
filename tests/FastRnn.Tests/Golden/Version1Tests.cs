using System.Runtime.InteropServices;
using FastRnn.Serialization;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>Files that an older version has written load and compute what they did; <c>Version1/README.txt</c> says what each holds.
/// </summary>
public sealed class Version1Tests
{
    /// <summary>Of the larger of 1 and the value: vector widths and fused multiply-adds differ between processors.</summary>
    private const double Tolerance = 1e-5;

    private const int Steps = 6, Batch = 3, TargetSteps = 5, FirstStep = 3, MoreSteps = 3;

    private static readonly int[] Lengths = [6, 3, 5], TargetLengths = [5, 2, 4];

    public static TheoryData<string> Models() =>
    [
        .. Directory.EnumerateFiles(Folder(), "*.safetensors").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => !name.StartsWith("trainer", StringComparison.Ordinal) && name != "encoder_decoder").Order(),
    ];

    [Fact]
    public void Version1_models_areAllThere() => Assert.Equal(22, Models().Count);

    [Theory]
    [MemberData(nameof(Models))]
    public void RnnModel_Load_fileOfVersion1_computesTheSame(string name)
    {
        RnnModel model = RnnModel.Load(FileOf(name));
        RnnSpec spec = model.Spec;
        int inputSteps = spec.Shape == SequenceShape.OneToMany ? 1 : Steps, outputSteps = spec.Shape == SequenceShape.ManyToOne ? 1 : Steps;
        var outputs = new float[outputSteps * Batch * spec.OutputSize];
        var state = new float[Batch * spec.StateSize];
        model.Run(
            Inputs(spec, 0, inputSteps * Batch), outputs, new() { Steps = Steps, Sequences = Batch, Lengths = Lengths }, finalState: state);
        Check(name, [.. outputs, .. state]);
    }

    [Fact]
    public void RnnSession_RestoreState_bytesOfVersion1_goesOn()
    {
        RnnModel model = RnnModel.Load(FileOf("lstm_time_delay"));
        using RnnSession session = model.CreateSession();
        session.RestoreState(File.ReadAllBytes(Path.Combine(Folder(), "state.bin")));
        var found = new float[model.Spec.StateSize + 2 * model.Spec.OutputSize];
        session.CopyStateTo(found.AsSpan(0, model.Spec.StateSize));
        for (int step = 0; step < 2; step++)
        {
            session.Step(Values((4 + step) * model.Spec.InputSize, model.Spec.InputSize), found.AsSpan(
                model.Spec.StateSize + step * model.Spec.OutputSize, model.Spec.OutputSize));
        }

        Check("state", found);
    }

    [Theory]
    [InlineData("trainer_adam")]
    [InlineData("trainer_gradient_descent")]
    public void RnnTrainer_FromCheckpoint_fileOfVersion1_goesOn(string name)
    {
        using RnnTrainer trainer = RnnTrainer.FromCheckpoint(FileOf(name));
        var shape = new BatchShape { Steps = Steps, Sequences = Batch, Lengths = Lengths };
        var found = new List<float>();
        for (int step = FirstStep; step < FirstStep + MoreSteps; step++)
        {
            int start = 1000 * step, size = trainer.Spec.OutputSize;
            SequenceData targets = trainer.Spec.Shape == SequenceShape.ManyToOne
                ? Indices(start + 500, Batch, size)
                : Values(start + 500, Steps * Batch * size);
            Add(found, trainer.Step(Inputs(trainer.Spec, start, Steps * Batch), targets, shape));
        }

        Check(name, [.. found, .. Parameters(trainer.ToModel())]);
    }

    [Fact]
    public void EncoderDecoder_Load_fileOfVersion1_computesTheSame()
    {
        EncoderDecoder models = EncoderDecoder.Load(FileOf("encoder_decoder"));
        RnnSpec encoder = models.Encoder.Spec, decoder = models.Decoder.Spec;
        var state = new float[Batch * encoder.StateSize];
        models.Encoder.Run(
            Indices(0, Steps * Batch, encoder.InputSize), new float[Steps * Batch * encoder.OutputSize],
            new() { Steps = Steps, Sequences = Batch, Lengths = Lengths }, finalState: state);
        var found = new List<float>(state);
        var outputs = new float[TargetSteps * Batch * decoder.OutputSize];
        models.Decoder.Run(
            Indices(300, TargetSteps * Batch, decoder.InputSize), outputs,
            new() { Steps = TargetSteps, Sequences = Batch, Lengths = TargetLengths }, state, state);
        found.AddRange([.. outputs, .. state]);
        foreach (int beamWidth in (int[])[1, 4])
        {
            int[] indices = [-1, -1, -1, -1, -1, -1, -1, -1];
            DecodedSequence decoded = models.Decode(Indices(0, Steps, encoder.InputSize), startIndex: 0, endIndex: 1, indices, beamWidth);
            found.AddRange(
                [decoded.Length, decoded.LogProbability, decoded.Ended ? 1 : 0, .. indices.Select(index => (float)index)]);
        }

        Check("encoder_decoder", [.. found]);
    }

    [Fact]
    public void EncoderDecoderTrainer_FromCheckpoint_fileOfVersion1_goesOn()
    {
        using EncoderDecoderTrainer trainer = EncoderDecoderTrainer.FromCheckpoint(FileOf("trainer_encoder_decoder"));
        var sourceShape = new BatchShape { Steps = Steps, Sequences = Batch, Lengths = Lengths };
        var shape = new BatchShape { Steps = TargetSteps, Sequences = Batch, Lengths = TargetLengths };
        var found = new List<float>();
        for (int step = FirstStep; step < FirstStep + MoreSteps; step++)
        {
            int start = 1000 * step, count = TargetSteps * Batch;
            Add(found, trainer.Step(
                Indices(start, Steps * Batch, 8), sourceShape, Indices(start + 300, count, 6), Indices(start + 600, count, 6), shape));
        }

        EncoderDecoder models = trainer.ToModel();
        Check("trainer_encoder_decoder", [.. found, .. Parameters(models.Encoder), .. Parameters(models.Decoder)]);
    }

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Golden", "Version1");

    private static string FileOf(string name) => Path.Combine(Folder(), $"{name}.safetensors");

    private static SequenceData Inputs(RnnSpec spec, int start, int rows)
        => spec.TakesIndices ? Indices(start, rows, spec.InputSize) : Values(start, rows * spec.InputSize);

    private static float[] Values(int start, int count)
        => [.. Enumerable.Range(start, count).Select(i => (i * 37) % 101 / 50f - 1f)];

    private static int[] Indices(int start, int count, int vocabulary)
        => [.. Enumerable.Range(start, count).Select(i => i * 7 % vocabulary)];

    private static float[] Parameters(RnnModel model) => model.Parameters.ToArray();

    private static void Add(List<float> found, TrainingStep step)
    {
        Assert.True(step.Applied);
        found.AddRange([step.Loss, step.GradientNorm]);
    }

    private static void Check(string name, ReadOnlySpan<float> found)
    {
        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder(), $"{name}.y.bin")));
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.True(
                Math.Abs(found[i] - expected[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{name} [{i}]: expected {expected[i]}, but got {found[i]}");
        }
    }
}
