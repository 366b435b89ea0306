using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Weights that are being trained and back-propagation through time over them: forward keeps every activation, the loss turns the
/// outputs into their gradients, backward fills <see cref="Gradients"/>.
/// </summary>
internal sealed class Backpropagation : IDisposable
{
    private readonly Network _network;
    private readonly Workspace _workspace = new();
    private Segment _hidden;
    private Segment _delta;
    private Segment _outputs;
    private Segment _scratch;
    private Segment _final;
    private int _steps;
    private int _batch;

    /// <param name="spec">what the network is</param>
    /// <param name="parameters">all weights and biases, to be copied</param>
    /// <param name="scope">whether <see cref="Backward"/> can give the gradients of the inputs too</param>
    internal Backpropagation(RnnSpec spec, ReadOnlySpan<float> parameters, BackwardScope scope = BackwardScope.Parameters)
    {
        _network = new Network(spec, scope);
        Parameters = new ParameterBuffer(_network.Layout);
        Gradients = new ParameterBuffer(_network.Layout);
        parameters.CopyTo(Parameters.All);
        Pack();
    }

    internal RnnSpec Spec => _network.Spec;

    internal ParameterBuffer Parameters { get; }

    internal ParameterBuffer Gradients { get; }

    internal bool IsDisposed => _workspace.IsDisposed;

    /// <summary>a⟨T⟩ [N, H] of the last <see cref="Forward"/>.</summary>
    internal ReadOnlySpan<float> FinalState => _workspace[_final];

    private int ScratchLength => Math.Max(_network.Recurrent.BackwardScratchLength, _network.Output?.BackwardScratchLength ?? 0);

    /// <summary>The floats that a batch of this size takes, however many.</summary>
    internal long WorkspaceLength(int steps, int batch)
    {
        double rows = (double)steps * batch;
        double length = (2 * rows + batch) * Spec.StateSize + rows * Spec.OutputSize + ScratchLength + 4 * AlignedBuffer.LineLength;
        return (long)Math.Min(length, long.MaxValue / 2);
    }

    /// <summary>Takes changed parameters over into the kernels' layout.</summary>
    internal void Pack() => _network.Pack(Parameters);

    /// <summary>Runs the batch, keeping what <see cref="Backward"/> needs; returns the loss.</summary>
    /// <param name="initialState">a⟨0⟩ [N, H]; empty for zeros</param>
    internal double Forward<TTarget>(
        LossFunction<TTarget> loss, ReadOnlySpan<float> inputs, ReadOnlySpan<TTarget> targets, int steps, int batch,
        ReadOnlySpan<float> initialState)
    {
        Plan(steps, batch);
        Span<float> hidden = _workspace[_hidden];
        int row = batch * Spec.StateSize;
        if (initialState.IsEmpty)
        {
            hidden[..row].Clear();
        }
        else
        {
            initialState.CopyTo(hidden);
        }

        _network.Recurrent.Forward(inputs, hidden, steps, batch);

        // The outputs' buffer holds o = Wya·a + by and then ∂L/∂o; without a head it is the hidden states' own gradient.
        int rows = steps * batch;
        Span<float> outputs = _workspace[_outputs];
        if (_network.Output is null)
        {
            hidden[row..].CopyTo(outputs);
        }
        else
        {
            _network.Output.Forward(hidden[row..], rows, outputs);
        }

        return loss.Evaluate(outputs, targets, Spec.Head, 1f / rows) / rows;
    }

    /// <summary>Fills <see cref="Gradients"/> with those of the last <see cref="Forward"/>.</summary>
    /// <param name="inputs">as given to <see cref="Forward"/></param>
    /// <param name="inputGradient">receives ∂L/∂x [T, N, I] where the scope has it; empty when not wanted</param>
    /// <param name="initialGradient">receives ∂L/∂a⟨0⟩ [N, H]; empty when not wanted</param>
    internal void Backward(ReadOnlySpan<float> inputs, Span<float> inputGradient = default, Span<float> initialGradient = default)
    {
        Gradients.All.Clear();
        Span<float> hidden = _workspace[_hidden];
        Span<float> delta = _workspace[_delta];
        Span<float> scratch = _workspace[_scratch];
        _network.Output?.Backward(
            hidden[(_batch * Spec.StateSize)..], _workspace[_outputs], _steps * _batch, Gradients, delta, scratch);
        _network.Recurrent.Backward(inputs, hidden, delta, _steps, _batch, Gradients, inputGradient, initialGradient, scratch);
    }

    public void Dispose() => _workspace.Dispose();

    private void Plan(int steps, int batch)
    {
        _steps = steps;
        _batch = batch;
        var plan = default(WorkspacePlan);
        int row = batch * Spec.StateSize;
        _hidden = plan.Add((steps + 1) * row);
        _delta = plan.Add(steps * row);
        _outputs = _network.Output is null ? _delta : plan.Add(steps * batch * Spec.OutputSize);
        _scratch = plan.Add(ScratchLength);
        _final = new Segment(_hidden.Start + steps * row, row);
        _workspace.Reserve(plan.Length);
    }
}
