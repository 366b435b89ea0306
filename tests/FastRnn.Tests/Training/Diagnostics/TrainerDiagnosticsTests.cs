using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What a diagnosis says of networks whose gradients are known.</summary>
public sealed class TrainerDiagnosticsTests
{
    private const int Hidden = 6, Steps = 40, Sequences = 3;

    /// <summary>Of h⟨t⟩ = a·h⟨t−1⟩ + … the gradient k steps back is aᵏ of that of the last state.</summary>
    [Theory]
    [InlineData(0.5f)]
    [InlineData(1)]
    [InlineData(1.25f)]
    public void RnnTrainer_Diagnose_linearRecurrence_gradientIsAPower(float factor)
    {
        using RnnTrainer trainer = Create(Cell.Elman(Hidden, Activation.Identity), factor);
        TrainingDiagnosis diagnosis = Diagnose(trainer, [40, 25, 33]);
        IReadOnlyList<LagNorm> norms = diagnosis.Layers[0].GradientByLag;
        Assert.Equal([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 39], norms.Select(norm => norm.Lag));
        Assert.Empty(diagnosis.Layers[1].GradientByLag);
        for (int i = 1; i < norms.Count && norms[i].Lag < 25; i++)
        {
            double expected = norms[0].Norm * Math.Pow(factor, norms[i].Lag - 1);
            Compare.Within(expected, norms[i].Norm, 1e-4 * expected, $"{norms[i].Lag} steps back");
        }

        FindingKind[] kinds = [.. diagnosis.Findings.Where(finding => finding.Place.StartsWith("layers[0]", StringComparison.Ordinal))
            .Select(finding => finding.Kind)];
        Assert.Equal(
            factor switch
            {
                < 1 => [FindingKind.VanishingGradient],
                > 1 => [FindingKind.ExplodingGradient],
                _ => (FindingKind[])[],
            },
            kinds);
        Assert.All(diagnosis.Findings, finding => Assert.Matches("^layers.*Try ", finding.Message));
    }

    [Fact]
    public void RnnTrainer_Diagnose_manyToOneOfIndices_reachesBack()
    {
        var spec = RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Lstm(4), Cell.Gru(3), Layer.LastStep(), Layer.Dense(2, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(), Loss.CrossEntropy, 1);
        int[] inputs = RandomData.Indices(new Random(1), 12 * 2, 5);
        TrainingDiagnosis diagnosis = trainer.Diagnose(inputs, (int[])[0, 1], new() { Steps = 12, Sequences = 2 });
        Assert.Equal([0, 7, 7, 0, 0], diagnosis.Layers.Select(layer => layer.GradientByLag.Count));
        Assert.All(diagnosis.Layers[1].GradientByLag, norm => Assert.True(norm.Norm > 0));
        Assert.Equal(trainer.Evaluate(inputs, (int[])[0, 1], new() { Steps = 12, Sequences = 2 }), diagnosis.Loss, 1e-6);
        Assert.Contains("layers[1] (Lstm)", diagnosis.ToString(), StringComparison.Ordinal);
        Assert.Contains("layers.3.weights", diagnosis.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void RnnTrainer_Diagnose_updates_areThoseOfTheNextStep()
    {
        using RnnTrainer trainer = Create(Cell.Gru(Hidden), null);
        trainer.MaxGradientNorm = 0.01f;
        trainer.FrozenLayers = [1];
        for (int i = 0; i < 5; i++)
        {
            trainer.Step(Inputs(), Targets(), Shape());
        }

        float[] before = TrainingData.Parameters(trainer);
        TrainingDiagnosis diagnosis = trainer.Diagnose(Inputs(), Targets(), Shape());
        Compare.SameBits(before, TrainingData.Parameters(trainer), "parameter");
        using RnnTrainer other = Create(Cell.Gru(Hidden), null);
        TrainingStep step = trainer.Step(Inputs(), Targets(), Shape());
        float[] after = TrainingData.Parameters(trainer);
        Assert.Equal(step.GradientNorm, diagnosis.GradientNorm, 1e-6);
        int start = 0;
        foreach ((TensorDiagnosis tensor, ParameterShape shape) in diagnosis.Tensors.Zip(
            trainer.Spec.Layers.At(1).SelectMany(at => at.Spec.GetParameters(at.Place.InputSize))))
        {
            double change = 0, weights = 0;
            for (int i = start; i < start + shape.Length; i++)
            {
                change += Math.Pow((double)after[i] - before[i], 2);
                weights += (double)before[i] * before[i];
            }

            Compare.Within(Math.Sqrt(change), tensor.UpdateNorm, 1e-6, tensor.Name);
            Compare.Within(Math.Sqrt(weights), tensor.WeightNorm, 1e-5, tensor.Name);
            Assert.EndsWith(shape.Name, tensor.Name, StringComparison.Ordinal);
            start += (int)shape.Length;
        }

        Assert.Equal(0, diagnosis.Tensors[^1].UpdateNorm);
        Assert.True(diagnosis.Tensors[^1].GradientNorm > 0);
    }

    [Fact]
    public void RnnTrainer_Diagnose_saturatedAndDeadUnits_areCounted()
    {
        var spec = new RnnSpec(
            1, Layer.Dense(4, Activation.Relu), Layer.Dense(2, Activation.Tanh), Layer.Dense(2, Activation.Sigmoid), Layer.Dense(1));

        // Two of four units of the first layer have a bias that nothing overcomes; of the second one of two outputs is at its end.
        RnnModel model = RnnModel.FromParameters(
            spec,
            (float[])[
                1, 1, 1, 1, 0.1f, 0.1f, -9, -9, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0.1f, 0, 0, 0, 0, -20, 20, 1, 1, 0,
            ]);
        using var trainer = new RnnTrainer(model, new Sgd(1e-3f), Loss.SquaredError);
        TrainingDiagnosis diagnosis = Diagnose(trainer, []);
        Assert.Equal([(null, 0.5), (0.5, null), (1.0, null), (null, null)], diagnosis.Layers.Select(
            layer => (layer.SaturatedShare, layer.DeadShare)));
        Assert.Contains(diagnosis.Findings, finding => finding is { Kind: FindingKind.DeadUnits, Place: "layers[0] (Dense)" });
        Assert.Contains(diagnosis.Findings, finding => finding is { Kind: FindingKind.SaturatedUnits, Place: "layers[2] (Dense)" });
        Assert.DoesNotContain(diagnosis.Findings, finding => finding.Place == "layers[1] (Dense)");
    }

    [Fact]
    public void RnnTrainer_Diagnose_sizesOfUpdates_areNamed()
    {
        using RnnTrainer large = Create(Cell.Gru(Hidden), null, rate: 100), small = Create(Cell.Gru(Hidden), null, rate: 1e-9f);
        Assert.Contains(Diagnose(large, []).Findings, finding => finding.Kind == FindingKind.LargeUpdates);
        Assert.Contains(Diagnose(small, []).Findings, finding => finding.Kind == FindingKind.SmallUpdates);
    }

    [Fact]
    public void RnnTrainer_Diagnose_badInput_isRefused()
    {
        using RnnTrainer trainer = Create(Cell.Gru(Hidden), null);
        BadInput.Refused<ArgumentException>(
            "inputs", "[T, N, I]", "got 3", () => trainer.Diagnose(new float[3], Targets(), Shape()));
        using var ctc = new RnnTrainer(new RnnSpec(1, Cell.Gru(2), Layer.Dense(2, Activation.Softmax)), new Adam(), Loss.Ctc, 1);
        Assert.Throws<InvalidOperationException>(() => ctc.Diagnose(new float[2], (int[])[1, -1], new() { Steps = 2, Sequences = 1 }));
        using var both = new RnnTrainer(new RnnSpec(1, Cell.Bidirectional(Cell.Gru(2)), Layer.Dense(1)), new Adam(), Loss.SquaredError, 1);
        Assert.All(both.Diagnose(Inputs(), Targets(), Shape()).Layers, layer => Assert.Empty(layer.GradientByLag));
        float[] infinite = Inputs();
        infinite[4] = float.PositiveInfinity;
        Assert.Contains(
            "Update 1", Assert.Throws<InvalidOperationException>(() => trainer.Diagnose(infinite, Targets(), Shape())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GradientCheck_Run_rightGradients_pass()
    {
        var random = new Random(4);
        RnnModel model = RnnModel.Create(
            new RnnSpec(3, Layer.Residual(Cell.Gru(3)), Layer.Dropout(0.5f), Cell.Bidirectional(Cell.Lstm(4, peepholes: true)), Layer.Dense(2)), 2);
        var shape = new BatchShape { Steps = 5, Sequences = 2, Lengths = (int[])[5, 3] };
        GradientCheck check = GradientCheck.Run(
            model, Loss.HalfSquaredError, RandomData.Uniform(random, 30), RandomData.Uniform(random, 20), shape);
        Assert.True(check.Passes, check.ToString());
        Assert.Equal(
            ["layers.0.branches.1.0.inputWeights", "inputs", "initialState"],
            ((CheckedTensor[])[check.Tensors[0], .. check.Tensors.TakeLast(2)]).Select(tensor => tensor.Name));
        RnnModel tagger = RnnModel.Create(
            RnnSpec.ForIndices(4, Layer.Embedding(3), Cell.Elman(4), Layer.Dense(3, Activation.Softmax)), 2);
        GradientCheck indices = GradientCheck.Run(
            tagger, Loss.CrossEntropy, (int[])[0, 1, 3, 1], (int[])[0, 2, 1, 1], new() { Steps = 4, Sequences = 1 }, new() { Samples = 100 });
        Assert.True(indices.Passes, indices.ToString());
        Assert.DoesNotContain(indices.Tensors, tensor => tensor.Name == "inputs");
    }

    /// <summary>A loss whose gradient is half of what it should be.</summary>
    [Fact]
    public void GradientCheck_Run_wrongGradients_fail()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(1, Cell.Gru(3), Layer.Dense(1)), 2);
        GradientCheck check = GradientCheck.Run(
            model, new HalfGradientLoss(), (float[])[0.5f, -1, 0.2f], (float[])[1, 2, -1], new() { Steps = 3, Sequences = 1 });
        Assert.False(check.Passes);
        Assert.Contains("WRONG layers.1.bias[0]", check.ToString(), StringComparison.Ordinal);
        BadInput.Refused<ArgumentOutOfRangeException>("Samples", "'1'", "0", () => _ = new GradientCheckOptions { Samples = 0 });
        BadInput.Refused<ArgumentException>(
            "targets", "[T, N, O] = 3", "got 1",
            () => GradientCheck.Run(model, Loss.SquaredError, new float[3], new float[1], new() { Steps = 3, Sequences = 1 }));
    }

    private static RnnTrainer Create(CellSpec cell, float? factor, float rate = 1e-3f)
    {
        var spec = new RnnSpec(1, cell, Layer.Dense(1));
        var initialization = factor is { } gain
            ? new WeightInitialization { RecurrentWeights = WeightDistribution.Identity, RecurrentGain = gain }
            : WeightInitialization.Default;
        return new RnnTrainer(RnnModel.Create(spec, 1, initialization), new Sgd(rate), Loss.HalfSquaredError);
    }

    private static TrainingDiagnosis Diagnose(RnnTrainer trainer, int[] lengths)
        => trainer.Diagnose(Inputs(), Targets(), new() { Steps = Steps, Sequences = Sequences, Lengths = lengths });

    private static BatchShape Shape() => new() { Steps = Steps, Sequences = Sequences };

    private static float[] Inputs() => [.. RandomData.Uniform(new Random(1), Steps * Sequences).Select(value => 0.1f * value)];

    private static float[] Targets() => RandomData.Uniform(new Random(2), Steps * Sequences);

    private sealed record HalfGradientLoss : LossFunction
    {
        protected internal override double Evaluate(in LossBatch batch, float scale)
        {
            double sum = 0;
            for (int i = 0; i < batch.Outputs.Length; i++)
            {
                float error = batch.Outputs[i] - batch.Targets[i];
                sum += error * error;
                batch.Outputs[i] = scale * error;
            }

            return sum;
        }
    }
}
