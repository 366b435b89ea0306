using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>Streamed steps by <see cref="RnnSession.Step(ReadOnlySpan{float}, Span{float})"/>.</summary>
internal sealed class FastRnnStep : IServedWork
{
    private readonly PeerWork _work;
    private readonly RnnSession _session;
    private readonly float[] _inputs;
    private readonly float[] _initial;
    private readonly float[] _output;
    private int _next;

    internal FastRnnStep(PeerWork work, Tensors data)
    {
        _work = work;
        _session = RnnModel.FromParameters(FastRnnPeer.Spec(work), WorkTensors.Parameters(work, data)).CreateSession();
        _inputs = data[WorkTensors.Inputs].ToArray();
        _initial = StateLayout.Initial(work, data);
        _output = new float[work.HiddenSize];
    }

    public void RunOnce(Tensors results)
    {
        _session.SetState(_initial);
        _next = 0;
        Span<float> outputs = results[WorkTensors.Outputs].Span;
        for (int step = 0; step < _work.Steps; step++)
        {
            Run(1);
            _output.CopyTo(outputs[(step * _work.HiddenSize)..]);
        }

        var final = new float[_initial.Length];
        _session.CopyStateTo(final);
        StateLayout.CopyFinal(_work, final, results);
    }

    public void Run(long calls)
    {
        int width = _work.InputSize;
        int at = _next;
        for (; calls > 0; calls--)
        {
            _session.Step(_inputs.AsSpan(at, width), _output);
            at = at + width == _inputs.Length ? 0 : at + width;
        }

        _next = at;
    }

    public void Dispose() => _session.Dispose();
}
