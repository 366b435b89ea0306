using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Golden;

/// <summary>Optimizers, schedules and losses against PyTorch, as make_training_golden.py has written it down.</summary>
public sealed class TrainingGoldenTests
{
    private const int Updates = 50;

    /// <summary>Of parameters up to 4 after 50 updates, of factors, and of losses and their gradients up to 5.</summary>
    private const double Tolerance = 1e-6;

    private static readonly Dictionary<string, TrainingGoldenCase> Cases
        = GoldenFile.Load<TrainingGoldenFile>("pytorch_training.json").Cases.ToDictionary(golden => golden.Name);

    private static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["Sgd"] = new Sgd(0.05f),
        ["Sgd momentum"] = new Sgd(0.02f, momentum: 0.9f),
        ["Sgd Nesterov decay"] = new Sgd(0.02f, 0.8f, nesterov: true) { WeightDecay = 0.1f },
        ["Adam"] = new Adam(0.01f),
        ["Adam decay"] = new Adam(0.01f, 0.8f, 0.95f, 1e-4f) { WeightDecay = 0.2f },
        ["AdamW"] = new AdamW(0.01f) { WeightDecay = 0.2f },
        ["NAdam"] = new NAdam(0.01f),
        ["NAdam decay"] = new NAdam(0.01f, momentumDecay: 0.1f) { WeightDecay = 0.2f },
        ["RmsProp"] = new RmsProp(),
        ["RmsProp momentum decay"] = new RmsProp(0.003f, 0.9f, 0.9f) { WeightDecay = 0.1f },
        ["Adagrad"] = new Adagrad(0.1f),
        ["Adagrad decay"] = new Adagrad(0.1f) { WeightDecay = 0.2f },
    };

    private static readonly Dictionary<string, LearningRateSchedule> Schedules = new()
    {
        ["Constant"] = Schedule.Constant,
        ["Step"] = Schedule.Step(7, 0.5f),
        ["Exponential"] = Schedule.Exponential(0.9f),
        ["Cosine"] = Schedule.Cosine(end: 0.1f),
        ["Linear"] = Schedule.Linear(end: 0.2f),
        ["Cosine warm-up"] = Schedule.Cosine(warmUp: 8),
        ["OneCycle"] = Schedule.OneCycle(),
    };

    private static readonly Dictionary<string, LossFunction> Losses = new()
    {
        ["SquaredError"] = Loss.SquaredError,
        ["AbsoluteError"] = Loss.AbsoluteError,
        ["Huber"] = Loss.Huber,
        ["Huber delta"] = Loss.Huber with { Delta = 0.375f },
        ["Quantile"] = Loss.Quantile(0.1f, 0.5f),
        ["Gaussian"] = Loss.Gaussian,
        ["CrossEntropy"] = Loss.CrossEntropy,
        ["CrossEntropy ignored"] = Loss.CrossEntropy with { IgnoredTarget = -100 },
        ["CrossEntropy weights"] = Loss.CrossEntropy with { ClassWeights = [0.5f, 2, 0, 1.25f] },
        ["CrossEntropy smoothing"] = Loss.CrossEntropy with { LabelSmoothing = 0.125f },
        ["CrossEntropy all"] = Loss.CrossEntropy with
        {
            ClassWeights = [0.5f, 2, 0, 1.25f],
            LabelSmoothing = 0.25f,
            IgnoredTarget = -100,
        },
        ["BinaryCrossEntropy"] = Loss.BinaryCrossEntropy,
        ["BinaryCrossEntropy positive"] = Loss.BinaryCrossEntropy with { PositiveWeight = 2.5f },
    };

    public static TheoryData<string> OptimizerNames => [.. Optimizers.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    public static TheoryData<string> LossNames => [.. Losses.Keys];

    [Fact]
    public void Golden_cases_areAllOfThoseHere()
        => Assert.Equal(
            Optimizers.Keys.Concat(Schedules.Keys).Append("Plateau").Concat(Losses.Keys).Order(StringComparer.Ordinal),
            Cases.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void Optimizer_Update_fiftyUpdates_areThoseOfPyTorch(string name)
    {
        Optimizer optimizer = Optimizers[name];
        double[] expected = Cases[name].Values;
        float[] parameters = [.. expected.Select((_, i) => (float)(Math.Sin(i * 1.7) * 2))];
        var moments = new float[optimizer.MomentCount * parameters.Length];
        for (int update = 1; update <= Updates; update++)
        {
            float[] gradients = [.. parameters.Select((_, i) => (float)(Math.Sin(update * 0.7 + i * 1.3) * (1 + i / 4.0)))];
            OptimizerRuns.Update(optimizer, parameters, gradients, moments, update);
        }

        Compare.Near(expected, parameters, Tolerance, Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void Schedule_GetFactor_everyUpdate_isThatOfPyTorch(string name)
    {
        double[] expected = Cases[name].Values;

        // PyTorch's one-cycle schedule counts one more than it is told of steps.
        int total = name == "OneCycle" ? expected.Length + 1 : expected.Length;
        float[] factors = [.. expected.Select((_, i) => Schedules[name].GetFactor(i + 1, total))];
        Compare.Near(expected, factors, Tolerance, Tolerance, name);
    }

    [Fact]
    public void Schedule_Observe_plateaus_areThoseOfPyTorch()
    {
        LearningRateSchedule schedule = Schedule.ReduceOnPlateau(0.5f, patience: 2);
        var state = new PlateauState();
        TrainingGoldenCase golden = Cases["Plateau"];
        for (int i = 0; i < golden.Values.Length; i++)
        {
            state = schedule.Observe(state, golden.Inputs![i]);
            Assert.True(Math.Abs(golden.Values[i] - state.Factor) < Tolerance, $"after validation {i}: {state}");
        }
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void Loss_Mean_andItsGradient_areThoseOfPyTorch(string name)
    {
        TrainingGoldenCase golden = Cases[name];
        float[] outputs = [.. golden.Inputs!];
        SequenceData targets = golden.Indices is { } indices ? indices : golden.Targets;
        const int OutputSize = 4;
        double loss = Losses[name].MeanOf(new LossBatch(outputs, OutputSize, targets, [])).Mean;
        Compare.Within(golden.Values[0], loss, Tolerance * (1 + Math.Abs(golden.Values[0])), name);
        Compare.Near(golden.Values.AsSpan(1), outputs, Tolerance, Tolerance, $"gradient of {name}");
    }

    /// <summary>Weights of rows: a row of weight 2 is two rows of weight 1, one of weight 0 none, whatever its target is.</summary>
    [Theory]
    [MemberData(nameof(LossNames))]
    public void Loss_Mean_weights_countRows(string name)
    {
        TrainingGoldenCase golden = Cases[name];
        int[] rows = [0, 0, 2, 3, 3, 5];
        float[] weights = [2, 0, 1, 2, 0, 1];
        const int OutputSize = 4;
        float[] Rows(float[] values, int size) => [.. rows.SelectMany(row => values[(row * size)..((row + 1) * size)])];
        int count = weights.Length, size = (golden.Targets?.Length ?? 0) / count;
        float[] repeated = Rows(golden.Inputs!, OutputSize), outputs = [.. golden.Inputs!];
        SequenceData expectedTargets = golden.Indices is null ? Rows(golden.Targets!, size) : rows.Select(row => golden.Indices[row]).ToArray();
        double expected = Losses[name].MeanOf(new LossBatch(repeated, OutputSize, expectedTargets, [])).Mean;
        float[] values = golden.Targets is null ? [] : [.. golden.Targets.Select((y, i) => weights[i / size] == 0 ? float.NaN : y)];
        SequenceData targets = golden.Indices is { } indices ? indices : values;
        Compare.Within(
            expected, Losses[name].MeanOf(new LossBatch(outputs, OutputSize, targets, weights)).Mean, Tolerance * (1 + Math.Abs(expected)), name);
        for (int row = 0; row < count; row++)
        {
            double[] gradient = [.. Enumerable.Range(0, OutputSize).Select(i => rows.Select((from, at) => from == row ? repeated[at * OutputSize + i] : 0.0).Sum())];
            Compare.Near(gradient, outputs.AsSpan(row * OutputSize, OutputSize).ToArray(), Tolerance, Tolerance, $"{name}, row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void Loss_Mean_noWeight_isZero(string name)
    {
        TrainingGoldenCase golden = Cases[name];
        float[] outputs = [.. golden.Inputs!];
        SequenceData targets = golden.Indices is { } indices ? indices : golden.Targets;
        Assert.Equal(0, Losses[name].MeanOf(new LossBatch(outputs, 4, targets, new float[6])).Mean);
        Assert.All(outputs, value => Assert.Equal(0, value));
    }

    private sealed record TrainingGoldenFile(string Origin, string Version, int Seed, TrainingGoldenCase[] Cases);

    /// <summary>Values are parameters, factors, or a loss and its gradient.</summary>
    private sealed record TrainingGoldenCase(
        string Name, double[] Values, float[]? Inputs = null, float[]? Targets = null, int[]? Indices = null);
}
