using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Decoding: against all sequences there are, against a naive beam search, and on a task that it has learned.</summary>
public sealed class EncoderDecoderTests
{
    private const int Vocabulary = 4, Start = 0, End = 3;

    /// <summary>Some steps' logarithms of probabilities in float against double.</summary>
    private const double Tolerance = 1e-5;

    private static readonly RnnSpec Encoder = new(2, Cell.Gru(6));
    private static readonly RnnSpec Decoder = RnnSpec.ForIndices(
        Vocabulary, Layer.Embedding(3), Cell.Gru(6), Layer.Dense(Vocabulary, Activation.Softmax));

    /// <summary>LSTM for LSTM, both directions into one of twice the size, two layers, logits instead of probabilities.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void EncoderDecoder_Decode_otherNetworks_isTheNaiveSearch(int width)
    {
        RnnSpec encoder = RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Bidirectional(Cell.Lstm(3)), Cell.Elman(4));
        RnnSpec decoder = RnnSpec.ForIndices(Vocabulary, Cell.Lstm(6), Cell.Gru(4, resetAfter: false), Layer.Dense(Vocabulary));
        for (int seed = 0; seed < 20; seed++)
        {
            EncoderDecoder model = Create(encoder, decoder, seed, 1.5f);
            Check(model, RandomData.Indices(new Random(seed), 3, 5), width);
        }
    }

    /// <summary>Logits so large that their digits behind the point are gone: ln P keeps its own.</summary>
    [Fact]
    public void EncoderDecoder_Decode_hugeLogits_neverGetsLikelier()
    {
        RnnSpec decoder = RnnSpec.ForIndices(Vocabulary, Cell.Gru(6), Layer.Dense(Vocabulary));
        for (int seed = 0; seed < 20; seed++)
        {
            DecodedSequence found = Create(Encoder, decoder, seed, 1e6f).Decode(RandomData.Uniform(seed, 6), Start, End, new int[8], 3);
            Assert.True(found.LogProbability <= 0, $"ln P is {found.LogProbability}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(500)]
    public void EncoderDecoder_Decode_anyWidth_isTheNaiveSearch(int width)
    {
        int ended = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            ended += Check(Create(seed), RandomData.Uniform(seed, 3 * Encoder.InputSize, 2), width) ? 1 : 0;
        }

        Assert.InRange(ended, 5, 40);
    }

    [Fact]
    public void EncoderDecoder_Decode_widthOfAllSequences_isTheLikeliestOfAll()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            EncoderDecoder model = Create(seed);
            float[] source = RandomData.Uniform(seed, 4 * Encoder.InputSize, 2);
            var outputs = new int[4];
            DecodedSequence found = model.Decode(source, Start, End, outputs, 1000);
            float[] state = State(model, source);
            double best = AllSequences(outputs.Length).Max(sequence => Score(model, state, sequence));
            Assert.Equal(best, found.LogProbability, Tolerance);
        }
    }

    [Fact]
    public void EncoderDecoder_Decode_learnedToReverse_reverses()
    {
        const int Symbols = 4, Begin = 4, Stop = 5, Length = 4, Batch = 16;
        RnnSpec encoder = RnnSpec.ForIndices(Symbols, Cell.Gru(24));
        RnnSpec decoder = RnnSpec.ForIndices(6, Cell.Gru(24), Layer.Dense(6, Activation.Softmax));
        using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(0.01f), Loss.CrossEntropy, seed: 1)
        {
            MaxGradientNorm = 1,
        };
        var random = new Random(1);
        for (int step = 0; step < 400; step++)
        {
            var lengths = new int[Batch];
            var targetLengths = new int[Batch];
            var source = new int[Length * Batch];
            var inputs = new int[(Length + 1) * Batch];
            var targets = new int[(Length + 1) * Batch];
            for (int n = 0; n < Batch; n++)
            {
                int[] word = Word(random);
                lengths[n] = word.Length;
                targetLengths[n] = word.Length + 1;
                for (int t = 0; t <= word.Length; t++)
                {
                    inputs[t * Batch + n] = t == 0 ? Begin : word[^t];
                    targets[t * Batch + n] = t == word.Length ? Stop : word[^(t + 1)];
                    source[Math.Min(t, Length - 1) * Batch + n] = word[Math.Min(t, word.Length - 1)];
                }
            }

            trainer.Step(
                source, new() { Steps = Length, Sequences = Batch, Lengths = lengths },
                inputs, targets, new() { Steps = Length + 1, Sequences = Batch, Lengths = targetLengths });
        }

        EncoderDecoder model = trainer.ToModel();
        int right = 0;
        for (int i = 0; i < 100; i++)
        {
            int[] word = Word(random);
            var outputs = new int[8];
            DecodedSequence found = model.Decode(word, Begin, Stop, outputs, beamWidth: 1 + i % 3);
            right += found.Ended && outputs[..found.Length].SequenceEqual(word.Reverse()) ? 1 : 0;
        }

        Assert.InRange(right, 95, 100);

        static int[] Word(Random random) => RandomData.Indices(random, 1 + random.Next(Length), Symbols);
    }

    [Fact]
    public void EncoderDecoder_Decode_afterTheFirst_allocatesNothing()
    {
        EncoderDecoder model = Create(1);
        float[] source = RandomData.Uniform(1, 6, 2);
        var outputs = new int[20];
        Assert.Equal(0, Allocation.Of(300, () => model.Decode(source, Start, End, outputs, 4)));
    }

    [Fact]
    public void EncoderDecoder_Decode_NaN_findsNothing()
    {
        DecodedSequence found = Create(1).Decode((float[])[float.NaN, 1], Start, End, new int[3], 2);
        Assert.Equal((0, true, false), (found.Length, float.IsNaN(found.LogProbability), found.Ended));
    }

    [Fact]
    public void EncoderDecoder_constructor_specsThatDoNotMeet_areRefused()
    {
        Refused("encoder", "reads a sequence", "OneToMany", new RnnSpec(6, Cell.Gru(6)) { Shape = SequenceShape.OneToMany }, Decoder);
        Refused("decoder", "ManyToMany", "ManyToOne", Encoder, Decoder with { Shape = SequenceShape.ManyToOne });
        Refused(
            "decoder", "see no later step", "layers[0] (Bidirectional Gru) of the decoder", Encoder,
            new RnnSpec(1, Cell.Bidirectional(Cell.Gru(3))));
        Refused(
            "decoder", "layers[0] (Gru) of the encoder with h [6]", "layers[0] (Lstm) of the decoder with h [3], c [3]", Encoder,
            new RnnSpec(1, Cell.Lstm(3)));
        Refused(
            "decoder", "layers[0] (Gru) of the encoder with h [2]", "layers[1] (Elman) of the decoder with h [4]",
            new RnnSpec(1, Cell.Gru(2), Cell.Gru(4)), new RnnSpec(1, Layer.Dense(3), Cell.Elman(4), Cell.Gru(2)));
        Refused(
            "decoder", "layers[1] (Gru) of the encoder with h [4]", "nothing more of the decoder",
            new RnnSpec(1, Cell.Gru(2), Cell.Gru(4)), new RnnSpec(1, Cell.Gru(2)));
        Refused("encoder", "handed over", "no layer has a state", new RnnSpec(1, Layer.Dense(3)), new RnnSpec(1, Layer.Dense(3)));

        static void Refused(string parameter, string expected, string actual, RnnSpec encoder, RnnSpec decoder)
            => BadInput.Refused<ArgumentException>(parameter, expected, actual, () => EncoderDecoder.Create(encoder, decoder, 1));
    }

    [Fact]
    public void EncoderDecoder_Decode_badInput_isRefusedBeforeAnythingIsWritten()
    {
        EncoderDecoder model = Create(1);
        float[] source = new float[4];
        int[] outputs = [-7, -7, -7];
        BadInput.Refused<ArgumentOutOfRangeException>("startIndex", "from 0 to 3", "4", () => model.Decode(source, 4, End, outputs));
        BadInput.Refused<ArgumentOutOfRangeException>("endIndex", "from 0 to 3", "-1", () => model.Decode(source, Start, -1, outputs));
        BadInput.SizeRefused("beamWidth", width => model.Decode(source, Start, End, outputs, width));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "beamWidth", $"{Guard.LargestBuffer}", $"{int.MaxValue}", () => model.Decode(source, Start, End, outputs, int.MaxValue));
        BadInput.Refused<ArgumentException>("outputs", "at least 1", "0", () => model.Decode(source, Start, End, []));
        BadInput.Refused<ArgumentException>("source", "= 2 values", "got 3", () => model.Decode(new float[3], Start, End, outputs));
        BadInput.Refused<ArgumentException>("source", "= 2 values", "got 0", () => model.Decode(default, Start, End, outputs));
        BadInput.Refused<ArgumentException>(
            "source", "values (float)", "indices (int)", () => model.Decode(new int[2], Start, End, outputs));
        Assert.Equal([-7, -7, -7], outputs);
        var noClasses = EncoderDecoder.Create(Encoder, new RnnSpec(Vocabulary, Cell.Gru(6), Layer.Dense(Vocabulary)), 1);
        Assert.Contains(
            "layers[1] (Dense) has 4 outputs with Identity, and the inputs are values",
            Assert.Throws<InvalidOperationException>(() => noClasses.Decode(source, 0, 1, outputs)).Message, StringComparison.Ordinal);
    }

    /// <summary>Holds the search to the naive one; returns whether the likeliest sequence has ended.</summary>
    private static bool Check(EncoderDecoder model, SequenceData source, int width)
    {
        var outputs = new int[5];
        DecodedSequence found = model.Decode(source, Start, End, outputs, width);
        (int[] indices, double score, bool hasEnded) = Naive(model, State(model, source), outputs.Length, width);
        Assert.Equal(hasEnded ? indices[..^1] : indices, outputs[..found.Length]);
        Assert.Equal(hasEnded, found.Ended);
        Assert.Equal(score, found.LogProbability, Tolerance);
        return hasEnded;
    }

    /// <summary>Weights large enough that probabilities differ.</summary>
    private static EncoderDecoder Create(int seed) => Create(Encoder, Decoder, seed, 1.5f);

    private static EncoderDecoder Create(RnnSpec encoder, RnnSpec decoder, int seed, float bound)
        => new(
            RnnModel.FromParameters(encoder, RandomData.Uniform(seed, RnnModel.Create(encoder, 1).ParameterCount, bound)),
            RnnModel.FromParameters(decoder, RandomData.Uniform(seed + 1000, RnnModel.Create(decoder, 1).ParameterCount, bound)));

    private static IEnumerable<int[]> AllSequences(int most)
        => most == 0
            ? [[]]
            : Enumerable.Range(0, Vocabulary)
                .SelectMany(first => first == End ? [[End]] : AllSequences(most - 1).Select(rest => (int[])[first, .. rest]));

    /// <summary>ln P of indices by streaming them through the decoder.</summary>
    private static double Score(EncoderDecoder model, float[] state, int[] indices)
    {
        using RnnSession session = model.Decoder.CreateSession();
        session.SetState(state);
        double score = 0;
        var outputs = new float[Vocabulary];
        int input = Start;
        foreach (int index in indices)
        {
            session.Step(input, outputs);
            double sum = outputs.Sum(output => IsLogits(model) ? Math.Exp(output) : output);
            score += (IsLogits(model) ? outputs[index] : Math.Log(outputs[index])) - Math.Log(sum);
            input = index;
        }

        return score;
    }

    private static bool IsLogits(EncoderDecoder model) => model.Decoder.Spec.OutputActivation == Activation.Identity;

    private static (int[] Indices, double Score, bool Ended) Naive(EncoderDecoder model, float[] state, int most, int width)
    {
        List<(int[] Indices, double Score, bool Ended)> beam = [([], 0, false)];
        for (int step = 0; step < most && !beam[0].Ended; step++)
        {
            beam = beam
                .SelectMany(hypothesis => hypothesis.Ended
                    ? [hypothesis]
                    : Enumerable.Range(0, Vocabulary).Select(index => (int[])[.. hypothesis.Indices, index])
                        .Select(indices => (indices, Score(model, state, indices), indices[^1] == End)))
                .OrderByDescending(hypothesis => hypothesis.Item2).Take(width).ToList();
        }

        return beam[0];
    }

    private static float[] State(EncoderDecoder model, SequenceData source)
    {
        RnnSpec encoder = model.Encoder.Spec;
        var state = new float[encoder.StateSize];
        int steps = source.Length / (encoder.TakesIndices ? 1 : encoder.InputSize);
        model.Encoder.Run(source, new float[steps * encoder.OutputSize], new() { Steps = steps, Sequences = 1 }, finalState: state);
        return state;
    }
}
