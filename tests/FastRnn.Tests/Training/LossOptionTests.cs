using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>What options of losses, optimizers and schedules refuse, and which networks losses accept.</summary>
public sealed class LossOptionTests
{
    [Fact]
    public void Loss_options_outOfRange_areRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("Delta", "above 0", "0", () => _ = Loss.Huber with { Delta = 0 });
        BadInput.Refused<ArgumentOutOfRangeException>("LabelSmoothing", "from 0 to 1", "2", () => _ = Loss.CrossEntropy with { LabelSmoothing = 2 });
        BadInput.Refused<ArgumentException>("ClassWeights", "at least 0", "[1] is -1", () => _ = Loss.CrossEntropy with { ClassWeights = [1, -1] });
        BadInput.Refused<ArgumentException>("ClassWeights", "for each class", "none", () => _ = Loss.CrossEntropy with { ClassWeights = [] });
        BadInput.Refused<ArgumentOutOfRangeException>("PositiveWeight", "above 0", "-1", () => _ = Loss.BinaryCrossEntropy with { PositiveWeight = -1 });
        BadInput.Refused<ArgumentOutOfRangeException>("levels", "above 0 and below 1", "1", () => Loss.Quantile(0.5f, 1));
        BadInput.Refused<ArgumentException>("levels", "increase", "0.2 behind 0.5", () => Loss.Quantile(0.5f, 0.2f));
        BadInput.Refused<ArgumentException>("levels", "at least one", "none", () => Loss.Quantile());
    }

    [Fact]
    public void Optimizer_options_outOfRange_areRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("momentum", "from 0", "1", () => _ = new Sgd(1, 1));
        BadInput.Refused<ArgumentException>("nesterov", "momentum above 0", "0", () => _ = new Sgd(1, nesterov: true));
        BadInput.Refused<ArgumentOutOfRangeException>("WeightDecay", "at least 0", "-1", () => _ = new Adam { WeightDecay = -1 });
        BadInput.Refused<ArgumentOutOfRangeException>("alpha", "from 0", "1", () => _ = new RmsProp(alpha: 1));
        BadInput.Refused<ArgumentOutOfRangeException>("momentumDecay", "above 0", "0", () => _ = new NAdam(momentumDecay: 0));
        BadInput.Refused<ArgumentOutOfRangeException>("epsilon", "above 0", "0", () => _ = new Adagrad(epsilon: 0));
    }

    [Fact]
    public void Schedule_options_outOfRange_areRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("every", "", "0", () => Schedule.Step(0));
        BadInput.Refused<ArgumentOutOfRangeException>("factor", "above 0", "0", () => Schedule.Exponential(0));
        BadInput.Refused<ArgumentOutOfRangeException>("WarmUp", "", "-1", () => Schedule.Cosine(-1));
        BadInput.Refused<ArgumentOutOfRangeException>("end", "from 0 to 1", "2", () => Schedule.Linear(end: 2));
        BadInput.Refused<ArgumentOutOfRangeException>("rise", "below 1", "1", () => Schedule.OneCycle(1));
        BadInput.Refused<ArgumentOutOfRangeException>("patience", "", "-1", () => Schedule.ReduceOnPlateau(patience: -1));
        BadInput.Refused<ArgumentOutOfRangeException>("update", "", "0", () => Schedule.Constant.GetFactor(0, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("update", "", "2", () => Schedule.Constant.GetFactor(2, 1));
    }

    /// <summary>A loss below 0 has to fall by its share too.</summary>
    [Fact]
    public void PlateauSchedule_Observe_lossBelowZero_needsTheShare()
    {
        PlateauSchedule schedule = Schedule.ReduceOnPlateau(0.5f, patience: 0, improvement: 0.1f);
        PlateauState state = schedule.Observe(new PlateauState(), -1);
        Assert.Equal(0.5f, schedule.Observe(state, -1.05f).Factor);
        Assert.Equal((-1.2f, 1f), (schedule.Observe(state, -1.2f).Best, schedule.Observe(state, -1.2f).Factor));
        Assert.Equal(0.5f, schedule.Observe(state, float.NaN).Factor);
    }

    [Theory]
    [InlineData(3, "Quantile", "Dense")]
    [InlineData(3, "Gaussian", "Dense")]
    [InlineData(3, "CrossEntropy", "Dense")]
    public void RnnTrainer_lossOfAnotherSize_isRefused(int outputs, string name, string layer)
    {
        LossFunction loss = name switch
        {
            "Quantile" => Loss.Quantile(0.1f, 0.9f),
            "Gaussian" => Loss.Gaussian,
            _ => Loss.CrossEntropy with { ClassWeights = [1, 2] },
        };
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new RnnTrainer(new RnnSpec(1, Cell.Elman(2), Layer.Dense(outputs)), new Sgd(1), loss, 1));
        Assert.Contains(layer, exception.Message, StringComparison.Ordinal);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RnnTrainer_Step_targetBesideTheIgnoredOne_isRefused()
    {
        using var trainer = new RnnTrainer(
            new RnnSpec(1, Cell.Elman(2), Layer.Dense(3)), new Sgd(1), Loss.CrossEntropy with { IgnoredTarget = -100 }, 1);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "targets", "from 0 to 2 or -100", "targets[1] is -1",
            () => trainer.Step(new float[2], (int[])[-100, -1], new() { Steps = 2, Sequences = 1 }));
    }
}
