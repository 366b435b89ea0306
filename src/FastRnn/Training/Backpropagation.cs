using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Weights that are being trained and back-propagation through time over them: forward keeps every activation, the loss turns the
/// outputs into their gradients, backward fills <see cref="Gradients"/>.
/// </summary>
internal sealed class Backpropagation : IDisposable
{
    private readonly Workspace _workspace = new();
    private BatchSize _size;
    private bool _takesLogits;

    /// <param name="spec">what the network is</param>
    /// <param name="parameters">all weights and biases, to be copied</param>
    /// <param name="scope">whether <see cref="Backward"/> can give the gradients of the inputs too</param>
    internal Backpropagation(RnnSpec spec, ReadOnlySpan<float> parameters, GradientScope scope = GradientScope.Parameters)
    {
        Network = new Network(spec, scope);
        Parameters = new ParameterBuffer(Network.Layout);
        Gradients = new ParameterBuffer(Network.Layout);
        parameters.CopyTo(Parameters.All);
        Pack();
    }

    internal RnnSpec Spec => Network.Spec;

    /// <summary>The layers with the weights as they are now.</summary>
    internal Network Network { get; }

    internal ParameterBuffer Parameters { get; }

    internal ParameterBuffer Gradients { get; }

    /// <summary>The sum of weights that the last loss is the mean over.</summary>
    internal double LossWeight { get; private set; }

    /// <summary>The floats that a batch takes; may be more than a buffer can hold.</summary>
    internal long WorkspaceLength(BatchShape shape, MemorySize attended = default)
        => (long)shape.Steps * shape.Sequences is var rows && rows > Guard.LargestBuffer
            ? rows
            : GradientMemory.Length(Network, new BatchSize(shape) { Memory = attended });

    /// <summary>Takes changed parameters over into the kernels' layout.</summary>
    internal void Pack() => Network.Pack(Parameters);

    /// <summary>Runs the batch, keeping what <see cref="Backward"/> needs; returns the loss.</summary>
    /// <param name="loss">what the outputs are held to</param>
    /// <param name="inputs">as for <see cref="RnnModel.Run"/></param>
    /// <param name="targets">[T, N, target size]; many-to-one [N, target size]</param>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="initialState">[N, S]; empty for zeros</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    /// <param name="attended">what the sequences attend to</param>
    /// <param name="weights">of the targets, [T, N] or, many-to-one, [N]; empty where all are 1</param>
    internal double Forward(
        LossFunction loss, SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> initialState = default,
        long trainingStep = 0, AttentionMemory attended = default, ReadOnlySpan<float> weights = default)
    {
        GradientMemory memory = Forward(inputs, shape, initialState, loss.TakesLogits, trainingStep, attended);
        BatchOrder order = memory.Pass.Order(_size);
        if (order.Moves)
        {
            int count = GradientMemory.OutputRows(Spec, _size), width = loss.GetTargetSize(Spec.OutputSize);
            int steps = Spec.OutputSteps(order.Sequences.Steps);
            Span<float> packed = memory.Targets[..(count * width)];
            order.Pack(targets.Values, 0, steps, width, packed);
            targets = targets.IsIndices ? MemoryMarshal.Cast<float, int>(packed) : packed;
            if (!weights.IsEmpty)
            {
                order.Pack(weights, 0, steps, 1, memory.TargetWeights);
                weights = memory.TargetWeights;
            }
        }

        Sequences sequences = Spec.HasOneOutput ? order.Sequences.Reduced : order.Sequences;
        LossValue value = loss.MeanOf(new LossBatch(memory.OutputGradient, Spec.OutputSize, targets, weights, sequences));
        LossWeight = value.Weight;
        return value.Mean;
    }

    /// <summary>Runs the batch without a loss: gradients come by way of the final state and, where they are wanted, the outputs.</summary>
    /// <param name="inputs">as for <see cref="RnnModel.Run"/></param>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="initialState">[N, S]; empty for zeros</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    /// <param name="outputs">receives the outputs [T, N, O], zeros beyond a sequence's end; empty when not wanted</param>
    internal void ForwardToState(
        SequenceData inputs, BatchShape shape, ReadOnlySpan<float> initialState, long trainingStep, Span<float> outputs = default)
    {
        GradientMemory memory = Forward(inputs, shape, initialState, takesLogits: outputs.IsEmpty, trainingStep, default);
        if (!outputs.IsEmpty)
        {
            BatchOrder order = memory.Pass.Order(_size);
            outputs.Clear();
            order.Unpack(memory.OutputGradient, 0, order.Sequences.Steps, Spec.OutputSize, outputs);
        }

        memory.OutputGradient.Clear();
    }

    /// <summary>Copies each sequence's state after its last step, [N, S].</summary>
    internal void CopyFinalState(Span<float> destination)
    {
        NetworkPass pass = Memory().Pass;
        pass.Order(_size).Unpack(pass.State, 0, 1, Spec.StateSize, destination);
    }

    /// <summary>Fills <see cref="Gradients"/> with those of the last forward pass.</summary>
    /// <param name="inputs">as given to it</param>
    /// <param name="inputGradient">receives ∂L/∂x, shaped as the inputs, where the scope has it; empty when not wanted</param>
    /// <param name="initialGradient">receives ∂L/∂(initial state) [N, S]; empty when not wanted</param>
    /// <param name="finalGradient">∂L/∂(final state) by other ways [N, S]; empty for zeros</param>
    /// <param name="outputGradient">∂L/∂outputs [T, N, O] after a pass without a loss; empty for zeros</param>
    /// <param name="attended">as given to the forward pass; its gradient is added to</param>
    internal void Backward(
        SequenceData inputs, Span<float> inputGradient = default, Span<float> initialGradient = default,
        ReadOnlySpan<float> finalGradient = default, ReadOnlySpan<float> outputGradient = default, AttentionMemory attended = default)
    {
        Gradients.All.Clear();
        GradientMemory memory = Memory();
        BatchOrder order = memory.Pass.Order(_size).Attending(attended);
        if (!outputGradient.IsEmpty)
        {
            order.Pack(outputGradient, 0, order.Sequences.Steps, Spec.OutputSize, memory.OutputGradient);
        }

        bool wantsState = Spec.FeedsBack || !initialGradient.IsEmpty || !finalGradient.IsEmpty;
        Span<float> stateGradient = wantsState ? memory.StateGradient : [];
        if (finalGradient.IsEmpty)
        {
            stateGradient.Clear();
        }
        else
        {
            order.Pack(finalGradient, 0, 1, Spec.StateSize, stateGradient);
        }

        bool movesInputs = NetworkPass.MovesInputs(Spec, _size);
        Span<float> rowGradient = inputGradient.IsEmpty ? [] : movesInputs ? memory.InputGradient : inputGradient;
        Propagate(memory, order, inputs.Values, stateGradient, rowGradient);
        if (movesInputs && !inputGradient.IsEmpty)
        {
            inputGradient.Clear();
            order.Unpack(
                memory.InputGradient, 0, Spec.InputSteps(order.Sequences.Steps), Network.Layers.InputWidth, inputGradient);
        }

        if (!initialGradient.IsEmpty)
        {
            order.Unpack(stateGradient, 0, 1, Spec.StateSize, initialGradient);
        }
    }

    public void Dispose() => _workspace.Dispose();

    private GradientMemory Memory()
    {
        var memory = new SpanAllocator(_workspace.All);
        return new GradientMemory(Network, _size, ref memory);
    }

    /// <summary>Leaves outputs, or logits, in the place of their gradients.</summary>
    private GradientMemory Forward(
        SequenceData inputs, BatchShape shape, ReadOnlySpan<float> initialState, bool takesLogits, long trainingStep,
        AttentionMemory attended)
    {
        _takesLogits = takesLogits;
        _size = new BatchSize(shape) { Memory = attended.Size };
        _workspace.Reserve((int)WorkspaceLength(shape, attended.Size));
        GradientMemory memory = Memory();
        BatchOrder order = memory.Pass.Begin(shape, initialState).Attending(attended);
        memory.Pass.Forward(
            order, inputs, memory.OutputGradient, isSorted: true, activates: !takesLogits, trainingStep);
        return memory;
    }

    /// <summary>From the gradients of outputs, or logits, to all others; all steps at once, or, where outputs are fed back, one by one. An
    /// output that is fed back has two gradients, the loss's and that of the input that it has been at the next step.</summary>
    /// <param name="stateGradient">[N, S], of the last states in, of the first ones out; empty when not wanted</param>
    /// <param name="inputGradient">[R, I]; empty when not wanted</param>
    private void Propagate(
        in GradientMemory memory, in BatchOrder order, ReadOnlySpan<float> inputs, Span<float> stateGradient, Span<float> inputGradient)
    {
        Sequences sequences = order.Sequences;
        int width = Network.Layers.InputWidth, count = Math.Min(memory.Pass.StepsAtOnce, sequences.Steps);
        bool feedsBack = Spec.FeedsBack && !Spec.TakesIndices;
        for (int start = sequences.Steps - count; start >= 0; start -= count)
        {
            Sequences part = sequences.Slice(start, count);
            Span<float> trace = memory.Pass.TraceOf(start);
            Span<float> outputs = Network.Layers.Outputs(part, trace);
            Span<float> gradient = memory.OutputGradient.Slice(sequences.Start(start) * Spec.OutputSize, outputs.Length);
            if (feedsBack && start + 1 < sequences.Steps)
            {
                Span<float> later = memory.InputGradient.Slice(
                    sequences.Start(start + 1) * width, sequences.Count(start + 1) * width);
                if (_takesLogits)
                {
                    Network.BackwardActivation(outputs[..later.Length], later);
                }

                TensorPrimitives.Add(gradient[..later.Length], later, gradient[..later.Length]);
            }

            if (!_takesLogits)
            {
                Network.BackwardActivation(outputs, gradient);
            }

            Span<float> below = feedsBack ? memory.InputGradient.Slice(sequences.Start(start) * width, part.Rows * width) : inputGradient;
            Network.Layers.Backward(
                part, memory.Pass.InputsOf(order, inputs, start, count), trace, gradient, new StateRows(stateGradient, Spec.StateSize),
                Gradients, below, memory.Scratch);
        }
    }
}
