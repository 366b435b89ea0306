using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What of a batch counts, and whole sets.</summary>
public sealed class MetricBatchTests
{
    private const double Tolerance = 1e-9;

    /// <summary>Padding, targets without weight and ignored ones do not count.</summary>
    [Fact]
    public void Metric_Add_batch_countsWhatCounts()
    {
        var batch = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 0 });
        batch.Resize(3, 2, hasWeights: true);
        ((int[])[0, 1, 1, -100, 0, 0]).CopyTo(batch.TargetIndices);
        ((float[])[1, 2, 1, 1, 0, 1]).CopyTo(batch.Weights);
        ((int[])[3, 2]).CopyTo(batch.Lengths);
        float[] outputs = [0.75f, 0.25f, 0.5f, 0.5f, 0.25f, 0.75f, 1, 0, 1, 0, 1, 0];
        var matrix = new ConfusionMatrix(2) { IgnoredTarget = -100 };
        matrix.Add(outputs, batch);
        Assert.Equal((3L, 1L, 1L, 1L), (matrix.Count, matrix[0, 0], matrix[1, 0], matrix[1, 1]));
        var likelihood = new LikelihoodMetrics { IgnoredTarget = -100 };
        likelihood.Add(outputs, batch);
        Assert.Equal(-(2 * Math.Log(0.75) + Math.Log(0.5)) / 3, likelihood.Nats, Tolerance);
        var calibration = new CalibrationError(1) { IgnoredTarget = -100 };
        calibration.Add(outputs, batch);
        Assert.Equal((3L, 2.0 / 3, 2.0 / 3), calibration.GetBin(0));
        var entities = new EntityMetrics(["O", "B-X"]) { IgnoredTarget = -100 };
        entities.Add(outputs, batch);
        Assert.Equal((2L, 1.0, 0.5), (entities.Count, entities.Precision, entities.Recall));
        BadInput.Refused<ArgumentException>("outputs", "6 targets", "got 5", () => matrix.Add(new float[5], batch));
        BadInput.Refused<ArgumentException>("outputs", "Expected 2", "got 3", () => matrix.Add(new float[18], batch));
        outputs[0] = float.NaN;
        BadInput.Refused<ArgumentOutOfRangeException>("outputs", "to compare", "NaN", () => matrix.Add(outputs, batch));
        BadInput.Refused<ArgumentException>("batch", "are values", "class indices", () => new RegressionMetrics().Add(outputs, batch));
        BadInput.Refused<ArgumentException>("batch", "are values", "class indices", () => new IntervalMetrics(0.5).Add(outputs, batch));
    }

    /// <summary>Spans with a shape count as the same batch does, whatever stands in the padding.</summary>
    [Fact]
    public void Metric_Add_spansWithShape_countAsABatch()
    {
        const int Steps = 4, Sequences = 3, Classes = 3;
        var random = new Random(6);
        int[] lengths = [4, 2, 1], classes = RandomData.Indices(random, Steps * Sequences, Classes);
        float[] values = RandomData.Uniform(random, Steps * Sequences), weights = [.. classes.Select((_, i) => i == 3 ? 0f : 2)];
        float[] outputs = [.. RandomData.Uniform(random, Steps * Sequences * Classes).Select(MathF.Abs)];
        var ofClasses = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 0 });
        var ofValues = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        foreach (SequenceBatch batch in new[] { ofClasses, ofValues })
        {
            batch.Resize(Steps, Sequences, hasWeights: true);
            lengths.CopyTo(batch.Lengths);
            weights.CopyTo(batch.Weights);
        }

        classes.CopyTo(ofClasses.TargetIndices);
        values.CopyTo(ofValues.TargetValues);
        for (int row = 0; row < Steps * Sequences; row++)
        {
            if (row / Sequences >= lengths[row % Sequences])
            {
                (classes[row], values[row]) = (-7, float.NaN);
                outputs.AsSpan(row * Classes, Classes).Fill(float.NaN);
            }
        }

        Check(() => new ConfusionMatrix(Classes) { IgnoredTarget = 1 }, classes, ofClasses);
        Check(() => new CalibrationError(4) { IgnoredTarget = 1 }, classes, ofClasses);
        Check(() => new LikelihoodMetrics(), classes, ofClasses);
        Check(() => new EntityMetrics(["O", "B-X", "I-X"]), classes, ofClasses);
        Check(() => new IntervalMetrics(0.5), values, ofValues);
        outputs = [.. outputs.Where((_, i) => i % Classes == 0)];
        Check(() => new RegressionMetrics(), values, ofValues);

        void Check(Func<Metric> create, SequenceData targets, SequenceBatch batch)
        {
            Metric expected = create(), actual = create(), empty = create();
            expected.Add(outputs, batch);
            actual.Add(outputs, targets, new() { Steps = Steps, Sequences = Sequences, Lengths = lengths }, weights);
            Assert.NotEqual(empty.ToString(), expected.ToString());
            Assert.Equal(expected.ToString(), actual.ToString());
            actual.Reset();
            Assert.Equal(empty.ToString(), actual.ToString());
        }
    }

    [Fact]
    public void Metric_Add_spansThatDoNotFit_isRefused()
    {
        var matrix = new ConfusionMatrix(2);
        float[] outputs = new float[8];
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", "at least 1 as Sequences", "0", () => matrix.Add(outputs, new int[4], new() { Steps = 2, Sequences = 0 }));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", "Lengths from 1 to 2", "is 3",
            () => matrix.Add(outputs, new int[4], new() { Steps = 2, Sequences = 2, Lengths = [1, 3] }));
        BadInput.Refused<ArgumentException>("outputs", "T·N = 3", "8", () => Add(3, new int[3]));
        BadInput.Refused<ArgumentException>("targets", "[T, N] = 4", "8", () => Add(4, new int[8]));
        BadInput.Refused<ArgumentException>("targets", "class indices", "values", () => Add(4, new float[4]));
        BadInput.Refused<ArgumentException>("weights", "[T, N] = 4", "2", () => Add(4, new int[4], 1, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("weights", "at least 0", "weights[1] is -1", () => Add(4, new int[4], 1, -1, 1, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("targets", "0 to 1", "2", () => Add(4, (int[])[2, 0, 0, 0]));
        Assert.Throws<ArgumentException>(
            "targets", () => matrix.Add(outputs, new SequenceData(new int[4], new float[4]), new() { Steps = 4, Sequences = 1 }));
        Assert.Equal(0, matrix.Count);

        void Add(int steps, object targets, params float[] weights)
            => matrix.Add(
                outputs, targets is int[] indices ? indices : (float[])targets, new() { Steps = steps, Sequences = 1 }, weights);
    }

    [Fact]
    public void RnnModel_Measure_isTheSumOverSequences()
    {
        var model = RnnModel.Create(new RnnSpec(2, Cell.Bidirectional(Cell.Gru(3)), Layer.Dense(4)), 1);
        var set = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 2 });
        var random = new Random(3);
        var quantiles = new IntervalMetrics(0.5);
        for (int i = 0; i < 40; i++)
        {
            int steps = 1 + random.Next(5);
            float[] inputs = RandomData.Uniform(random, 2 * steps), targets = RandomData.Uniform(random, 2 * steps);
            float[] outputs = new float[4 * steps];
            set.Add(inputs, targets);
            model.Run(inputs, outputs, new() { Steps = steps, Sequences = 1 });
            for (int place = 0; place < targets.Length; place++)
            {
                quantiles.Add(outputs[2 * place], outputs[2 * place + 1], targets[place]);
            }
        }

        var measured = new IntervalMetrics(0.5);
        model.Measure(set, measured);
        Assert.Equal((quantiles.Count, quantiles.Coverage), (measured.Count, measured.Coverage));
        Assert.Equal(quantiles.MeanWidth, measured.MeanWidth, 1e-6);
        Assert.Equal(quantiles.MeanScore, measured.MeanScore, 1e-6);
    }

    /// <summary>A set with one target for each sequence and a model with outputs at each step have counts that can fit by chance.</summary>
    [Fact]
    public void RnnModel_Measure_outputsOfAnotherKindThanTargets_isRefused()
    {
        RnnModel each = RnnModel.Create(new RnnSpec(2, Cell.Gru(3), Layer.Dense(2)), 1);
        var ofWhole = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 1, HasOneTarget = true });
        ofWhole.Add(new float[6], (float[])[1]);
        BadInput.Refused<ArgumentException>(
            "set", "at each step", "one for each sequence", () => each.Measure(ofWhole, new IntervalMetrics(0.5)));
        RnnModel one = RnnModel.Create(new RnnSpec(2, Cell.Gru(3), Layer.LastStep(), Layer.Dense(4, Activation.Softmax)), 1);
        var ofSteps = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 0 });
        ofSteps.Add(new float[4], (int[])[1, 0]);
        BadInput.Refused<ArgumentException>(
            "set", "one for each sequence", "at each step", () => one.Measure(ofSteps, new LikelihoodMetrics()));
        var regression = new RegressionMetrics();
        Assert.Throws<ArgumentNullException>("metrics", () => each.Measure(ofWhole, regression, null!));
    }
}
