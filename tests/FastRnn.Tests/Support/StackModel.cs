using FastRnn.Tests.Reference.Stacks;

namespace FastRnn.Tests.Support;

/// <summary>The product's model of a stack, and the ways to run the stack's batch through it.</summary>
internal sealed class StackModel
{
    private readonly StackData _data;
    private readonly RnnModel _model;

    internal StackModel(StackData data)
    {
        _data = data;
        _model = RnnModel.FromParameters(data.Case.ToSpec(), data.Parameters);
    }

    private StackCase Case => _data.Case;

    internal RnnSession CreateSession() => _model.CreateSession();

    /// <summary>The whole batch, from its initial states.</summary>
    internal (float[] Outputs, float[] FinalState) Run()
        => Run(_data.Inputs, Case.Steps, Case.Batch, _data.InitialState, _data.Lengths);

    /// <summary>One sequence of the batch, up to its own end.</summary>
    internal (float[] Outputs, float[] FinalState) RunAlone(int sequence)
        => Run(Inputs(sequence), _data.LengthOf(sequence), 1, InitialState(sequence));

    internal static void Step(RnnSession session, StackRows row, Span<float> y)
    {
        if (row.Indices is null)
        {
            session.Step(row.Values, y);
        }
        else
        {
            session.Step(row.Indices[0], y);
        }
    }

    internal (float[] Outputs, float[] FinalState) Run(
        StackRows inputs, int steps, int batch, ReadOnlySpan<float> initial, ReadOnlySpan<int> lengths = default)
    {
        int rows = Case.Shape == SequenceShape.ManyToOne ? batch : steps * batch;
        var outputs = new Guarded(rows * Case.Outputs);
        var final = new Guarded(batch * Case.StateSize);
        _model.Run(inputs.ToData(), outputs.Span, new() { Steps = steps, Sequences = batch, Lengths = lengths }, initial, final.Span);
        outputs.AssertIntact();
        final.AssertIntact();
        return (outputs.Span.ToArray(), final.Span.ToArray());
    }

    /// <summary>A sequence's inputs up to its end.</summary>
    internal StackRows Inputs(int sequence)
        => _data.Inputs.Sequence(sequence, Case.Batch, Case.Shape == SequenceShape.OneToMany ? 1 : _data.LengthOf(sequence));

    internal float[] InitialState(int sequence) => StackRows.Pick(_data.InitialState, Case.StateSize, [sequence]);

    /// <summary>Out of the outputs of the whole batch those of one sequence up to its end.</summary>
    internal float[] Outputs(float[] outputs, int sequence)
    {
        int rows = Case.Shape == SequenceShape.ManyToOne ? 1 : _data.LengthOf(sequence);
        return StackRows.Pick(outputs, Case.Outputs, Enumerable.Range(0, rows).Select(t => t * Case.Batch + sequence));
    }

    /// <summary>Out of the final states of the whole batch that of one sequence.</summary>
    internal float[] FinalState(float[] states, int sequence) => StackRows.Pick(states, Case.StateSize, [sequence]);
}
