using FastRnn.Serialization;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Serialization;

/// <summary>Encoders and decoders, and their trainers, come back from files as they were.</summary>
public sealed class EncoderDecoderFileTests : IDisposable
{
    private const int T = 5, N = 3, Steps = 10;

    private static readonly RnnSpec Encoder = RnnSpec.ForIndices(
        6, Layer.Embedding(4), Cell.Bidirectional(Cell.Lstm(5)), Layer.Dropout(0.3f, 1), Cell.Gru(4));

    private static readonly RnnSpec Decoder = RnnSpec.ForIndices(
        4, Cell.Lstm(10), Layer.Dropout(0.3f, 1), Cell.Gru(4), Layer.Dense(4, Activation.Softmax));

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EncoderDecoder_Load_saved_hasTheSameSpecsAndBits()
    {
        EncoderDecoder models = EncoderDecoder.Create(Encoder, Decoder, 3);
        models.Save(FilePath);
        AssertSame(models, EncoderDecoder.Load(FilePath));
        models.Save(FilePath, StoredType.BF16);
        EncoderDecoder rounded = EncoderDecoder.Load(FilePath);
        rounded.Save(FilePath);
        AssertSame(rounded, EncoderDecoder.Load(FilePath));
    }

    [Fact]
    public void EncoderDecoder_Load_attentionOfAnySize_isChecked()
    {
        foreach (AttentionScore score in Enum.GetValues<AttentionScore>())
        {
            EncoderDecoder models = EncoderDecoder.Create(Encoder, Attending(4, score), 3);
            models.Save(FilePath);
            AssertSame(models, EncoderDecoder.Load(FilePath));
        }

        RawSafetensors.ChangeText(FilePath, "fastrnn.decoder", _ => SpecJson.Write(Attending(5, AttentionScore.Additive)));
        Assert.Throws<FastRnnFormatException>(() => EncoderDecoder.Load(FilePath));

        static RnnSpec Attending(int size, AttentionScore score) => RnnSpec.ForIndices(
            4, Cell.Lstm(10), Cell.Gru(4), Layer.Attention(size, score, 3), Layer.Dense(4, Activation.Softmax));
    }

    [Theory]
    [InlineData(AttentionScore.General)]
    [InlineData(AttentionScore.Additive)]
    public void EncoderDecoderTrainer_FromCheckpoint_attention_goesOnWithTheSameBits(AttentionScore score)
    {
        RnnSpec decoder = RnnSpec.ForIndices(
            4, Cell.Lstm(10), Cell.Gru(4), Layer.Attention(4, score, 3), Layer.Dense(4, Activation.Softmax));
        using var whole = new EncoderDecoderTrainer(Encoder, decoder, new Adam(0.02f), Loss.CrossEntropy, 1);
        Train(whole, 0, Steps);
        whole.SaveCheckpoint(FilePath);
        using EncoderDecoderTrainer second = EncoderDecoderTrainer.FromCheckpoint(FilePath);
        Train(second, Steps, Steps);
        Train(whole, Steps, Steps);
        AssertSame(whole.ToModel(), second.ToModel());
    }

    [Fact]
    public void EncoderDecoder_Load_statesThatDoNotMeet_areRefused()
    {
        EncoderDecoder.Create(Encoder, Decoder, 3).Save(FilePath);
        var other = RnnSpec.ForIndices(4, Cell.Lstm(10), Cell.Elman(3), Layer.Dense(4));
        RawSafetensors.ChangeText(FilePath, "fastrnn.decoder", _ => SpecJson.Write(other));
        Assert.Throws<FastRnnFormatException>(() => EncoderDecoder.Load(FilePath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EncoderDecoderTrainer_FromCheckpoint_halfWay_goesOnWithTheSameBits(bool isAdam)
    {
        Optimizer optimizer = isAdam ? new Adam(0.02f) : new Sgd(0.3f);
        using var whole = new EncoderDecoderTrainer(Encoder, Decoder, optimizer, Loss.CrossEntropy, 1) { MaxGradientNorm = 0.5f };
        using var first = new EncoderDecoderTrainer(Encoder, Decoder, optimizer, Loss.CrossEntropy, 1) { MaxGradientNorm = 0.5f };
        Train(first, 0, Steps);
        first.SaveCheckpoint(FilePath);
        using EncoderDecoderTrainer second = EncoderDecoderTrainer.FromCheckpoint(FilePath);
        Train(second, Steps, Steps);
        Train(whole, 0, 2 * Steps);
        AssertSame(whole.ToModel(), second.ToModel());
        Train(first, Steps - 1, Steps);
        Assert.False(Compare.AreSameBits(
            TrainingData.Parameters(whole.ToModel().Encoder), TrainingData.Parameters(first.ToModel().Encoder)));
    }

    [Fact]
    public void EncoderDecoderTrainer_SaveCheckpoint_disposed_isRefused()
    {
        var trainer = new EncoderDecoderTrainer(Encoder, Decoder, new Adam(), Loss.CrossEntropy, 1);
        trainer.SaveCheckpoint(FilePath);
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.SaveCheckpoint(FilePath));
        BadFile.Refused(FilePath, "fastrnn.trainer", "another kind", () => EncoderDecoder.Load(FilePath));
    }

    [Fact]
    public void EncoderDecoder_Load_customCells_needsTheSpecs()
    {
        (RnnSpec encoder, RnnSpec decoder) = CustomSpecs(4);
        EncoderDecoder models = EncoderDecoder.Create(encoder, decoder, 3);
        models.Save(FilePath);
        BadFile.Refused(FilePath, "fastrnn.encoder.layers[0]", "give the spec", () => EncoderDecoder.Load(FilePath));
        AssertSame(models, EncoderDecoder.Load(FilePath, encoder, decoder));
        (RnnSpec other, RnnSpec fitting) = CustomSpecs(5);
        BadFile.Refused(FilePath, "fastrnn.encoder", "the spec that was given", () => EncoderDecoder.Load(FilePath, other, fitting));
        BadInput.Refused<ArgumentException>(
            "decoder", "states that meet", "h [5]", () => EncoderDecoder.Load(FilePath, encoder, fitting));
        Assert.Throws<ArgumentNullException>(() => EncoderDecoder.Load(FilePath, null!, decoder));
        Assert.Throws<ArgumentNullException>(() => EncoderDecoder.Load(FilePath, encoder, null!));
    }

    [Fact]
    public void EncoderDecoderTrainer_FromCheckpoint_customCells_needsTheSpecs()
    {
        (RnnSpec encoder, RnnSpec decoder) = CustomSpecs(4);
        using var first = new EncoderDecoderTrainer(encoder, decoder, new Adam(0.02f), Loss.CrossEntropy, 1);
        Train(first, 0, 2);
        first.SaveCheckpoint(FilePath);
        BadFile.Refused(FilePath, "fastrnn.encoder.layers[0]", "give the spec", () => EncoderDecoderTrainer.FromCheckpoint(FilePath));
        using EncoderDecoderTrainer second = EncoderDecoderTrainer.FromCheckpoint(FilePath, encoder, decoder);
        Train(first, 2, 2);
        Train(second, 2, 2);
        AssertSame(first.ToModel(), second.ToModel());
        (RnnSpec other, RnnSpec fitting) = CustomSpecs(5);
        BadFile.Refused(
            FilePath, "fastrnn.encoder", "the spec that was given",
            () => EncoderDecoderTrainer.FromCheckpoint(FilePath, other, fitting));
    }

    private static (RnnSpec Encoder, RnnSpec Decoder) CustomSpecs(int hiddenSize)
        => (RnnSpec.ForIndices(6, Cell.Custom<DecayingMemoryCell>(hiddenSize)),
            RnnSpec.ForIndices(4, Cell.Custom<DecayingMemoryCell>(hiddenSize), Layer.Dense(4, Activation.Softmax)));

    private static void Train(EncoderDecoderTrainer trainer, int start, int count)
    {
        for (int step = start; step < start + count; step++)
        {
            var random = new Random(step);
            int[] source = RandomData.Indices(random, T * N, Encoder.InputSize);
            int[] inputs = RandomData.Indices(random, T * N, Decoder.InputSize);
            int[] targets = RandomData.Indices(random, T * N, Decoder.OutputSize);
            BatchShape shape = new() { Steps = T, Sequences = N };
            Assert.True(trainer.Step(source, shape, inputs, targets, shape).Applied);
        }
    }

    private static void AssertSame(EncoderDecoder expected, EncoderDecoder actual)
    {
        Assert.Equal((expected.Encoder.Spec, expected.Decoder.Spec), (actual.Encoder.Spec, actual.Decoder.Spec));
        Compare.SameBits(TrainingData.Parameters(expected.Encoder), TrainingData.Parameters(actual.Encoder), "encoder");
        Compare.SameBits(TrainingData.Parameters(expected.Decoder), TrainingData.Parameters(actual.Decoder), "decoder");
    }
}
