using FastRnn.Layers;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Connectionist temporal classification against PyTorch, as Golden/make_ctc_golden.py has written it down, and against the sum over
/// all ways.</summary>
public sealed class CtcLossTests
{
    private const int Classes = 6;

    /// <summary>Of losses and gradients; the log-softmax is in float.</summary>
    private const double Tolerance = 3e-6;

    private static readonly Dictionary<string, CtcCase> Cases
        = GoldenFile.Load<CtcGoldenFile>("pytorch_ctc.json").Cases.ToDictionary(golden => golden.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void CtcLoss_Mean_andItsGradient_areThoseOfPyTorch(string name)
    {
        CtcCase golden = Cases[name];
        Layout layout = new(golden.Lengths);
        float[] outputs = layout.Pack(golden.Inputs, golden.Steps, Classes);
        int[] targets = layout.Targets(golden.Labels);
        LossFunction loss = Loss.Ctc with { Blank = golden.Blank };
        loss.Check(layout.Padded(golden.Labels), Classes, golden.Lengths.Length, golden.Lengths, []);
        double mean = loss.MeanOf(new LossBatch(outputs, Classes, targets, [], layout.Sequences)).Mean;
        Compare.Within(golden.Loss, mean, Tolerance * (1 + Math.Abs(golden.Loss)), name);
        double[] expected = layout.Pack(golden.Gradient, golden.Steps, Classes);
        Compare.Near(expected, outputs, Tolerance, Tolerance, $"gradient of {name}");
    }

    /// <summary>Every class at every step, 3⁵ ways, joined and without blanks.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("12")]
    [InlineData("11")]
    [InlineData("121")]
    [InlineData("112")]
    public void CtcLoss_Mean_isTheSumOverAllWays(string word)
    {
        const int Steps = 5, Size = 3;
        int[] labels = [.. word.Select(letter => letter - '0')];
        float[] logits = RandomData.Uniform(new Random(4), Steps * Size);
        double sum = 0;
        var decoded = new int[Steps];
        for (int way = 0; way < Math.Pow(Size, Steps); way++)
        {
            double probability = 1;
            var outputs = new float[Steps * Size];
            for (int step = 0, rest = way; step < Steps; step++, rest /= Size)
            {
                double all = Enumerable.Range(0, Size).Sum(i => Math.Exp(logits[step * Size + i]));
                probability *= Math.Exp(logits[step * Size + rest % Size]) / all;
                outputs[step * Size + rest % Size] = 1;
            }

            int count = Loss.Ctc.Decode(outputs, Size, decoded);
            sum += labels.AsSpan().SequenceEqual(decoded.AsSpan(0, count)) ? probability : 0;
        }

        Layout layout = new([Steps]);
        float[] rows = [.. logits];
        double loss = Loss.Ctc.MeanOf(new LossBatch(rows, Size, layout.Targets([labels]), [], layout.Sequences)).Mean;
        double expected = -Math.Log(sum) / Math.Max(1, labels.Length);
        Compare.Within(expected, loss, Tolerance * (1 + Math.Abs(expected)), word);
    }

    /// <summary>Classes whose logits are −∞ are none; labels that only they could write make the loss infinite.</summary>
    [Fact]
    public void CtcLoss_Mean_infiniteLogits_areLeftOut()
    {
        Layout layout = new([4]);
        float[] logits = RandomData.Uniform(new Random(3), 8);
        float[] wide = [.. Enumerable.Range(0, 4).SelectMany(t => (float[])[logits[2 * t], logits[2 * t + 1], float.NegativeInfinity])];
        float[] narrow = [.. logits], impossible = [.. wide];
        double expected = Loss.Ctc.MeanOf(new LossBatch(narrow, 2, layout.Targets([[1]]), [], layout.Sequences)).Mean;
        double actual = Loss.Ctc.MeanOf(new LossBatch(wide, 3, layout.Targets([[1]]), [], layout.Sequences)).Mean;
        Compare.Within(expected, actual, Tolerance, "loss");
        for (int i = 0; i < wide.Length; i++)
        {
            Compare.Within(i % 3 == 2 ? 0 : narrow[i / 3 * 2 + i % 3], wide[i], Tolerance, $"gradient {i}");
        }

        Assert.Equal(
            double.PositiveInfinity,
            Loss.Ctc.MeanOf(new LossBatch(impossible, 3, layout.Targets([[2, 1]]), [], layout.Sequences)).Mean);
    }

    [Fact]
    public void CtcLoss_Mean_weightsOfFirstSteps_countSequences()
    {
        CtcCase golden = Cases["lengths"];
        Layout layout = new(golden.Lengths);
        float[] all = layout.Pack(golden.Inputs, golden.Steps, Classes), outputs = [.. all];
        var weights = new float[all.Length / Classes];
        (weights[0], weights[2]) = (2, 1);
        LossValue value = Loss.Ctc.MeanOf(new LossBatch(outputs, Classes, layout.Targets(golden.Labels), weights, layout.Sequences));
        double[] own = [.. Enumerable.Range(0, 4).Select(Own)];
        Assert.Equal(3, value.Weight);
        Compare.Within((2 * own[0] + own[2]) / 3, value.Mean, Tolerance * 10, "mean");
        for (int row = 0; row < weights.Length; row++)
        {
            int sequence = layout.SequenceOf(row);
            Assert.Equal(sequence is 1 or 3, outputs.AsSpan(row * Classes, Classes).IndexOfAnyExcept(0f) < 0);
        }

        double Own(int sequence)
        {
            Layout single = new([golden.Lengths[sequence]]);
            float[] rows = [.. Enumerable.Range(0, weights.Length).Where(row => layout.SequenceOf(row) == sequence)
                .SelectMany(row => all[(row * Classes)..((row + 1) * Classes)])];
            return Loss.Ctc.MeanOf(new LossBatch(rows, Classes, single.Targets([golden.Labels[sequence]]), [], single.Sequences)).Mean;
        }
    }

    /// <summary>A network that lets logits through, and sequences in another order than that of their lengths.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void RnnTrainer_Evaluate_ctc_isThatOfPyTorch(string name)
    {
        CtcCase golden = Cases[name];
        int count = golden.Lengths.Length;
        int[] order = [.. Enumerable.Range(0, count).Reverse()];
        float[] identity = [.. Enumerable.Range(0, Classes * Classes).Select(i => i % (Classes + 1) == 0 ? 1f : 0), .. new float[Classes]];
        var spec = new RnnSpec(Classes, Layer.Dense(Classes, Activation.Softmax));
        using var trainer = new RnnTrainer(
            RnnModel.FromParameters(spec, identity), new Sgd(1), Loss.Ctc with { Blank = golden.Blank });
        float[] inputs = Turned(golden.Inputs, Classes);
        int[] targets = Turned(new Layout(golden.Lengths).Padded(golden.Labels), 1);
        var shape = new BatchShape
        {
            Steps = golden.Steps,
            Sequences = count,
            Lengths = (int[])[.. order.Select(n => golden.Lengths[n])],
        };
        Compare.Within(golden.Loss, trainer.Evaluate(inputs, targets, shape), 2 * Tolerance * (1 + Math.Abs(golden.Loss)), name);

        T[] Turned<T>(T[] rows, int size)
            => [.. Enumerable.Range(0, golden.Steps * count).SelectMany(
                row => rows.AsSpan((row / count * count + order[row % count]) * size, size).ToArray())];
    }

    [Fact]
    public void GradientCheck_Run_ctcOfLengths_passes()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(2, Cell.Bidirectional(Cell.Lstm(3)), Layer.Dense(4, Activation.Softmax)), 2);
        int[] targets = [1, 2, 3, 1, -1, 3, 2, -1, 1, -1, -1, -1, -1, -1, -1];
        var shape = new BatchShape { Steps = 5, Sequences = 3, Lengths = (int[])[4, 2, 5] };
        GradientCheck check = GradientCheck.Run(model, Loss.Ctc, RandomData.Uniform(new Random(3), 30), targets, shape);
        Assert.True(check.Passes, check.ToString());
    }

    /// <summary>Labels stand for stretches of steps of unknown lengths; a small network learns to write them.</summary>
    [Fact]
    public void RnnTrainer_Fit_ctc_learnsLabelsWithoutPlaces()
    {
        const int Size = 4;
        var spec = new RnnSpec(2, Cell.Gru(16), Layer.Dense(Size, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(0.02f), Loss.Ctc, 1) { MaxGradientNorm = 1 };
        SequenceSet training = Data(120, 1), test = Data(50, 2);
        TrainingRun<RnnModel> run = trainer.Fit(training, null, new() { Epochs = 25, BatchSize = 10 });
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            int steps = test.GetSteps(i);
            var outputs = new float[steps * Size];
            var labels = new int[steps];
            run.Best.Run(test.GetInputs(i), outputs, new() { Steps = steps, Sequences = 1 });
            int count = Loss.Ctc.Decode(outputs, Size, labels);
            int[] expected = [.. test.GetTargets(i).Indices.ToArray().TakeWhile(label => label >= 0)];
            right += expected.AsSpan().SequenceEqual(labels.AsSpan(0, count)) ? 1 : 0;
        }

        Assert.InRange(right, 48, 50);

        SequenceSet Data(int count, int seed)
        {
            SequenceSet set = SequenceSet.For(trainer);
            var random = new Random(seed);
            float[][] directions = [[1, 0], [-0.5f, 0.9f], [-0.5f, -0.9f]];
            for (int i = 0; i < count; i++)
            {
                int[] labels = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(3))];
                var inputs = new List<float>();
                foreach (int label in labels)
                {
                    Add(inputs, random, [0, 0], 1 + random.Next(2));
                    Add(inputs, random, directions[label - 1], 1 + random.Next(4));
                }

                int[] targets = new int[inputs.Count / 2];
                targets.AsSpan().Fill(CtcLoss.NoLabel);
                labels.CopyTo(targets, 0);
                set.Add(inputs.ToArray(), targets);
            }

            return set;
        }

        static void Add(List<float> inputs, Random random, float[] direction, int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                inputs.AddRange(direction.Select(value => value + 0.3f * (random.NextSingle() - 0.5f)));
            }
        }
    }

    [Fact]
    public void CtcLoss_Decode_joinsRepetitionsAndLeavesBlanksOut()
    {
        float[] outputs = [0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, float.NaN, 0.5f, 0];
        var labels = new int[7];
        Assert.Equal(4, Loss.Ctc.Decode(outputs, 3, labels));
        Assert.Equal([1, 1, 2, 1], labels[..4]);
        BadInput.Refused<ArgumentException>("labels", "room for all", "2", () => Loss.Ctc.Decode(outputs, 3, new int[2]));
        BadInput.Refused<ArgumentException>("outputs", "rows of 4", "21", () => Loss.Ctc.Decode(outputs, 4, labels));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "outputSize", "greater than '7'", "3", () => (Loss.Ctc with { Blank = 7 }).Decode(outputs, 3, labels));
    }

    [Fact]
    public void RnnTrainer_Step_ctc_badTargets_areRefused()
    {
        var spec = new RnnSpec(2, Cell.Gru(3), Layer.Dense(4, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(), Loss.Ctc, 1);
        Refused<ArgumentOutOfRangeException>([1, 4, -1, -1], "from 0 to 3", "targets[1] is 4");
        Refused<ArgumentOutOfRangeException>([1, 0, -1, -1], "the blank, 0", "targets[1] is 0");
        Refused<ArgumentOutOfRangeException>([1, -1, 2, -1], "-1 behind the last label", "targets[2] is 2");
        Refused<ArgumentException>([2, 2, 2, 3], "4 steps for 4 labels", "take 6");
        BadInput.Refused<ArgumentException>(
            "loss", "Dense", "Ctc", () => _ = new RnnTrainer(spec, new Adam(), Loss.Ctc with { Blank = 4 }, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("Blank", "non-negative", "-1", () => _ = Loss.Ctc with { Blank = -1 });

        void Refused<T>(int[] targets, string expected, string actual)
            where T : ArgumentException
            => BadInput.Refused<T>(
                "targets", expected, actual,
                () => trainer.Step(new float[8], targets, new() { Steps = 4, Sequences = 1 }));
    }

    /// <summary>Rows of sequences in the order of their lengths.</summary>
    private sealed class Layout(int[] lengths)
    {
        private readonly int[] _starts = [.. Enumerable.Range(0, lengths[0] + 1).Select(
            step => lengths.Sum(length => Math.Min(length, step)))];

        internal Sequences Sequences => new(_starts, lengths);

        internal T[] Pack<T>(T[] values, int steps, int size)
            => [.. Enumerable.Range(0, steps).SelectMany(step => Enumerable.Range(0, lengths.Length)
                .Where(sequence => step < lengths[sequence])
                .SelectMany(sequence => values.AsSpan((step * lengths.Length + sequence) * size, size).ToArray()))];

        internal int[] Padded(int[][] labels)
        {
            var targets = new int[lengths[0] * lengths.Length];
            targets.AsSpan().Fill(CtcLoss.NoLabel);
            for (int sequence = 0; sequence < labels.Length; sequence++)
            {
                for (int i = 0; i < labels[sequence].Length; i++)
                {
                    targets[i * lengths.Length + sequence] = labels[sequence][i];
                }
            }

            return targets;
        }

        internal int[] Targets(int[][] labels) => Pack(Padded(labels), lengths[0], 1);

        internal int SequenceOf(int row) => row - _starts.Last(start => start <= row);
    }

    private sealed record CtcGoldenFile(string Origin, string Version, int Seed, CtcCase[] Cases);

    private sealed record CtcCase(
        string Name, int Steps, int Blank, int[] Lengths, int[][] Labels, float[] Inputs, double Loss, double[] Gradient);
}
