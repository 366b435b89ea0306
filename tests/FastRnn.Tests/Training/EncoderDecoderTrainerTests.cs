using FastRnn.Tests.Reference;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>An encoder and a decoder trained together, against differences of both references in double.</summary>
public sealed class EncoderDecoderTrainerTests
{
    private const int N = 3;
    private const float Rate = 1;
    private const double Kink = 1e-3;
    private const double Step = 1e-5;

    /// <summary>Of the largest gradient, for errors of float in the activations; and of weights around 1 for the update's
    /// rounding.</summary>
    private const double Tolerance = 1e-4;
    private const double Rounding = 3e-7;

    private static readonly Dictionary<string, (StackCase Encoder, StackCase Decoder)> Cases = new()
    {
        ["Elman"] = (Many(2, 4, new ElmanCase(5, Activation.Tanh)), Many(3, 6, new ElmanCase(5, Activation.Tanh), Head(2))),
        ["LSTM of lengths"] = (
            Many(2, 6, new LstmCase(4, Peepholes: true)) with { HasLengths = true },
            Many(3, 4, new LstmCase(4, Peepholes: false), Head(3)) with { HasLengths = true }),
        ["GRU of indices"] = (
            Many(5, 5, new EmbeddingCase(3), new GruCase(4, ResetAfter: true)) with { TakesIndices = true, HasLengths = true },
            Many(4, 7, new GruCase(4, ResetAfter: false), Head(4)) with { TakesIndices = true }),
        ["both directions into one, two layers"] = (
            Many(2, 5, new BidirectionalCase(new LstmCase(3, Peepholes: false)), new GruCase(4, ResetAfter: true)) with
            {
                HasLengths = true,
            },
            Many(2, 3, new LstmCase(6, Peepholes: false), new ElmanCase(4, Activation.Tanh), Head(2)) with { HasLengths = true }),
        ["one step, Jordan"] = (
            Many(3, 1, new JordanCase(4, 3, Activation.Tanh, Activation.Sigmoid)),
            Many(2, 1, new JordanCase(2, 3, Activation.Tanh, Activation.Identity), Head(2))),
        ["encoder with a tail"] = (
            Many(3, 4, new ElmanCase(5, Activation.Tanh), Head(2)) with { Shape = SequenceShape.ManyToOne },
            Many(2, 5, new GruCase(5, ResetAfter: true), Head(2))),
        ["attention, dot"] = (
            Many(2, 5, new GruCase(4, ResetAfter: true)),
            Many(3, 4, new GruCase(4, ResetAfter: true), new AttentionCase(4, AttentionScore.Dot), Head(2))),
        ["attention, general, to outputs of both directions with an activation, of lengths"] = (
            Many(2, 6, new BidirectionalCase(new LstmCase(3, Peepholes: false)), new DenseCase(5, Activation.Tanh)) with
            {
                HasLengths = true,
            },
            Many(3, 4, new LstmCase(6, Peepholes: false), new AttentionCase(5, AttentionScore.General), Head(3)) with
            {
                HasLengths = true,
            }),
        ["attention, additive, below the state, of lengths"] = (
            Many(2, 4, new ElmanCase(5, Activation.Tanh)) with { HasLengths = true, Seed = 6 },
            Many(3, 5, new AttentionCase(5, AttentionScore.Additive, 7), new ElmanCase(5, Activation.Tanh), Head(2)) with
            {
                HasLengths = true,
            }),
        ["attention, additive, of indices in a batch of one"] = (
            Many(5, 5, new EmbeddingCase(3), new GruCase(4, ResetAfter: true)) with { TakesIndices = true, Batch = 1 },
            Many(
                4, 6, new EmbeddingCase(3), new GruCase(4, ResetAfter: false), new AttentionCase(4, AttentionScore.Additive, 3),
                Head(4)) with
            {
                TakesIndices = true,
                Batch = 1,
            }),
        ["attention in branches and twice, of lengths"] = (
            Many(2, 6, new GruCase(4, ResetAfter: true)) with { HasLengths = true },
            Many(
                4, 5,
                new ParallelCase(
                    Merge.Sum,
                    [
                        [new AttentionCase(4, AttentionScore.Additive, 3), new DenseCase(4, Activation.Tanh)],
                        [new GruCase(4, ResetAfter: true), new AttentionCase(4, AttentionScore.Dot)],
                        [],
                    ]),
                new AttentionCase(4, AttentionScore.General), Head(2)) with
            {
                HasLengths = true,
            }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EncoderDecoderTrainer_Step_gradientDescent_isTheDifferenceOfTheReferences(string name)
    {
        (StackCase encoder, StackCase decoder) = Cases[name];
        StackData source = encoder.CreateSmooth(Kink);
        StackData target = decoder.CreateSmooth(Kink);
        double[] encoderWeights = RandomData.ToDouble(source.Parameters);
        double[] decoderWeights = RandomData.ToDouble(target.Parameters);
        using EncoderDecoderTrainer trainer = Create(source, target, Rate);
        float before = Evaluate(trainer, source, target);
        TrainingStep step = Train(trainer, source, target);
        double loss = Loss();
        Compare.Within(loss, step.Loss, Tolerance * (1 + Math.Abs(loss)), "loss");
        Assert.Equal(step.Loss, before);
        EncoderDecoder trained = trainer.ToModel();
        Check(encoderWeights, source.Parameters, trained.Encoder, "encoder gradient");
        Check(decoderWeights, target.Parameters, trained.Decoder, "decoder gradient");

        double Loss()
        {
            StackResult read = new ReferenceStack(encoder, encoderWeights)
                .Forward(source.WideInputs(), RandomData.ToDouble(source.InitialState).Select(_ => 0.0).ToArray(), source.Lengths);
            StackResult written = new ReferenceStack(decoder, decoderWeights)
                .Forward(target.WideInputs(), read.FinalState, target.Lengths, read.Memories());
            return StackDifferences.Loss(target, ReferenceLoss.HalfSquaredError, written);
        }

        void Check(double[] weights, float[] start, RnnModel model, string what)
        {
            var after = new float[start.Length];
            model.Parameters.CopyTo(after);
            var expected = new double[start.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                double weight = weights[i];
                weights[i] = weight + Step;
                double above = Loss();
                weights[i] = weight - Step;
                expected[i] = (above - Loss()) / (2 * Step);
                weights[i] = weight;
            }

            float[] gradient = start.Zip(after, (old, now) => (old - now) / Rate).ToArray();
            Assert.NotEqual(0, Compare.Largest(expected));
            Compare.Near(expected, gradient, 0, Tolerance * Compare.Largest(expected) + Rounding, what);
        }
    }

    [Fact]
    public void EncoderDecoderTrainer_Step_maxGradientNorm_clipsBothTogether()
    {
        (StackCase encoder, StackCase decoder) = Cases["Elman"];
        (StackData source, StackData target) = (encoder.Create(), decoder.Create());
        using EncoderDecoderTrainer free = Create(source, target, Rate);
        using EncoderDecoderTrainer clipped = Create(source, target, Rate);
        double norm = Train(free, source, target).GradientNorm;
        clipped.MaxGradientNorm = (float)norm / 2;
        Assert.Equal(norm, Train(clipped, source, target).GradientNorm, 1e-6 * norm);
        double[] whole = Changes(free);
        double[] half = Changes(clipped);
        Assert.Equal(norm, Math.Sqrt(whole.Sum(change => change * change)), 1e-5 * norm);
        Compare.Near(whole.Select(change => change / 2).ToArray(), half.Select(change => (float)change).ToArray(), 0, Rounding, "change");

        double[] Changes(EncoderDecoderTrainer trainer)
        {
            EncoderDecoder model = trainer.ToModel();
            return Difference(source.Parameters, model.Encoder).Concat(Difference(target.Parameters, model.Decoder)).ToArray();
        }

        static double[] Difference(float[] start, RnnModel model)
        {
            var after = new float[start.Length];
            model.Parameters.CopyTo(after);
            return start.Zip(after, (old, now) => (double)old - now).ToArray();
        }
    }

    [Fact]
    public void EncoderDecoderTrainer_Step_lossNotFinite_changesNothing()
    {
        (StackCase encoder, StackCase decoder) = Cases["Elman"];
        (StackData source, StackData target) = (encoder.Create(), decoder.Create());
        using EncoderDecoderTrainer trainer = Create(source, target, Rate);
        target.Probabilities[0] = float.NaN;
        Assert.False(Train(trainer, source, target).Applied);
        var after = new float[source.Parameters.Length];
        trainer.ToModel().Encoder.Parameters.CopyTo(after);
        Compare.SameBits(source.Parameters, after);
    }

    [Fact]
    public void EncoderDecoderTrainer_Step_afterTheFirst_allocatesNothing()
    {
        foreach ((StackCase encoder, StackCase decoder) in Cases.Values)
        {
            (StackData source, StackData target) = (encoder.Create(), decoder.Create());
            using EncoderDecoderTrainer trainer = Create(source, target, 0.01f);
            Assert.Equal(0, Allocation.Of(200, () => Train(trainer, source, target)));
            Assert.Equal(0, Allocation.Of(200, () => Evaluate(trainer, source, target)));
        }
    }

    [Fact]
    public void EncoderDecoderTrainer_Step_badInput_isRefusedByNameAndChangesNothing()
    {
        const int Tx = 4, Ty = 3;
        RnnSpec encoder = RnnSpec.ForIndices(5, Cell.Gru(4));
        RnnSpec decoder = RnnSpec.ForIndices(3, Cell.Gru(4), Layer.Dense(3, Activation.Softmax));
        var model = EncoderDecoder.Create(encoder, decoder, 1);
        var trainer = new EncoderDecoderTrainer(model, new Adam(), Loss.CrossEntropy);
        int[] x = new int[Tx * N], y = new int[Ty * N], fewer = new int[Tx * (N - 1)];
        int[] far = [.. x.AsSpan(1), 5], class3 = [.. y.AsSpan(1), 3];
        Refused<ArgumentOutOfRangeException>(
            "source", "from 0 to 4", "source[11] is 5", () => trainer.Step(far, Sources(), y, y, Targets()));
        Refused<ArgumentOutOfRangeException>(
            "inputs", "from 0 to 2", "inputs[8] is 3", () => trainer.Step(x, Sources(), class3, y, Targets()));
        Refused<ArgumentOutOfRangeException>(
            "targets", "from 0 to 2", "targets[8] is 3", () => trainer.Step(x, Sources(), y, class3, Targets()));
        Refused<ArgumentException>("source", "= 12 values", "got 11", () => trainer.Evaluate(x.AsSpan(1), Sources(), y, y, Targets()));
        Refused<ArgumentException>(
            "source", "indices (int)", "values (float)", () => trainer.Step(new float[12], Sources(), y, y, Targets()));
        Refused<ArgumentException>("inputs", "= 9 values", "got 12", () => trainer.Step(x, Sources(), x, y, Targets()));
        Refused<ArgumentException>(
            "targets", "class indices (int)", "values (float)", () => trainer.Step(x, Sources(), y, new float[9], Targets()));
        Refused<ArgumentOutOfRangeException>(
            "sourceShape", "from 1 to 4", "Lengths[1] is 5", () => trainer.Step(x, Sources(1, 5, 2), y, y, Targets()));
        Refused<ArgumentOutOfRangeException>(
            "shape", "from 1 to 3", "Lengths[2] is 0", () => trainer.Step(x, Sources(), y, y, Targets(1, 3, 0)));
        Refused<ArgumentException>("shape", "= 3 values as Lengths", "got 2", () => trainer.Step(x, Sources(), y, y, Targets(1, 3)));
        BadInput.MemberRefused("sourceShape", "Steps", steps => trainer.Step(x, new() { Steps = steps, Sequences = N }, y, y, Targets()));
        BadInput.MemberRefused("sourceShape", "Sequences", n => trainer.Step(x, new() { Steps = Tx, Sequences = n }, y, y, Targets()));
        BadInput.MemberRefused("shape", "Steps", steps => trainer.Step(x, Sources(), y, y, new() { Steps = steps, Sequences = N }));
        BadInput.MemberRefused("shape", "Sequences", n => trainer.Evaluate(x, Sources(), y, y, new() { Steps = Ty, Sequences = n }));
        Refused<ArgumentOutOfRangeException>(
            "sourceShape", $"{Guard.LargestBuffer}", $"Steps {int.MaxValue} × Sequences {N} ×",
            () => trainer.Step(x, new() { Steps = int.MaxValue, Sequences = N }, y, y, Targets()));
        Refused<ArgumentException>(
            "sourceShape", $"Expected {N} as Sequences", $"got {N - 1}.",
            () => trainer.Step(fewer, new() { Steps = Tx, Sequences = N - 1 }, y, y, Targets()));
        Refused<ArgumentException>(
            "sourceShape", $"Expected {N} as Sequences", "got 1.", () => trainer.Evaluate(x, new() { Steps = x.Length, Sequences = 1 }, y, y, Targets()));
        Refused<ArgumentException>(
            "loss", "layers[1] (Dense) with Softmax", "HalfSquaredError",
            () => _ = new EncoderDecoderTrainer(model, new Adam(), Loss.HalfSquaredError));
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Step(x, Sources(), y, y, Targets()));
        Assert.Throws<ObjectDisposedException>(() => trainer.Evaluate(x, Sources(), y, y, Targets()));
        Assert.Throws<ObjectDisposedException>(trainer.ToModel);

        static BatchShape Sources(params int[] lengths) => new() { Steps = Tx, Sequences = N, Lengths = lengths };

        static BatchShape Targets(params int[] lengths) => new() { Steps = Ty, Sequences = N, Lengths = lengths };

        void Refused<TException>(string parameter, string expected, string actual, Action action)
            where TException : ArgumentException
        {
            BadInput.Refused<TException>(parameter, expected, actual, action);
            Compare.SameBits(TrainingData.Parameters(model.Encoder), TrainingData.Parameters(trainer.ToModel().Encoder));
            Compare.SameBits(TrainingData.Parameters(model.Decoder), TrainingData.Parameters(trainer.ToModel().Decoder));
        }
    }

    [Fact]
    public void EncoderDecoderTrainer_Step_dropoutOfBoth_dropsDifferentValues()
    {
        // With a rate of 1/2 and one mask for both, the decoder's loss would be that of the encoder's step by itself, every time.
        RnnSpec spec = new(32, Layer.Dropout(0.5f), Cell.Elman(2), Layer.Dense(1));
        using var trainer = new EncoderDecoderTrainer(spec, spec, new Sgd(1e-30f), Loss.HalfSquaredError, 1);
        float[] x = RandomData.Uniform(1, 32);
        float[] parameters = TrainingData.Parameters(trainer.ToModel().Decoder);
        int same = 0;
        for (int step = 1; step <= 10; step++)
        {
            float loss = trainer.Step(x, new() { Steps = 1, Sequences = 1 }, x, new float[1], new() { Steps = 1, Sequences = 1 }).Loss;
            using var encoder = new Backpropagation(spec, TrainingData.Parameters(trainer.ToModel().Encoder));
            using var decoder = new Backpropagation(spec, parameters);
            var state = new float[2];
            encoder.ForwardToState(x, new() { Steps = 1, Sequences = 1 }, [], step);
            encoder.CopyFinalState(state);
            double alike = decoder.Forward(
                Loss.HalfSquaredError, x, new float[1], new() { Steps = 1, Sequences = 1 }, initialState: state, trainingStep: step);
            same += (float)alike == loss ? 1 : 0;
        }

        Assert.Equal(0, same);
    }

    private static StackCase Many(int inputs, int steps, params LayerCase[] layers)
        => new(inputs, layers, steps, N, SequenceShape.ManyToMany, TakesIndices: false, HasLengths: false, Seed: 5);

    private static DenseCase Head(int outputs) => new(outputs, Activation.Identity);

    private static EncoderDecoderTrainer Create(StackData source, StackData target, float rate)
        => new(
            new EncoderDecoder(
                RnnModel.FromParameters(source.Case.ToSpec(), source.Parameters),
                RnnModel.FromParameters(target.Case.ToSpec(), target.Parameters)),
            new Sgd(rate), Loss.HalfSquaredError);

    private static TrainingStep Train(EncoderDecoderTrainer trainer, StackData source, StackData target)
        => trainer.Step(source.Inputs.ToData(), Shape(source), target.Inputs.ToData(), target.Probabilities, Shape(target));

    private static float Evaluate(EncoderDecoderTrainer trainer, StackData source, StackData target)
        => trainer.Evaluate(source.Inputs.ToData(), Shape(source), target.Inputs.ToData(), target.Probabilities, Shape(target));

    private static BatchShape Shape(StackData data) => new() { Steps = data.Case.Steps, Sequences = data.Case.Batch, Lengths = data.Lengths };
}
