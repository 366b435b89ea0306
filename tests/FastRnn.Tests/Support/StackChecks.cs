using FastRnn.Tests.Reference.Stacks;

namespace FastRnn.Tests.Support;

/// <summary>What must hold of any stack's runs.</summary>
internal static class StackChecks
{
    /// <summary>Outputs and final states are the reference's, but for a share of the largest of them, or of 1.</summary>
    internal static void IsReference(StackData data, double tolerance)
    {
        StackResult expected = data.Reference();
        (float[] outputs, float[] final) = new StackModel(data).Run();
        Near(expected.Outputs, outputs, "output");
        Near(expected.FinalState, final, "final state");

        void Near(double[] exact, float[] actual, string what)
            => Compare.Near(exact, actual, 0, tolerance * Math.Max(1, Compare.Largest(exact)), what);
    }

    /// <summary>Each sequence of the batch has the bits of that sequence alone; behind its end are zeros.</summary>
    internal static void IsEachSequenceAlone(StackData data)
    {
        StackCase stack = data.Case;
        var model = new StackModel(data);
        (float[] outputs, float[] final) = model.Run();
        var expected = new float[outputs.Length];
        for (int n = 0; n < stack.Batch; n++)
        {
            (float[] alone, float[] aloneFinal) = model.RunAlone(n);
            for (int i = 0; i < alone.Length; i++)
            {
                int row = i / stack.Outputs * stack.Batch + n;
                expected[row * stack.Outputs + i % stack.Outputs] = alone[i];
            }

            Compare.SameBits(aloneFinal, model.FinalState(final, n), $"final state of sequence {n}");
        }

        Compare.SameBits(expected, outputs, "output");
    }

    /// <summary>Each sequence of the batch has the bits of that sequence streamed.</summary>
    internal static void IsStreamed(StackData data)
    {
        StackCase stack = data.Case;
        var model = new StackModel(data);
        (float[] outputs, float[] final) = model.Run();
        using RnnSession session = model.CreateSession();
        var y = new Guarded(stack.Outputs);
        var state = new Guarded(stack.StateSize);
        for (int n = 0; n < stack.Batch; n++)
        {
            session.SetState(model.InitialState(n));
            StackRows inputs = model.Inputs(n);
            float[] sequence = model.Outputs(outputs, n);
            for (int t = 0; t < stack.Steps; t++)
            {
                StackModel.Step(session, inputs.Slice(t, 1), y.Span);
                Compare.SameBits(y.Span, sequence.AsSpan(t * stack.Outputs, stack.Outputs), $"output {t} of sequence {n}");
            }

            session.CopyStateTo(state.Span);
            Compare.SameBits(state.Span, model.FinalState(final, n), $"final state of sequence {n}");
        }

        y.AssertIntact();
        state.AssertIntact();
    }
}
