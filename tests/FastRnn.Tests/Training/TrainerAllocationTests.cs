using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

[Collection(Alone.Name)]
public sealed class TrainerAllocationTests
{
    private const int T = 6, N = 4;
    private const int Times = 1000;

    public static TheoryData<Activation, Activation?, bool> Settings
        => new MatrixTheoryData<Activation, Activation?, bool>(NetworkShape.CellActivations, NetworkShape.Heads, [false, true]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void RnnTrainer_Step_afterTheFirst_allocatesNothing(Activation activation, Activation? head, bool adam)
    {
        var network = new NetworkCase(new NetworkShape(3, 19, activation, head, 5), T, N, 1);
        Assert.NotEmpty(network.Losses);
        foreach (LossFunction loss in network.Losses.Select(loss => loss.Product))
        {
            using var trainer = new RnnTrainer(network.Shape.ToSpec(), adam ? new Adam() : new Sgd(0.01f), loss, 1)
            {
                CarryState = true,
                MaxGradientNorm = 0.5f,
            };
            Action work = loss.TakesIndices ? OnClasses(trainer) : OnValues(trainer);
            Assert.Equal(0, Allocation.Of(Times, work));
        }
    }

    private static Action OnValues(RnnTrainer trainer)
    {
        (float[] inputs, float[] targets) = new TrainingData(trainer.Spec, T, N, 1).Values();
        int outputs = N * trainer.Spec.OutputSize;
        return All(
            trainer,
            steps => trainer.Step(
                inputs.AsSpan(..(steps * N * trainer.Spec.InputSize)), targets.AsSpan(..(steps * outputs)),
                new() { Steps = steps, Sequences = N }),
            () => trainer.Evaluate(inputs, targets, new() { Steps = T, Sequences = N }));
    }

    private static Action OnClasses(RnnTrainer trainer)
    {
        (float[] inputs, int[] targets) = new TrainingData(trainer.Spec, T, N, 1).Classes();
        return All(
            trainer,
            steps => trainer.Step(
                inputs.AsSpan(..(steps * N * trainer.Spec.InputSize)), targets.AsSpan(..(steps * N)),
                new() { Steps = steps, Sequences = N }),
            () => trainer.Evaluate(inputs, targets, new() { Steps = T, Sequences = N }));
    }

    /// <summary>The longest step, a shorter one, and an evaluation; every other time without the state of the one before.</summary>
    private static Action All(RnnTrainer trainer, Func<int, TrainingStep> step, Func<float> evaluate)
        => () =>
        {
            step(T);
            step(1);
            evaluate();
            trainer.CarryState = !trainer.CarryState;
        };
}
