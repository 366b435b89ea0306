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
    internal Backpropagation(RnnSpec spec, ReadOnlySpan<float> parameters, GradientScope scope = GradientScope.Parameters)
    {
        _network = new Network(spec, scope);
        Parameters = new ParameterBuffer(_network.Layout);
        Gradients = new ParameterBuffer(_network.Layout);
        parameters.CopyTo(Parameters.All);
        Pack();
    }

    internal RnnSpec Spec => _network.Spec;

    /// <summary>The layers with the weights as they are now.</summary>
    internal Network Network => _network;

    internal ParameterBuffer Parameters { get; }

    internal ParameterBuffer Gradients { get; }

    internal bool IsDisposed => _workspace.IsDisposed;

    /// <summary>The floats that a batch takes; may be more than a buffer can hold.</summary>
    internal long WorkspaceLength(BatchShape shape)
        => (long)shape.Steps * shape.Sequences is var rows && rows > Guard.LargestBuffer
            ? rows
            : new BackpropagationMemory(_network, new BatchSize(shape), SpanAllocator.Counting).Length;

    /// <summary>Takes changed parameters over into the kernels' layout.</summary>
    internal void Pack() => _network.Pack(Parameters);

    /// <summary>Runs the batch, keeping what <see cref="Backward"/> needs; returns the loss.</summary>
    /// <param name="loss">what the outputs are held to</param>
    /// <param name="inputs">as for <see cref="RnnModel.Run"/></param>
    /// <param name="targets">[T, N, target size]; many-to-one [N, target size]</param>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="initialState">[N, S]; empty for zeros</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    internal double Forward(
        Loss loss, SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> initialState = default,
        long trainingStep = 0)
    {
        _takesLogits = loss.Function.TakesLogits;
        Forward(inputs, shape, initialState, trainingStep);
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
    /// <inheritdoc cref="Forward(Loss, SequenceData, SequenceData, BatchShape, ReadOnlySpan{float}, long)" path="/param"/>
    internal void ForwardToState(SequenceData inputs, BatchShape shape, ReadOnlySpan<float> initialState, long trainingStep)
    {
        _takesLogits = true;
        Forward(inputs, shape, initialState, trainingStep);
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
        Pass(memory).Backward(inputs.Values, stateGradient, Gradients, rowGradient);
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

    private BackpropagationMemory Memory() => new(_network, _size, new SpanAllocator(_workspace.All));

    private BatchOrder Order(BackpropagationMemory memory)
        => new(new() { Steps = _size.Steps, Sequences = _size.Batch, Lengths = memory.Lengths }, memory.Order);

    private BatchPass Pass(BackpropagationMemory memory) => new(_network, _size, memory, Order(memory), _takesLogits);

    private void Forward(SequenceData inputs, BatchShape shape, ReadOnlySpan<float> initialState, long trainingStep)
    {
        _size = new BatchSize(shape);
        _workspace.Reserve((int)WorkspaceLength(shape));
        BackpropagationMemory memory = Memory();
        shape.Lengths.CopyTo(memory.Lengths);
        BatchOrder order = Order(memory);
        if (initialState.IsEmpty)
        {
            memory.State.Clear();
        }
        else
        {
            order.PackRows(initialState, Spec.StateSize, memory.State);
        }

        Pass(memory).Forward(inputs.Values, trainingStep);
    }
}
