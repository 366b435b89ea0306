using System.Numerics.Tensors;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>A batch's way through a network that is trained, forwards and back: all steps at once, or, where outputs are fed back, a step
/// after the other.</summary>
internal readonly ref struct BatchPass
{
    private readonly Network _network;
    private readonly BatchSize _size;
    private readonly BackpropagationMemory _memory;
    private readonly BatchOrder _order;
    private readonly bool _takesLogits;

    /// <param name="network">the layers</param>
    /// <param name="size">how large the batch is</param>
    /// <param name="memory">with the state that the sequences start from</param>
    /// <param name="order">of the batch</param>
    /// <param name="takesLogits">whether the loss is computed before the activation of the outputs</param>
    internal BatchPass(Network network, BatchSize size, BackpropagationMemory memory, BatchOrder order, bool takesLogits)
    {
        _network = network;
        _size = size;
        _memory = memory;
        _order = order;
        _takesLogits = takesLogits;
    }

    /// <summary>Leaves outputs, or logits, in the place of their gradients.</summary>
    /// <param name="inputs">the caller's</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    internal void Forward(ReadOnlySpan<float> inputs, long trainingStep)
    {
        if (_network.Spec.Shape == SequenceShape.OneToMany)
        {
            ForwardFedBack(inputs, trainingStep);
        }
        else
        {
            ForwardAtOnce(inputs, trainingStep);
        }
    }

    /// <summary>From the gradients of outputs, or logits, to all others.</summary>
    /// <param name="inputs">the caller's</param>
    /// <param name="stateGradient">[N, S], of the last states in, of the first ones out; empty when not wanted</param>
    /// <param name="gradients">added to</param>
    /// <param name="inputGradient">in the order of the layers; empty when not wanted</param>
    internal void Backward(
        ReadOnlySpan<float> inputs, Span<float> stateGradient, ParameterBuffer gradients, Span<float> inputGradient)
    {
        if (_network.Spec.Shape == SequenceShape.OneToMany)
        {
            BackwardFedBack(stateGradient, gradients, inputGradient);
        }
        else
        {
            BackwardAtOnce(inputs, stateGradient, gradients, inputGradient);
        }
    }

    private void ForwardAtOnce(ReadOnlySpan<float> inputs, long trainingStep)
    {
        ReadOnlySpan<float> rows = inputs;
        if (_order.Moves)
        {
            _order.Pack(rows, 0, _order.Sequences.Steps, _network.Body.InputWidth, _memory.Inputs);
            rows = _memory.Inputs;
        }

        Span<float> outputs = _network.Body.Forward(
            _order.Sequences, rows, _memory.State, _network.Spec.StateSize, _memory.Trace, trainingStep);
        if (_network.Spec.Shape == SequenceShape.ManyToOne)
        {
            LastRows.Gather(_order.Sequences, outputs, _network.Body.OutputSize, _network.ReverseColumn, _memory.Last);
            outputs = _network.Tail is { } tail
                ? tail.Forward(new Sequences(1, _size.Batch), _memory.Last, [], 0, _memory.TailTrace, trainingStep)
                : _memory.Last;
        }

        if (!_takesLogits)
        {
            _network.Activate(outputs);
        }

        outputs.CopyTo(_memory.OutputGradient);
    }

    /// <summary>A step by itself after the other, each with a piece of the trace of its own.</summary>
    private void ForwardFedBack(ReadOnlySpan<float> inputs, long trainingStep)
    {
        int width = _network.Body.InputWidth;
        Sequences sequences = _order.Sequences;
        _memory.Inputs[..(sequences.Batch * width)].Clear();
        if (!inputs.IsEmpty)
        {
            _order.PackRows(inputs, width, _memory.Inputs);
        }

        for (int step = 0; step < sequences.Steps; step++)
        {
            Sequences one = sequences.Slice(step, 1);
            int row = sequences.Start(step);
            Span<float> outputs = _network.Body.Forward(
                one, _memory.Inputs.Slice(row * width, one.Rows * width), _memory.State, _network.Spec.StateSize, StepTrace(step),
                DropoutStep(trainingStep, step));
            Span<float> kept = _memory.OutputGradient[(row * _network.Spec.OutputSize)..];
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
                _network.FeedBack(outputs, sequences.Count(step + 1), _memory.Inputs[(sequences.Start(step + 1) * width)..]);
            }
        }
    }

    private void BackwardAtOnce(
        ReadOnlySpan<float> inputs, Span<float> stateGradient, ParameterBuffer gradients, Span<float> inputGradient)
    {
        Sequences sequences = _order.Sequences;
        LayerStack body = _network.Body;
        Span<float> gradient = _memory.OutputGradient;
        if (_network.Spec.Shape == SequenceShape.ManyToOne)
        {
            var last = new Sequences(1, _size.Batch);
            BackwardActivation(_network.Tail is null ? _memory.Last : _network.Tail.Outputs(last, _memory.TailTrace), gradient);
            if (_network.Tail is { } tail)
            {
                tail.Backward(last, _memory.Last, _memory.TailTrace, gradient, [], 0, gradients, _memory.LastGradient, _memory.Scratch);
                gradient = _memory.LastGradient;
            }

            _memory.BodyGradient.Clear();
            LastRows.ScatterAdd(sequences, gradient, body.OutputSize, _network.ReverseColumn, _memory.BodyGradient);
            gradient = _memory.BodyGradient;
        }
        else
        {
            BackwardActivation(body.Outputs(sequences, _memory.Trace), gradient);
        }

        body.Backward(
            sequences, _order.Moves ? _memory.Inputs : inputs, _memory.Trace, gradient, stateGradient, _network.Spec.StateSize, gradients,
            inputGradient, _memory.Scratch);
    }

    /// <summary>An output has two gradients, the loss's and that of the input that it has been at the next step.</summary>
    private void BackwardFedBack(Span<float> stateGradient, ParameterBuffer gradients, Span<float> inputGradient)
    {
        Sequences sequences = _order.Sequences;
        int width = _network.Body.InputWidth;
        for (int step = sequences.Steps - 1; step >= 0; step--)
        {
            Sequences one = sequences.Slice(step, 1);
            int row = sequences.Start(step);
            Span<float> outputs = _network.Body.Outputs(one, StepTrace(step));
            Span<float> gradient = _memory.OutputGradient.Slice(row * _network.Spec.OutputSize, one.Rows * _network.Spec.OutputSize);
            Span<float> later = _network.Spec.TakesIndices || step + 1 == sequences.Steps
                ? []
                : _memory.InputGradient.Slice(sequences.Start(step + 1) * width, sequences.Count(step + 1) * width);
            if (_takesLogits && !later.IsEmpty)
            {
                _network.BackwardActivation(outputs[..later.Length], later);
            }

            TensorPrimitives.Add(gradient[..later.Length], later, gradient[..later.Length]);
            BackwardActivation(outputs, gradient);
            Span<float> below = _network.Spec.TakesIndices || (step == 0 && inputGradient.IsEmpty)
                ? []
                : _memory.InputGradient.Slice(row * width, one.Rows * width);
            _network.Body.Backward(
                one, _memory.Inputs.Slice(row * width, one.Rows * width), StepTrace(step), gradient, stateGradient, _network.Spec.StateSize,
                gradients, below, _memory.Scratch);
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

    private Span<float> StepTrace(int step)
    {
        int length = (int)_size.StepTraceLength(_network);
        return _memory.Trace.Slice(step * length, length);
    }
}
