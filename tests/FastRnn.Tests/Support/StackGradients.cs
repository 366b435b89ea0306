using FastRnn.Layers;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Training;

namespace FastRnn.Tests.Support;

/// <summary>Holds the product's losses and gradients of a stack to the reference's differences.</summary>
internal static class StackGradients
{
    /// <summary>Of the largest gradient: errors of float (6e-8) in the activations, carried back over steps and layers.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>What the differences themselves may be off by.</summary>
    private const double DifferenceError = 1e-8;

    /// <summary>Nearer to ReLU's kink than this, a difference may straddle it.</summary>
    private const double Kink = 1e-3;

    /// <summary>Every loss that is defined for the stack, with and without a gradient of the final state.</summary>
    internal static void Check(StackCase stack)
    {
        StackData data = stack.CreateSmooth(Kink);
        ReferenceLoss[] losses = stack.Losses;
        var expected = new StackDifferences(data, losses);
        GradientScope scope = stack.TakesIndices ? GradientScope.Parameters : GradientScope.Inputs;
        using var bptt = new Backpropagation(stack.ToSpec(), data.Parameters, scope);
        for (int loss = 0; loss < losses.Length; loss++)
        {
            double value = Forward(bptt, losses[loss], data);
            double exact = expected.Losses[loss];
            Compare.Within(exact, value, Tolerance * (1 + Math.Abs(exact)), $"{losses[loss]}");
            CheckBackward(
                bptt, data, [], expected.Parameters[loss], stack.TakesIndices ? [] : expected.Inputs[loss], expected.InitialState[loss],
                $"{losses[loss]}");

            Forward(bptt, losses[loss], data);
            CheckBackward(
                bptt, data, data.FinalGradient, StackDifferences.WithFinal(expected.Parameters, loss),
                stack.TakesIndices ? [] : StackDifferences.WithFinal(expected.Inputs, loss),
                StackDifferences.WithFinal(expected.InitialState, loss), $"{losses[loss]} with a final gradient");
        }
    }

    private static double Forward(Backpropagation bptt, ReferenceLoss loss, StackData data)
    {
        SequenceData inputs = data.Inputs.ToData();
        BatchShape shape = new() { Steps = data.Case.Steps, Sequences = data.Case.Batch, Lengths = data.Lengths };
        return loss == ReferenceLoss.CrossEntropy
            ? bptt.Forward(loss.Product, inputs, data.Classes, shape, data.InitialState)
            : bptt.Forward(loss.Product, inputs, data.Probabilities, shape, data.InitialState);
    }

    private static void CheckBackward(
        Backpropagation bptt, StackData data, float[] finalGradient, double[] parameters, double[] inputs, double[] initial, string what)
    {
        var inputGradient = new Guarded(inputs.Length);
        var initialGradient = new Guarded(initial.Length);
        bptt.Backward(data.Inputs.ToData(), inputGradient.Span, initialGradient.Span, finalGradient);
        Near(parameters, bptt.Gradients.All, $"{what}, parameter gradient");
        Near(inputs, inputGradient.Span, $"{what}, input gradient");
        Near(initial, initialGradient.Span, $"{what}, initial gradient");
        inputGradient.AssertIntact();
        initialGradient.AssertIntact();
        for (int row = 0; row < data.Case.InputRows; row++)
        {
            // Fed-back outputs start from one row a sequence, which is never behind its end.
            if (inputs.Length > 0 && row / data.Case.Batch >= data.LengthOf(row % data.Case.Batch))
            {
                Assert.All(inputGradient.Span.Slice(row * data.Case.Inputs, data.Case.Inputs).ToArray(), value => Assert.Equal(0, value));
            }
        }
    }

    private static void Near(double[] expected, ReadOnlySpan<float> actual, string what)
        => Compare.Near(expected, actual, 0, Tolerance * Compare.Largest(expected) + DifferenceError, what);
}
