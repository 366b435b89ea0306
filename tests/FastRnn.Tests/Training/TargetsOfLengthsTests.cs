using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Targets within the sequences are checked, those behind an end are not looked at.</summary>
public sealed class TargetsOfLengthsTests
{
    private const int I = 2, O = 3, T = 4, N = 3;

    private static readonly int[] Lengths = [2, T, 1];

    private static BatchShape Shape => new() { Steps = T, Sequences = N, Lengths = Lengths };

    public static TheoryData<SequenceShape> ShapesOfManyOutputs => [SequenceShape.ManyToMany, SequenceShape.OneToMany];

    [Theory]
    [MemberData(nameof(ShapesOfManyOutputs))]
    public void RnnTrainer_Step_classesBehindTheEnds_areNotLookedAt(SequenceShape shape)
    {
        int[] targets = new int[T * N];
        int[] others = targets.Select((target, row) => IsBehind(row) ? int.MinValue : target).ToArray();
        Compare.SameBits(
            Train(shape, Loss.CrossEntropy, trainer => trainer.Step(Inputs(shape), targets, Shape)),
            Train(shape, Loss.CrossEntropy, trainer => trainer.Step(Inputs(shape), others, Shape)));
    }

    [Theory]
    [MemberData(nameof(ShapesOfManyOutputs))]
    public void RnnTrainer_Step_valuesBehindTheEnds_areNotLookedAt(SequenceShape shape)
    {
        float[] targets = new float[T * N * O];
        float[] others = targets.Select((target, i) => IsBehind(i / O) ? float.NaN : target).ToArray();
        foreach (LossFunction loss in new LossFunction[] { Loss.BinaryCrossEntropy, Loss.HalfSquaredError })
        {
            Compare.SameBits(
                Train(shape, loss, trainer => trainer.Step(Inputs(shape), targets, Shape)),
                Train(shape, loss, trainer => trainer.Step(Inputs(shape), others, Shape)));
        }
    }

    [Fact]
    public void RnnTrainer_Step_targetAtASequencesEnd_isRefused()
    {
        for (int n = 0; n < N; n++)
        {
            int row = (Lengths[n] - 1) * N + n;
            int[] classes = new int[T * N];
            classes[row] = O;
            Refused($"targets[{row}] is {O}", Loss.CrossEntropy, trainer => trainer.Step(Inputs(default), classes, Shape));
            float[] values = new float[T * N * O];
            values[row * O + 1] = 2;
            Refused(
                $"targets[{row * O + 1}] is 2", Loss.BinaryCrossEntropy, trainer => trainer.Step(Inputs(default), values, Shape));
        }
    }

    /// <summary>Every sequence has its one target, however short it is.</summary>
    [Fact]
    public void RnnTrainer_Step_manyToOne_everyTargetIsChecked()
    {
        for (int n = 0; n < N; n++)
        {
            int[] classes = new int[N];
            classes[n] = -1;
            Refused(
                $"targets[{n}] is -1", Loss.CrossEntropy,
                trainer => trainer.Step(Inputs(default), classes, Shape), SequenceShape.ManyToOne);
        }
    }

    private static void Refused(
        string actual, LossFunction loss, Func<RnnTrainer, TrainingStep> step, SequenceShape shape = SequenceShape.ManyToMany)
    {
        using var trainer = new RnnTrainer(Spec(shape), new Sgd(1), loss, 1);
        BadInput.Refused<ArgumentOutOfRangeException>("targets", "from 0 to", actual, () => step(trainer));
        Compare.SameBits(TrainingData.Parameters(RnnModel.Create(Spec(shape), 1)), TrainingData.Parameters(trainer), "parameter");
    }

    private static float[] Train(SequenceShape shape, LossFunction loss, Func<RnnTrainer, TrainingStep> step)
    {
        using var trainer = new RnnTrainer(Spec(shape), new Sgd(0.1f), loss, 1);
        Assert.True(step(trainer).Applied);
        return TrainingData.Parameters(trainer);
    }

    private static float[] Inputs(SequenceShape shape)
        => RandomData.Uniform(2, shape == SequenceShape.OneToMany ? N * O : T * N * I);

    private static RnnSpec Spec(SequenceShape shape)
        => new(shape == SequenceShape.OneToMany ? O : I, Cell.Gru(4), Layer.Dense(O)) { Shape = shape };

    private static bool IsBehind(int row) => row / N >= Lengths[row % N];
}
