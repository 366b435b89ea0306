using System.Numerics.Tensors;
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
    private BatchSize _size;
    private bool _takesLogits;

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

    /// <summary>The floats that a batch of this size takes, however many.</summary>
    internal long WorkspaceLength(int steps, int batch)
        => BackpropagationMemory.Length(_network, new BatchSize(steps, batch, unchecked(steps * batch), HasLengths: true));

    /// <summary>Takes changed parameters over into the kernels' layout.</summary>
    internal void Pack() => _network.Pack(Parameters);

    /// <summary>Runs the batch, keeping what <see cref="Backward"/> needs; returns the loss.</summary>
    /// <param name="loss">what the outputs are held to</param>
    /// <param name="inputs">as for <see cref="RnnModel.Run"/></param>
    /// <param name="targets">[T, N, target size]; many-to-one [N, target size]</param>
    /// <param name="steps">T</param>
    /// <param name="batch">N</param>
    /// <param name="lengths">[N]; empty for T</param>
    /// <param name="initialState">[N, S]; empty for zeros</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    internal double Forward(
        Loss loss, SequenceData inputs, SequenceData targets, int steps, int batch,
        ReadOnlySpan<int> lengths = default, ReadOnlySpan<float> initialState = default, long trainingStep = 0)
    {
        _takesLogits = loss.Function.TakesLogits;
        Forward(inputs, steps, batch, lengths, initialState, trainingStep);
        BackpropagationMemory memory = Memory();
        BatchOrder order = Order(memory);
        ReadOnlySpan<float> rows = targets.Values;
        if (order.Moves)
        {
            int width = loss.Function.TargetSize(Spec.OutputSize);
            Span<float> packed = memory.Targets[..(_size.OutputRows(_network) * width)];
            if (Spec.Shape == SequenceShape.ManyToOne)
            {
                order.PackRows(rows, width, packed);
            }
            else
            {
                order.Pack(rows, 0, order.Sequences.Steps, width, packed);
            }

            rows = packed;
        }

        int count = _size.OutputRows(_network);
        return loss.Function.Evaluate(memory.OutputGradient, rows, 1f / count) / count;
    }

    /// <summary>Runs the batch without a loss: gradients come by way of the final state alone.</summary>
    /// <inheritdoc cref="Forward(Loss, SequenceData, SequenceData, int, int, ReadOnlySpan{int}, ReadOnlySpan{float}, long)" path="/param"/>
    internal void ForwardToState(
        SequenceData inputs, int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> initialState, long trainingStep)
    {
        _takesLogits = true;
        Forward(inputs, steps, batch, lengths, initialState, trainingStep);
        Memory().OutputGradient.Clear();
    }

    /// <summary>Copies each sequence's state after its last step, [N, S].</summary>
    internal void CopyFinalState(Span<float> destination)
    {
        BackpropagationMemory memory = Memory();
        Order(memory).UnpackRows(memory.State, Spec.StateSize, destination);
    }

    /// <summary>Fills <see cref="Gradients"/> with those of the last forward pass.</summary>
    /// <param name="inputs">as given to it</param>
    /// <param name="inputGradient">receives ∂L/∂x, shaped as the inputs, where the scope has it; empty when not wanted</param>
    /// <param name="initialGradient">receives ∂L/∂(initial state) [N, S]; empty when not wanted</param>
    /// <param name="finalGradient">∂L/∂(final state) by other ways [N, S]; empty for zeros</param>
    internal void Backward(
        SequenceData inputs, Span<float> inputGradient = default, Span<float> initialGradient = default,
        ReadOnlySpan<float> finalGradient = default)
    {
        Gradients.All.Clear();
        BackpropagationMemory memory = Memory();
        BatchOrder order = Order(memory);
        bool feedsBack = Spec.Shape == SequenceShape.OneToMany;
        Span<float> stateGradient = feedsBack || !initialGradient.IsEmpty || !finalGradient.IsEmpty ? memory.StateGradient : [];
        if (finalGradient.IsEmpty)
        {
            stateGradient.Clear();
        }
        else
        {
            order.PackRows(finalGradient, Spec.StateSize, stateGradient);
        }

        Span<float> rowGradient = inputGradient.IsEmpty ? [] : _size.KeepsInputs(_network) ? memory.InputGradient : inputGradient;
        if (feedsBack)
        {
            BackwardFedBack(memory, order, stateGradient, rowGradient);
        }
        else
        {
            BackwardAtOnce(memory, order, inputs.Values, stateGradient, rowGradient);
        }

        if (_size.KeepsInputs(_network) && !inputGradient.IsEmpty)
        {
            inputGradient.Clear();
            int steps = feedsBack ? 1 : order.Sequences.Steps;
            order.Unpack(rowGradient, 0, steps, _network.Body.InputWidth, inputGradient);
        }

        if (!initialGradient.IsEmpty)
        {
            order.UnpackRows(stateGradient, Spec.StateSize, initialGradient);
        }
    }

    public void Dispose() => _workspace.Dispose();

    private BackpropagationMemory Memory() => new(_network, _size, _workspace.All);

    private BatchOrder Order(BackpropagationMemory memory) => new(_size.Steps, _size.Batch, memory.Lengths, memory.Order);

    private void Forward(
        SequenceData inputs, int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> initialState, long trainingStep)
    {
        _size = new BatchSize(steps, batch, lengths);
        _workspace.Reserve((int)BackpropagationMemory.Length(_network, _size));
        BackpropagationMemory memory = Memory();
        lengths.CopyTo(memory.Lengths);
        BatchOrder order = Order(memory);
        if (initialState.IsEmpty)
        {
            memory.State.Clear();
        }
        else
        {
            order.PackRows(initialState, Spec.StateSize, memory.State);
        }

        if (Spec.Shape == SequenceShape.OneToMany)
        {
            ForwardFedBack(memory, order, inputs.Values, trainingStep);
            return;
        }

        ReadOnlySpan<float> rows = inputs.Values;
        if (order.Moves)
        {
            order.Pack(rows, 0, order.Sequences.Steps, _network.Body.InputWidth, memory.Inputs);
            rows = memory.Inputs;
        }

        Span<float> outputs = _network.Body.Forward(order.Sequences, rows, memory.State, Spec.StateSize, memory.Trace, trainingStep);
        if (Spec.Shape == SequenceShape.ManyToOne)
        {
            LastRows.Gather(order.Sequences, outputs, _network.Body.OutputSize, _network.BackwardColumn, memory.Last);
            outputs = _network.Tail is { } tail
                ? tail.Forward(new Sequences(1, batch), memory.Last, [], 0, memory.TailTrace, trainingStep)
                : memory.Last;
        }

        if (!_takesLogits)
        {
            _network.Activate(outputs);
        }

        outputs.CopyTo(memory.OutputGradient);
    }

    /// <summary>A step by itself after the other, each with a piece of the trace of its own.</summary>
    private void ForwardFedBack(BackpropagationMemory memory, BatchOrder order, ReadOnlySpan<float> inputs, long trainingStep)
    {
        int width = _network.Body.InputWidth;
        Sequences sequences = order.Sequences;
        memory.Inputs[..(sequences.Batch * width)].Clear();
        if (!inputs.IsEmpty)
        {
            order.PackRows(inputs, width, memory.Inputs);
        }

        for (int step = 0; step < sequences.Steps; step++)
        {
            Sequences one = sequences.Slice(step, 1);
            int row = sequences.Start(step);
            Span<float> outputs = _network.Body.Forward(
                one, memory.Inputs.Slice(row * width, one.Rows * width), memory.State, Spec.StateSize, StepTrace(memory, step),
                DropoutStep(trainingStep, step));
            Span<float> kept = memory.OutputGradient[(row * Spec.OutputSize)..];
            if (_takesLogits)
            {
                outputs.CopyTo(kept);
            }

            _network.Activate(outputs);
            if (!_takesLogits)
            {
                outputs.CopyTo(kept);
            }

            if (step + 1 < sequences.Steps)
            {
                _network.FeedBack(outputs, sequences.Count(step + 1), memory.Inputs[(sequences.Start(step + 1) * width)..]);
            }
        }
    }

    private void BackwardAtOnce(
        BackpropagationMemory memory, BatchOrder order, ReadOnlySpan<float> inputs, Span<float> stateGradient, Span<float> inputGradient)
    {
        Sequences sequences = order.Sequences;
        LayerStack body = _network.Body;
        Span<float> gradient = memory.OutputGradient;
        if (Spec.Shape == SequenceShape.ManyToOne)
        {
            var last = new Sequences(1, _size.Batch);
            BackwardActivation(_network.Tail is null ? memory.Last : _network.Tail.Outputs(last, memory.TailTrace), gradient);
            if (_network.Tail is { } tail)
            {
                tail.Backward(last, memory.Last, memory.TailTrace, gradient, [], 0, Gradients, memory.LastGradient, memory.Scratch);
                gradient = memory.LastGradient;
            }

            memory.BodyGradient.Clear();
            LastRows.ScatterAdd(sequences, gradient, body.OutputSize, _network.BackwardColumn, memory.BodyGradient);
            gradient = memory.BodyGradient;
        }
        else
        {
            BackwardActivation(body.Outputs(sequences, memory.Trace), gradient);
        }

        body.Backward(
            sequences, order.Moves ? memory.Inputs : inputs, memory.Trace, gradient, stateGradient, Spec.StateSize, Gradients,
            inputGradient, memory.Scratch);
    }

    /// <summary>An output has two gradients, the loss's and that of the input that it has been at the next step.</summary>
    private void BackwardFedBack(BackpropagationMemory memory, BatchOrder order, Span<float> stateGradient, Span<float> inputGradient)
    {
        Sequences sequences = order.Sequences;
        int width = _network.Body.InputWidth;
        for (int step = sequences.Steps - 1; step >= 0; step--)
        {
            Sequences one = sequences.Slice(step, 1);
            int row = sequences.Start(step);
            Span<float> outputs = _network.Body.Outputs(one, StepTrace(memory, step));
            Span<float> gradient = memory.OutputGradient.Slice(row * Spec.OutputSize, one.Rows * Spec.OutputSize);
            Span<float> later = Spec.TakesIndices || step + 1 == sequences.Steps
                ? []
                : memory.InputGradient.Slice(sequences.Start(step + 1) * width, sequences.Count(step + 1) * width);
            if (_takesLogits && !later.IsEmpty)
            {
                _network.BackwardActivation(outputs[..later.Length], later);
            }

            TensorPrimitives.Add(gradient[..later.Length], later, gradient[..later.Length]);
            BackwardActivation(outputs, gradient);
            Span<float> below = Spec.TakesIndices || (step == 0 && inputGradient.IsEmpty)
                ? []
                : memory.InputGradient.Slice(row * width, one.Rows * width);
            _network.Body.Backward(
                one, memory.Inputs.Slice(row * width, one.Rows * width), StepTrace(memory, step), gradient, stateGradient, Spec.StateSize,
                Gradients, below, memory.Scratch);
        }
    }

    /// <summary>The gradient of outputs becomes that of logits, where the loss has not been computed from those.</summary>
    private void BackwardActivation(ReadOnlySpan<float> outputs, Span<float> gradient)
    {
        if (!_takesLogits)
        {
            _network.BackwardActivation(outputs, gradient);
        }
    }

    /// <summary>Steps that are run one by one drop different values.</summary>
    private static long DropoutStep(long trainingStep, int step) => trainingStep == 0 ? 0 : trainingStep + ((long)step << 32);

    private Span<float> StepTrace(BackpropagationMemory memory, int step)
    {
        int length = (int)_size.StepTraceLength(_network);
        return memory.Trace.Slice(step * length, length);
    }
}
