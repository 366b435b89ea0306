using FastRnn.Kernels;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

public sealed class LossTests
{
    /// <summary>Some roundings of the loss's terms, a function of up to 4 units in the last place, and of logits up to 5.</summary>
    private const double ValueRelative = 3e-6;
    private const double ValueAbsolute = 2e-6;
    private const double GradientRelative = 2e-6;
    private const double GradientAbsolute = 1e-6;

    /// <summary>Blocks of 1,024 terms are summed in float: one length short of it and some beyond.</summary>
    private static readonly (int Rows, int Outputs)[] Shapes =
        [(1, 1), (1, 2), (2, 1), (3, 5), (1, 7), (1, 8), (1, 9), (5, 16), (2, 33), (7, 17), (1, 67), (1023, 1), (205, 5), (300, 11)];

    public static TheoryData<ReferenceLoss, Activation> LossesAndHeads => new()
    {
        { ReferenceLoss.HalfSquaredError, Activation.Identity },
        { ReferenceLoss.HalfSquaredError, Activation.Sigmoid },
        { ReferenceLoss.CrossEntropy, Activation.Identity },
        { ReferenceLoss.CrossEntropy, Activation.Softmax },
        { ReferenceLoss.BinaryCrossEntropy, Activation.Identity },
        { ReferenceLoss.BinaryCrossEntropy, Activation.Sigmoid },
    };

    [Theory]
    [MemberData(nameof(LossesAndHeads))]
    public void Loss_Evaluate_randomLogits_isTheDefinition(ReferenceLoss loss, Activation head)
    {
        foreach ((int rows, int outputs) in Shapes)
        {
            Check(loss, head, RandomData.Uniform(rows + outputs, rows * outputs, 5), rows);
        }
    }

    [Theory]
    [MemberData(nameof(LossesAndHeads))]
    public void Loss_Evaluate_extremeLogits_staysFinite(ReferenceLoss loss, Activation head)
        => Check(loss, head, [100, -100, 100, 0, -100, -100, 100, 100, 60, -60, 87, -87, 30, -90, 90, 0.5f, 1e-30f, -1e-30f, 0, -0f], 10);

    [Theory]
    [InlineData(1e6f)]
    [InlineData(3e38f)]
    public void Loss_Evaluate_hugeLogitOfTheRightAnswer_losesNothing(float logit)
    {
        float[] o = [logit, -logit];
        Assert.Equal(0, Evaluate(Loss.CrossEntropy, o, (int[])[0], 1));
        Assert.Equal([0f, 0f], o);
        o = [logit, -logit];
        Assert.Equal(0, Evaluate(Loss.BinaryCrossEntropy, o, (float[])[1, 0], 1));
        Assert.Equal([0f, 0f], o);
    }

    [Fact]
    public void Loss_ToString_isItsName()
        => Assert.Equal(
            [nameof(Loss.HalfSquaredError), nameof(Loss.CrossEntropy), nameof(Loss.BinaryCrossEntropy)],
            new LossFunction[] { Loss.HalfSquaredError, Loss.CrossEntropy, Loss.BinaryCrossEntropy }.Select(loss => loss.ToString()));

    [Fact]
    public void Loss_Evaluate_halfSquaredError_takesTheOutputsAsTheyAre()
    {
        float[] o = [1, 2, 3];
        double value = Evaluate(Loss.HalfSquaredError, o, new float[3], 0.5f);
        Assert.Equal(7, value, 1e-6);
        Assert.Equal([0.5f, 1f, 1.5f], o);
    }

    [Fact]
    public void Loss_Accepts_heads_asDocumented()
    {
        Activation?[] heads = [null, Activation.Identity, Activation.Sigmoid, Activation.Softmax];
        Assert.Equal([true, true, true, false], heads.Select(head => Loss.HalfSquaredError.Accepts(3, head)));
        Assert.Equal([false, true, false, true], heads.Select(head => Loss.CrossEntropy.Accepts(3, head)));
        Assert.Equal([false, true, true, false], heads.Select(head => Loss.BinaryCrossEntropy.Accepts(3, head)));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e4f)]
    [InlineData(-1e8f)]
    public void CrossEntropy_Evaluate_equalLogitsOfAnySize_isTheLogarithmOfTheClasses(float logit)
    {
        double value = Evaluate(Loss.CrossEntropy, [logit, logit, logit], (int[])[1], 1);
        Assert.Equal(Math.Log(3), value, 1e-6);
    }

    private static void Check(ReferenceLoss loss, Activation head, float[] logits, int rows)
    {
        int outputs = logits.Length / rows;
        var random = new Random(rows * outputs);
        var gradient = new Guarded(logits);
        float scale = 1f / rows;
        double value;
        double[] targets;
        if (loss == ReferenceLoss.CrossEntropy)
        {
            int[] classes = RandomData.Indices(random, rows, outputs);
            targets = RandomData.ToDouble(classes);
            value = Evaluate(loss.Product, gradient.Span, classes, scale) / rows;
        }
        else
        {
            float[] values = RandomData.Uniform(random, logits.Length).Select(y => (y + 1) / 2).ToArray();
            values[0] = 1;
            values[^1] = 0;
            targets = RandomData.ToDouble(values);

            // The squared error is that of the outputs; the activation's derivative comes after it.
            RowActivation activation = ActivationKernels.Rows(loss == ReferenceLoss.HalfSquaredError ? head : Activation.Identity);
            activation.Forward(logits, gradient.Span, outputs);
            float[] y = gradient.Span.ToArray();
            scale = loss.Product is MeanElementLoss ? scale / outputs : scale;
            value = Evaluate(loss.Product, gradient.Span, values, scale) * scale;
            activation.Backward(y, y, gradient.Span, outputs);
        }

        double[] o = RandomData.ToDouble(logits);
        bool sigmoid = head == Activation.Sigmoid;
        double expected = loss.Value(o, targets, rows, sigmoid);
        Compare.Within(expected, value, ValueRelative * Math.Abs(expected) + ValueAbsolute, $"{loss} of {rows} × {outputs}");
        Compare.Near(
            loss.Gradient(o, targets, rows, sigmoid), gradient.Span, GradientRelative, GradientAbsolute * scale,
            $"{loss} gradient of {rows} × {outputs}");
        gradient.AssertIntact();
    }

    private static double Evaluate(LossFunction loss, Span<float> outputs, SequenceData targets, float scale)
        => loss.Evaluate(
            new LossBatch(outputs, targets.IsIndices ? outputs.Length / targets.Length : outputs.Length, targets, []), scale);
}
