using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>
/// Forward and back through the layer stack that the trainers use: no loss, no clipping, no optimizer, but the gradients of the inputs,
/// which a trainer of a single layer has no use for. Weights are packed once: packing them anew after an update is part of the update.
/// </summary>
internal sealed class FastRnnTraining : IServedWork
{
    private readonly PeerWork _work;
    private readonly Network _network;
    private readonly ParameterBuffer _gradients;
    private readonly Workspace _workspace = new();
    private readonly float[] _initial;

    private readonly Segment _inputs, _outputGradient, _changedGradient, _state, _trace, _inputGradient, _scratch;

    internal FastRnnTraining(PeerWork work, Tensors data)
    {
        _work = work;
        _network = new Network(FastRnnPeer.Spec(work), GradientScope.Inputs);
        var parameters = new ParameterBuffer(_network.Layout);
        WorkTensors.Parameters(work, data).CopyTo(parameters.All);
        _network.Pack(parameters);
        _gradients = new ParameterBuffer(_network.Layout);
        _initial = StateLayout.Initial(work, data);

        int rows = work.Steps * work.Batch;
        int length = 0;
        _inputs = Reserve(rows * work.InputSize);
        _outputGradient = Reserve(rows * work.HiddenSize);
        _changedGradient = Reserve(rows * work.HiddenSize);
        _state = Reserve(_initial.Length);
        _trace = Reserve((int)_network.Layers.TraceLength(new TraceSize(rows, work.Batch)));
        _inputGradient = Reserve(rows * work.InputSize);
        _scratch = Reserve((int)_network.Layers.BackwardScratchLength(new TraceSize(rows, work.Batch)));
        _workspace.Reserve(length);
        data[WorkTensors.Inputs].Span.CopyTo(_workspace[_inputs]);
        data[WorkTensors.OutputGradient].Span.CopyTo(_workspace[_outputGradient]);

        Segment Reserve(int count)
        {
            var segment = new Segment(length, count);
            length += (int)SpanAllocator.LengthOf(count);
            return segment;
        }
    }

    public void RunOnce(Tensors results)
    {
        Forward().CopyTo(results[WorkTensors.Outputs].Span);
        StateLayout.CopyFinal(_work, _workspace[_state], results);
        Backward();
        _workspace[_inputGradient].CopyTo(results[WorkTensors.InputGradient].Span);
        _gradients.All.CopyTo(WorkTensors.ParameterGradients(_work, results));
    }

    public void Run(long calls)
    {
        for (; calls > 0; calls--)
        {
            Forward();
            Backward();
        }
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>Returns where the outputs [T, N, H] stand.</summary>
    private Span<float> Forward()
    {
        Span<float> state = _workspace[_state];
        _initial.CopyTo(state);
        return _network.Layers.Forward(
            new ForwardPass(new Sequences(_work.Steps, _work.Batch)) { TrainingStepNumber = 1 }, _workspace[_inputs],
            new StateRows(state, _network.Spec.StateSize), _workspace[_trace]);
    }

    /// <summary>It adds to gradients, and changes the one that it is given.</summary>
    private void Backward()
    {
        _gradients.All.Clear();
        _workspace[_outputGradient].CopyTo(_workspace[_changedGradient]);
        _network.Layers.Backward(
            new Sequences(_work.Steps, _work.Batch), _workspace[_inputs], _workspace[_trace], _workspace[_changedGradient], default,
            _gradients, _workspace[_inputGradient], _workspace[_scratch]);
    }
}
