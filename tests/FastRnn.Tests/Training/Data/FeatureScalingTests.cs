using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Scaling that is fitted on data and kept in a model.</summary>
public sealed class FeatureScalingTests
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void FeatureScaling_Of_standardizes()
    {
        var set = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 1 });
        set.Add((float[])[1, 5, 3, 5], (float[])[10, 20]);
        set.Add((float[])[5, 5, 7, 5], (float[])[30, 1000], [1, 0]);
        FeatureScaling inputs = FeatureScaling.OfInputs(set), targets = FeatureScaling.OfTargets(set);

        // Means 4 and 5, deviations √5 and 0; targets 20 and √(200/3) without the one of weight 0.
        Near([1 / Math.Sqrt(5), 1], [-4 / Math.Sqrt(5), -5], inputs);
        double deviation = Math.Sqrt(200.0 / 3);
        Near([1 / deviation], [-20 / deviation], targets);
        Near([deviation], [20], targets.Invert());
        Near([1.0 / 6, 1], [-1.0 / 6, -5], FeatureScaling.OfInputRange(set));
        Near([1.0 / 20], [-0.5], FeatureScaling.OfTargetRange(set));
        Near([deviation, deviation, deviation], [20, 20, 20], targets.Invert().Repeat(3));
        Near([deviation, 1], [20, 2 * Math.Log(deviation)], targets.Invert().WithLogVariances());

        static void Near(double[] scale, double[] shift, FeatureScaling actual)
        {
            Compare.Near(scale, actual.Scale.ToArray(), Tolerance, Tolerance, "scale");
            Compare.Near(shift, actual.Shift.ToArray(), Tolerance, Tolerance, "shift");
        }
    }

    /// <summary>A feature that is as good as constant, so that the inverse of its deviation is beyond float, has the scale 1.</summary>
    [Fact]
    public void FeatureScaling_OfInputs_tinyDeviation_staysFinite()
    {
        var set = new SequenceSet(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        set.Add((float[])[0, 1e-40f, 0, 1e-40f], new float[4]);
        Assert.Equal(1, FeatureScaling.OfInputs(set).Scale[0]);
        Assert.Equal(1, FeatureScaling.OfInputRange(set).Scale[0]);
    }

    /// <summary>A network that has the scaling within learns from raw values what one without it learns from scaled ones.</summary>
    [Fact]
    public void FeatureScaling_ApplyTo_trainsAsOnScaledValues()
    {
        LayerSpec[] inner = [Cell.Gru(5), Layer.Dense(1)];
        var raw = new SequenceSet(new SequenceLayout { InputSize = 2, TargetSize = 1 });
        var random = new Random(3);
        for (int i = 0; i < 20; i++)
        {
            float[] inputs = RandomData.Uniform(random, 12);
            float[] values = [.. inputs.Select((x, k) => k % 2 == 0 ? 100 + 20 * x : 0.01f * x)];
            raw.Add(values, (float[])[.. inputs.Where((_, k) => k % 2 == 0)]);
        }

        FeatureScaling scaling = FeatureScaling.OfInputs(raw);
        var scaled = new SequenceSet(raw.Layout);
        for (int i = 0; i < raw.Count; i++)
        {
            float[] values = raw.GetInputs(i).Values.ToArray();
            scaled.Add(values.Select((x, k) => x * scaling.Scale[k % 2] + scaling.Shift[k % 2]).ToArray(), raw.GetTargets(i));
        }

        var plain = new RnnSpec(2, inner);
        var within = new RnnSpec(2, [Layer.Affine(isTrained: false), .. inner]);
        RnnModel start = RnnModel.Create(plain, 1);
        RnnModel model = scaling.ApplyTo(
            RnnModel.FromParameters(within, (float[])[1, 1, 0, 0, .. start.Parameters]), layer: 0);
        using var one = new RnnTrainer(start, new Adam(0.01f), Loss.SquaredError);
        using var other = new RnnTrainer(model, new Adam(0.01f), Loss.SquaredError);
        var options = new FitOptions { Epochs = 5, BatchSize = 5 };
        float expected = one.Fit(scaled, scaled, options).BestValidationLoss!.Value;
        TrainingRun<RnnModel> run = other.Fit(raw, raw, options);
        Assert.Equal(expected, run.BestValidationLoss!.Value, 1e-4f);
        Assert.Equal(scaling.Scale.ToArray(), run.Best.Parameters[..2].ToArray());
    }

    /// <summary>Mean and logarithm of the variance of scaled targets, restored, have the likelihood of the raw ones but for the logarithm of
    /// the scale.</summary>
    [Fact]
    public void FeatureScaling_WithLogVariances_restoresLikelihoods()
    {
        var set = new SequenceSet(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        set.Add((float[])[0, 0, 0], (float[])[10, 20, 60]);
        FeatureScaling scaling = FeatureScaling.OfTargets(set);
        var spec = new RnnSpec(1, Layer.Dense(2), Layer.Affine(isTrained: false));
        RnnModel plain = RnnModel.FromParameters(spec, (float[])[0, 0, 0.3f, -0.2f, 1, 1, 0, 0]);
        RnnModel restored = scaling.Invert().WithLogVariances().ApplyTo(plain, 1);
        float[] targets = [10, 20, 60];
        float[] scaled = [.. targets.Select(y => y * scaling.Scale[0] + scaling.Shift[0])];
        var shape = new BatchShape { Steps = 3, Sequences = 1 };
        using var one = new RnnTrainer(plain, new Sgd(1), Loss.Gaussian);
        using var other = new RnnTrainer(restored, new Sgd(1), Loss.Gaussian);
        float expected = one.Evaluate(new float[3], scaled, new() { Steps = 3, Sequences = 1 }) - MathF.Log(scaling.Scale[0]);
        Assert.Equal(expected, other.Evaluate(new float[3], targets, shape), 1e-5f);
    }

    [Fact]
    public void FeatureScaling_badInput_isRefused()
    {
        var indices = new SequenceSet(new SequenceLayout { InputSize = 0, TargetSize = 0 });
        BadInput.Refused<ArgumentException>("set", "values to scale", "indices", () => FeatureScaling.OfInputs(indices));
        var empty = new SequenceSet(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        BadInput.Refused<ArgumentException>("set", "Expected sequences", "empty", () => FeatureScaling.OfTargets(empty));
        empty.Add((float[])[1], (float[])[1], [0]);
        BadInput.Refused<ArgumentException>("set", "weights above 0", "none", () => FeatureScaling.OfTargets(empty));
        BadInput.Refused<ArgumentOutOfRangeException>("count", "'1'", "0", () => FeatureScaling.OfInputs(empty).Repeat(0));
    }
}
