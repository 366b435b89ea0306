using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Attention of a decoder: whole runs against the reference in double, and decoding against whole runs.</summary>
public sealed class AttentionTests
{
    private const int Tx = 7, Ty = 5, Hidden = 6, Vocabulary = 5, Start = 0, End = 4;

    /// <summary>Float against double over some steps of recurrent layers.</summary>
    private const double Tolerance = 2e-5;

    private static readonly AttentionScore[] Scores = Enum.GetValues<AttentionScore>();

    public static TheoryData<AttentionScore> All => [.. Scores];

    [Theory]
    [MemberData(nameof(All))]
    public void EncoderDecoder_Run_attention_isTheReference(AttentionScore score)
    {
        foreach (int batch in new[] { 1, 4 })
        {
            foreach (bool hasLengths in new[] { false, true })
            {
                foreach (LayerCase layer in Layers(score))
                {
                    Check(
                        Many(3, Tx, batch, hasLengths, new BidirectionalCase(new GruCase(Hidden / 2, ResetAfter: true))),
                        Many(
                            Hidden, Ty, batch, hasLengths, new GruCase(Hidden, ResetAfter: true), layer,
                            new DenseCase(3, Activation.Tanh)));
                }
            }
        }

        static LayerCase[] Layers(AttentionScore score)
        {
            var attention = new AttentionCase(Hidden, score, 11);
            return
            [
                attention,
                new ParallelCase(Merge.Concatenate, [[], [new DenseCase(Hidden, Activation.Tanh), attention]]),
                new ParallelCase(Merge.Multiply, [[attention, new DenseCase(4, Activation.Tanh)], [new DenseCase(4, Activation.Sigmoid)]]),
            ];
        }
    }

    /// <summary>A decoder of values, with so many steps that they are run in chunks: the keys of the first one serve all.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void EncoderDecoder_Run_manySteps_beginsAsFewSteps(AttentionScore score)
    {
        const int Many = 700, N = 3, Size = 32;
        EncoderDecoder model = EncoderDecoder.Create(
            new RnnSpec(2, Cell.Gru(Size)), new RnnSpec(2, Cell.Gru(Size), Layer.Attention(Size, score), Layer.Dense(2)), 1);
        float[] source = RandomData.Uniform(1, Tx * N * 2), inputs = RandomData.Uniform(2, Many * N * 2);
        BatchShape shape = new() { Steps = Tx, Sequences = N, Lengths = [3, 7, 5] };
        float[] all = new float[Many * N * 2], weights = new float[Many * N * Tx];
        model.Run(source, shape, inputs, all, new() { Steps = Many, Sequences = N }, weights);
        float[] few = new float[Ty * N * 2], fewWeights = new float[Ty * N * Tx];
        model.Run(source, shape, inputs.AsSpan(0, few.Length), few, new() { Steps = Ty, Sequences = N }, fewWeights);
        Compare.SameBits(few, all.AsSpan(0, few.Length));
        Compare.SameBits(fewWeights, weights.AsSpan(0, fewWeights.Length));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EncoderDecoder_Run_aSequenceOfABatch_hasTheBitsThatItHasAlone(AttentionScore score)
    {
        const int N = 4;
        int[] sourceLengths = [3, 7, 1, 5], lengths = [5, 2, 4, 1];
        EncoderDecoder model = Create(score, 1);
        float[] source = RandomData.Uniform(1, Tx * N * 2);
        int[] inputs = RandomData.Indices(new Random(2), Ty * N, Vocabulary);
        float[] outputs = new float[Ty * N * Vocabulary], weights = new float[Ty * N * Tx], state = new float[N * Hidden];
        Array.Fill(weights, float.NaN);
        model.Run(
            source, new() { Steps = Tx, Sequences = N, Lengths = sourceLengths }, inputs, outputs,
            new() { Steps = Ty, Sequences = N, Lengths = lengths }, weights, state);
        for (int n = 0; n < N; n++)
        {
            int tx = sourceLengths[n], ty = lengths[n];
            float[] alone = new float[ty * Vocabulary], aloneWeights = new float[ty * tx], aloneState = new float[Hidden];
            model.Run(
                Rows(source, n, N, tx, 2), new() { Steps = tx, Sequences = 1 }, Rows(inputs, n, N, ty, 1), alone,
                new() { Steps = ty, Sequences = 1 }, aloneWeights, aloneState);
            Compare.SameBits(alone, Rows(outputs, n, N, ty, Vocabulary));
            Compare.SameBits(aloneState, state.AsSpan(n * Hidden, Hidden));
            for (int t = 0; t < Ty; t++)
            {
                ReadOnlySpan<float> row = weights.AsSpan((t * N + n) * Tx, Tx);
                Compare.SameBits(t < ty ? aloneWeights.AsSpan(t * tx, tx) : new float[tx], row[..tx]);
                Compare.SameBits(new float[Tx - tx], row[tx..]);
            }
        }
    }

    /// <summary>Width by width, and so with other hypotheses beside the one that is found.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void EncoderDecoder_Decode_attention_hasTheBitsOfAWholeRun(AttentionScore score)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            EncoderDecoder model = Create(score, seed);
            float[] source = RandomData.Uniform(seed, Tx * 2, 2);
            foreach (int width in new[] { 1, 2, 5 })
            {
                var found = new int[Ty];
                float[] weights = new float[Ty * Tx], outputs = new float[Ty * Vocabulary], expected = new float[Ty * Tx];
                Array.Fill(weights, -7);
                DecodedSequence decoded = model.Decode(source, Start, End, found, width, weights);
                int[] inputs = [Start, .. found[..^1]];
                model.Run(
                    source, new() { Steps = Tx, Sequences = 1 }, inputs, outputs, new() { Steps = Ty, Sequences = 1 }, expected);
                Compare.SameBits(expected.AsSpan(0, decoded.Length * Tx), weights.AsSpan(0, decoded.Length * Tx));
                Assert.All(weights[(decoded.Length * Tx)..], weight => Assert.Equal(-7, weight));
                int[] indices = decoded.Ended ? [.. found[..decoded.Length], End] : found[..decoded.Length];
                double probability = indices.Select((index, t) => Math.Log(outputs[t * Vocabulary + index])).Sum();
                Assert.Equal(probability, decoded.LogProbability, Tolerance);
                for (int t = 0; width == 1 && t < indices.Length; t++)
                {
                    float[] row = outputs[(t * Vocabulary)..((t + 1) * Vocabulary)];
                    Assert.Equal(indices[t], Array.IndexOf(row, row.Max()));
                }
            }
        }
    }

    /// <summary>Keys and queries beyond what exponentials can hold: tanh itself takes over.</summary>
    [Theory]
    [InlineData(40f)]
    [InlineData(1000f)]
    public void EncoderDecoder_Run_additive_hugeKeysAndQueries_isTheReference(float scale)
        => Check(
            Many(3, Tx, 3, true, new GruCase(Hidden, ResetAfter: true)),
            Many(3, Ty, 3, true, new GruCase(Hidden, ResetAfter: true), new AttentionCase(Hidden, AttentionScore.Additive, 9)),
            scale);

    /// <summary>A key of 60 and a query of −60 are tanh 0; the exponentials would be ∞·0.</summary>
    [Theory]
    [InlineData(60f, -60f)]
    [InlineData(60f, -58f)]
    [InlineData(-42.5f, 42.75f)]
    [InlineData(42.9f, 42.9f)]
    [InlineData(-42.9f, -42.9f)]
    [InlineData(1e30f, -1e30f)]
    [InlineData(float.MaxValue, -1f)]
    public void EncoderDecoder_Run_additive_keyAgainstQuery_isTheirSum(float key, float query)
    {
        // m is 1 at the first step and near 0 at the second one; only the key of the first is as given.
        var model = new EncoderDecoder(
            RnnModel.FromParameters(new RnnSpec(1, Cell.Elman(1, Activation.Identity)), [1, 0, 0]),
            RnnModel.FromParameters(
                new RnnSpec(1, Cell.Elman(1, Activation.Identity), Layer.Attention(1, AttentionScore.Additive, 1)),
                [1, 0, 0, query, key, 0, 1]));
        var weights = new float[2];
        model.Run((float[])[1, 0], Steps(2), (float[])[1], new float[2], Steps(1), weights);
        double first = Math.Tanh((double)key + query), second = Math.Tanh(query);
        Assert.Equal(1 / (1 + Math.Exp(second - first)), weights[0], 1e-6);
    }

    [Fact]
    public void EncoderDecoder_Run_NaN_reachesItsOwnSequenceAlone()
    {
        foreach (AttentionScore score in Scores)
        {
            EncoderDecoder model = Create(score, 3);
            float[] source = RandomData.Uniform(1, Tx * 2 * 2), outputs = new float[2 * Vocabulary], weights = new float[2 * Tx];
            source[2] = float.NaN;
            model.Run(source, new() { Steps = Tx, Sequences = 2 }, new int[2], outputs, new() { Steps = 1, Sequences = 2 }, weights);
            Assert.All(weights[..Tx], weight => Assert.False(float.IsNaN(weight)));
            Assert.All(weights[Tx..], weight => Assert.True(float.IsNaN(weight)));
            Assert.All(outputs[..Vocabulary], output => Assert.False(float.IsNaN(output)));
        }
    }

    [Fact]
    public void EncoderDecoder_attention_afterTheFirst_allocatesNothing()
    {
        foreach (AttentionScore score in Scores)
        {
            EncoderDecoder model = Create(score, 1);
            float[] source = RandomData.Uniform(1, Tx * 2 * 2), weights = new float[Ty * 2 * Tx], outputs = new float[Ty * 2 * Vocabulary];
            int[] indices = new int[Ty * 2];
            Assert.Equal(
                0, Allocation.Of(200, () => model.Decode(source.AsSpan(0, Tx * 2), Start, End, indices, 4, weights)));
            Assert.Equal(0, Allocation.Of(200, () => model.Run(
                source, new() { Steps = Tx, Sequences = 2, Lengths = [3, 7] }, indices, outputs, new() { Steps = Ty, Sequences = 2 },
                weights)));
        }
    }

    /// <summary>The state alone would have to hold the whole list; where the decoder looks is known too.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void EncoderDecoderTrainer_Step_longReversal_isLearnedWithAttention(AttentionScore score)
    {
        const int Symbols = 8, Begin = 8, Stop = 9, Length = 10, Batch = 32, Size = 24;
        RnnSpec encoder = RnnSpec.ForIndices(Symbols, Cell.Bidirectional(Cell.Gru(Size / 2)));
        RnnSpec decoder = RnnSpec.ForIndices(
            10, Cell.Gru(Size), Layer.Attention(Size, score), Layer.Dense(Size, Activation.Tanh), Layer.Dense(10, Activation.Softmax));
        using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(0.01f), Loss.CrossEntropy, seed: 1)
        {
            MaxGradientNorm = 1,
        };
        var random = new Random(1);
        float loss = 0;
        for (int step = 0; step < 500; step++)
        {
            int[] source = RandomData.Indices(random, Length * Batch, Symbols);
            int[] targets = [.. Enumerable.Range(0, Length * Batch).Select(i => source[(Length - 1 - i / Batch) * Batch + i % Batch]),
                .. Enumerable.Repeat(Stop, Batch)];
            int[] inputs = [.. Enumerable.Repeat(Begin, Batch), .. targets[..^Batch]];
            loss = trainer.Step(
                source, new() { Steps = Length, Sequences = Batch }, inputs, targets, new() { Steps = Length + 1, Sequences = Batch }).Loss;
        }

        Assert.InRange(loss, 0, 0.2f);
        EncoderDecoder model = trainer.ToModel();
        int right = 0, looked = 0;
        for (int i = 0; i < 50; i++)
        {
            int[] word = RandomData.Indices(random, Length, Symbols), outputs = new int[Length + 2];
            var weights = new float[outputs.Length * Length];
            DecodedSequence found = model.Decode(word, Begin, Stop, outputs, 1, weights);
            right += outputs[..found.Length].SequenceEqual(word.Reverse()) ? 1 : 0;
            looked += Math.Abs(Largest(weights, 4) - (Length - 1 - 4)) <= 1 ? 1 : 0;
        }

        Assert.InRange(right, 40, 50);
        Assert.InRange(looked, 40, 50);

        static int Largest(float[] weights, int step)
        {
            float[] row = weights[(step * Length)..((step + 1) * Length)];
            return Array.IndexOf(row, row.Max());
        }
    }

    [Fact]
    public void EncoderDecoder_constructor_attentionThatDoesNotMeet_isRefused()
    {
        RnnSpec encoder = new(2, Cell.Gru(6)), plain = new(2, Cell.Gru(6));
        Refused(
            "decoder", "the encoder's 6 outputs", "layers[1] (Attention Dot) of the decoder attends to 5", encoder,
            new RnnSpec(2, Cell.Gru(6), Layer.Dense(5), Layer.Attention(5)), "layers[2]");
        Refused(
            "decoder", "the encoder's 6 outputs", "layers[1] (Residual).branches[0][1] (Attention General) of the decoder attends to 4",
            encoder,
            new RnnSpec(2, Cell.Gru(6), Layer.Parallel(
                Merge.Sum, [Layer.Dense(2), Layer.Attention(4, AttentionScore.General)], [])), null);
        Refused(
            "encoder", "outputs of all steps", "layers[1] (Attention Dot) of the decoder", encoder with { Shape = SequenceShape.ManyToOne },
            new RnnSpec(2, Cell.Gru(6), Layer.Attention(6)), null);
        Refused(
            "encoder", "in the decoder alone", "layers[1] (Attention Dot) of the encoder",
            new RnnSpec(2, Cell.Gru(6), Layer.Attention(6)), plain, null);

        static void Refused(string parameter, string expected, string actual, RnnSpec encoder, RnnSpec decoder, string? instead)
            => BadInput.Refused<ArgumentException>(
                parameter, expected, instead is null ? actual : actual.Replace("layers[1]", instead, StringComparison.Ordinal),
                () => EncoderDecoder.Create(encoder, decoder, 1));
    }

    [Fact]
    public void RnnModel_attentionByItself_isRefusedByName()
    {
        var spec = new RnnSpec(
            2, Cell.Gru(6), Layer.Parallel(Merge.Concatenate, [Layer.Attention(6, AttentionScore.Additive)], [Layer.Dense(1)]));
        RnnModel model = RnnModel.Create(spec, 1);
        const string Name = "layers[1] (Parallel Concatenate).branches[0][0] (Attention Additive) attends to";
        Assert.True(spec.NeedsMemory && spec.Layers[1].NeedsMemory && !spec.Layers[0].NeedsMemory);
        Assert.Contains(
            Name, Assert.Throws<InvalidOperationException>(() => model.Run(new float[2], new float[13], Steps(1))).Message,
            StringComparison.Ordinal);
        Assert.Contains(Name, Assert.Throws<InvalidOperationException>(model.CreateSession).Message, StringComparison.Ordinal);
        BadInput.Refused<ArgumentException>(
            "model", Name, "EncoderDecoderTrainer", () => _ = new RnnTrainer(model, new Adam(), Loss.HalfSquaredError));
    }

    [Fact]
    public void EncoderDecoder_Run_badInput_isRefusedBeforeAnythingIsWritten()
    {
        EncoderDecoder model = Create(AttentionScore.Dot, 1);
        EncoderDecoder plain = EncoderDecoder.Create(new RnnSpec(2, Cell.Gru(6)), new RnnSpec(2, Cell.Gru(6)), 1);
        float[] source = new float[2 * 3 * 2], outputs = new float[4 * 2 * Vocabulary], weights = new float[4 * 2 * 3];
        Array.Fill(outputs, -7);
        Array.Fill(weights, -7);
        int[] inputs = new int[4 * 2];
        Refused("source", "= 12 values", "got 11", () => model.Run(source.AsSpan(1), Sources(), inputs, outputs, Shape(), weights));
        Refused("source", "values (float)", "indices (int)", () => model.Run(inputs, Sources(), inputs, outputs, Shape(), weights));
        Refused("inputs", "= 8 values", "got 7", () => model.Run(source, Sources(), inputs.AsSpan(1), outputs, Shape(), weights));
        Refused("outputs", "= 40 values", "got 39", () => model.Run(source, Sources(), inputs, outputs.AsSpan(1), Shape(), weights));
        Refused(
            "attentionWeights", "= 24 values", "got 23",
            () => model.Run(source, Sources(), inputs, outputs, Shape(), weights.AsSpan(1)));
        Refused(
            "sourceShape", "Expected 2 as Sequences", "got 1.",
            () => model.Run(source, new() { Steps = 6, Sequences = 1 }, inputs, outputs, Shape()));
        Refused("finalState", "= 12 values", "got 3", () => model.Run(source, Sources(), inputs, outputs, Shape(), weights, new float[3]));
        Refused(
            "attentionWeights", "'outputs'", "overlaps",
            () => model.Run(source, Sources(), inputs, outputs, Shape(), outputs.AsSpan(0, 24)));
        Refused(
            "attentionWeights", "'finalState'", "overlaps",
            () => model.Run(source, Sources(), inputs, outputs, Shape(), weights, weights.AsSpan(0, 12)));
        Refused(
            "attentionWeights", "no room", "the decoder has none",
            () => plain.Run(source, Sources(), new float[16], new float[48], Shape(), weights));
        Refused(
            "attentionWeights", "no room", "the decoder has none", () => Decodable().Decode(source, Start, End, inputs, 1, weights));
        Refused("attentionWeights", "= 48 values", "got 24", () => model.Decode(source, Start, End, inputs, 1, weights));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "sourceShape", "from 1 to 3", "Lengths[1] is 4",
            () => model.Run(source, new() { Steps = 3, Sequences = 2, Lengths = [1, 4] }, inputs, outputs, Shape()));
        BadInput.MemberRefused(
            "sourceShape", "Steps", steps => model.Run(source, new() { Steps = steps, Sequences = 2 }, inputs, outputs, Shape()));
        BadInput.MemberRefused(
            "shape", "Steps", steps => model.Run(source, Sources(), inputs, outputs, new() { Steps = steps, Sequences = 2 }));
        Assert.All(outputs.Concat(weights), value => Assert.Equal(-7, value));

        static EncoderDecoder Decodable() => EncoderDecoder.Create(
            new RnnSpec(2, Cell.Gru(6)), RnnSpec.ForIndices(Vocabulary, Cell.Gru(6), Layer.Dense(Vocabulary)), 1);

        static BatchShape Sources() => new() { Steps = 3, Sequences = 2 };

        static BatchShape Shape() => new() { Steps = 4, Sequences = 2 };

        static void Refused(string parameter, string expected, string actual, Action action)
            => BadInput.Refused<ArgumentException>(parameter, expected, actual, action);
    }

    /// <summary>Holds a run to the reference; the weights are the last layer's.</summary>
    private static void Check(StackCase encoder, StackCase decoder, float scale = 1)
    {
        (StackData source, StackData target) = (encoder.Create(), decoder.Create());
        foreach (ref float parameter in target.Parameters.AsSpan())
        {
            parameter *= scale;
        }

        List<double[]>[] weights = [.. Enumerable.Range(0, encoder.Batch).Select(_ => new List<double[]>())];
        StackResult read = new ReferenceStack(encoder, RandomData.ToDouble(source.Parameters))
            .Forward(source.WideInputs(), new double[encoder.Batch * encoder.StateSize], source.Lengths);
        StackResult expected = new ReferenceStack(decoder, RandomData.ToDouble(target.Parameters))
            .Forward(target.WideInputs(), read.FinalState, target.Lengths, read.Memories(), weights);
        var model = new EncoderDecoder(
            RnnModel.FromParameters(encoder.ToSpec(), source.Parameters), RnnModel.FromParameters(decoder.ToSpec(), target.Parameters));
        float[] outputs = new float[expected.Outputs.Length], found = new float[decoder.Steps * decoder.Batch * encoder.Steps];
        var state = new float[expected.FinalState.Length];
        Array.Fill(outputs, float.NaN);
        Array.Fill(found, float.NaN);
        model.Run(
            source.Inputs.ToData(), new() { Steps = encoder.Steps, Sequences = encoder.Batch, Lengths = source.Lengths },
            target.Inputs.ToData(), outputs, new() { Steps = decoder.Steps, Sequences = decoder.Batch, Lengths = target.Lengths }, found,
            state);
        double tolerance = Tolerance * Math.Max(1, scale);
        Compare.Near(expected.Outputs, outputs, Tolerance, tolerance, $"{decoder} output");
        Compare.Near(expected.FinalState, state, Tolerance, tolerance, $"{decoder} state");
        for (int row = 0; row < decoder.Steps * decoder.Batch; row++)
        {
            (int t, int n) = (row / decoder.Batch, row % decoder.Batch);
            double[] own = t < target.LengthOf(n) ? weights[n][t] : [];
            double[] padded = [.. own, .. new double[encoder.Steps - own.Length]];
            float[] actual = found[(row * encoder.Steps)..((row + 1) * encoder.Steps)];
            Compare.Near(padded, actual, Tolerance, tolerance, $"{decoder} weights of row {row}");
            Assert.All(actual[own.Length..], weight => Assert.Equal(0, weight));
            Assert.Equal(own.Length == 0 ? 0 : 1, actual.Sum(), 1e-6f);
        }
    }

    private static StackCase Many(int inputs, int steps, int batch, bool hasLengths, params LayerCase[] layers)
        => new(inputs, layers, steps, batch, SequenceShape.ManyToMany, TakesIndices: false, hasLengths, Seed: 5);

    private static BatchShape Steps(int steps) => new() { Steps = steps, Sequences = 1 };

    /// <summary>Weights large enough that probabilities differ.</summary>
    private static EncoderDecoder Create(AttentionScore score, int seed)
    {
        RnnSpec encoder = new(2, Cell.Gru(Hidden));
        RnnSpec decoder = RnnSpec.ForIndices(
            Vocabulary, Layer.Embedding(3), Cell.Gru(Hidden), Layer.Attention(Hidden, score, 5),
            Layer.Dense(Vocabulary, Activation.Softmax));
        return new(
            RnnModel.FromParameters(encoder, RandomData.Uniform(seed, RnnModel.Create(encoder, 1).ParameterCount, 1.5f)),
            RnnModel.FromParameters(decoder, RandomData.Uniform(seed + 1000, RnnModel.Create(decoder, 1).ParameterCount, 1.5f)));
    }

    private static T[] Rows<T>(T[] values, int n, int batch, int steps, int width)
        => [.. Enumerable.Range(0, steps).SelectMany(t => values[((t * batch + n) * width)..((t * batch + n + 1) * width)])];
}
