using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>Whole sequences by <see cref="RnnModel.Run"/>.</summary>
internal sealed class FastRnnSequence : IServedWork
{
    private readonly PeerWork _work;
    private readonly RnnModel _model;
    private readonly float[] _inputs;
    private readonly float[] _outputs;
    private readonly float[] _initial;
    private readonly float[] _final;

    internal FastRnnSequence(PeerWork work, Tensors data)
    {
        _work = work;
        _model = RnnModel.FromParameters(FastRnnPeer.Spec(work), WorkTensors.Parameters(work, data));
        _inputs = data[WorkTensors.Inputs].ToArray();
        _outputs = new float[work.Steps * work.Batch * work.HiddenSize];
        _initial = StateLayout.Initial(work, data);
        _final = new float[_initial.Length];
    }

    public void RunOnce(Tensors results)
    {
        Run(1);
        _outputs.CopyTo(results[WorkTensors.Outputs]);
        StateLayout.CopyFinal(_work, _final, results);
    }

    public void Run(long calls)
    {
        for (; calls > 0; calls--)
        {
            _model.Run(_inputs, _outputs, new() { Steps = _work.Steps, Sequences = _work.Batch }, _initial, _final);
        }
    }

    public void Dispose()
    {
    }
}
