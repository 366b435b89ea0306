using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

[Collection(Alone.Name)]
public sealed class TrainerAllocationTests
{
    private const int I = 3, O = 5, T = 6, N = 4;
    private const int Times = 1000;

    public static TheoryData<bool, bool> Settings => new MatrixTheoryData<bool, bool>([false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void RnnTrainer_Step_afterTheFirst_allocatesNothing(bool adam, bool carry)
    {
        CheckValues(Loss.SquaredError, Head.Linear(O));
        CheckValues(Loss.SquaredError, null);
        CheckValues(Loss.BinaryCrossEntropy, Head.Sigmoid(O));
        using RnnTrainer classes = Create(Loss.CrossEntropy, Head.Softmax(O));
        (float[] inputs, int[] indices) = new TrainingData(classes.Spec, T, N, 1).Classes();
        Assert.Equal(0, Allocation.Of(Times, () => classes.Step(inputs, indices, T, N)));
        Assert.Equal(0, Allocation.Of(Times, () => classes.Evaluate(inputs, indices, T, N)));

        void CheckValues(Loss loss, Head? head)
        {
            using RnnTrainer trainer = Create(loss, head);
            (float[] inputs, float[] targets) = new TrainingData(trainer.Spec, T, N, 1).Values();
            Assert.Equal(0, Allocation.Of(Times, () => trainer.Step(inputs, targets, T, N)));
            int outputs = N * trainer.Spec.OutputSize;
            Assert.Equal(0, Allocation.Of(Times, () => trainer.Step(inputs.AsSpan(..(N * I)), targets.AsSpan(..outputs), 1, N)));
        }

        RnnTrainer Create(Loss loss, Head? head)
            => new(new RnnSpec(I, Cell.Elman(19), head), adam ? new Adam() : new GradientDescent(0.01f), loss, 1)
            {
                CarryState = carry,
                MaxGradientNorm = 0.5f,
            };
    }
}
