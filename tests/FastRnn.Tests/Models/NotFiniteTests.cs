using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A value that is not finite stays in its own sequence of a batch, and is not lost there.</summary>
public sealed class NotFiniteTests
{
    private const int T = 3, I = 2, O = 5;
    private const int LargestBatch = 13;

    /// <summary>The step whose input is not finite: neither the first nor the last.</summary>
    private const int BadStep = 1;

    /// <summary>Around half vectors, vectors and panels of every width.</summary>
    private static readonly int[] HiddenSizes = [1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 65];

    public static TheoryData<Activation, Activation?> Networks
        => new MatrixTheoryData<Activation, Activation?>(
            NetworkShape.CellActivations, [null, Activation.Identity, Activation.Softmax]);

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnModel_Run_NaNInOneSequence_isInItsOutputsFromThatStepOnAndNowhereElse(Activation activation, Activation? head)
        => ForEachSequence(activation, head, float.NaN, (bad, what) =>
        {
            foreach (float value in bad)
            {
                Assert.True(float.IsNaN(value), $"{what} is {value}");
            }
        });

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnModel_Run_infinityInOneSequence_leavesTheOthersAsTheyAre(Activation activation, Activation? head)
        => ForEachSequence(activation, head, float.PositiveInfinity, (_, _) => { });

    /// <summary>
    /// Puts the value into each sequence of each batch in turn: all results before it and of other sequences keep their bits, those
    /// after it in its own are checked.
    /// </summary>
    private static void ForEachSequence(Activation activation, Activation? head, float value, Action<float[], string> checkBad)
    {
        foreach (int hidden in HiddenSizes)
        {
            var shape = new NetworkShape(I, hidden, activation, head, O);
            for (int batch = 1; batch <= LargestBatch; batch++)
            {
                NetworkCase.Data data = new NetworkCase(shape, T, batch, hidden + batch).Create();
                (float[] outputs, float[] final) = data.Run(T, batch, data.Inputs, data.InitialState);
                for (int n = 0; n < batch; n++)
                {
                    float[] inputs = [.. data.Inputs];
                    inputs[(BadStep * batch + n) * I + n % I] = value;
                    (float[] badOutputs, float[] badFinal) = data.Run(T, batch, inputs, data.InitialState);
                    string what = $"H {hidden}, {value} in sequence {n} of {batch}:";
                    CheckRows(outputs, badOutputs, shape.Outputs, n + BadStep * batch, batch, what + " output");
                    CheckRows(final, badFinal, hidden, n, batch, what + " final state");
                }
            }
        }

        void CheckRows(float[] good, float[] bad, int width, int first, int batch, string what)
        {
            for (int row = 0; row * width < good.Length; row++)
            {
                Range range = (row * width)..((row + 1) * width);
                if (row >= first && row % batch == first % batch)
                {
                    checkBad(bad[range], $"{what} row {row}");
                }
                else
                {
                    Compare.SameBits(good[range], bad[range], $"{what} row {row}");
                }
            }
        }
    }
}
