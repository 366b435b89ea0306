using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>
/// A session of one work. Whole sequences have one set of arguments. Streamed steps have two for each input: one reads the first copy
/// of the state and writes the second, the other the reverse, so that the state is handed on without being copied.
/// </summary>
internal sealed unsafe class OnnxRuntimeWork : IServedWork
{
    private readonly PeerWork _work;
    private readonly OrtApi _api;
    private readonly nint _session;
    private readonly OrtTensors _tensors;

    /// <summary>For each input the calls that read one copy of the state; the next call reads the other copy.</summary>
    private readonly OrtArguments[][] _calls;

    /// <summary>h and c, if there is one: two copies of each.</summary>
    private readonly float*[][] _states;
    private readonly float[][] _initial;
    private readonly float* _outputs;
    private int _next;
    private int _copy;

    /// <param name="api">the functions</param>
    /// <param name="environment">lives longer</param>
    /// <param name="work">what the model is</param>
    /// <param name="model">the bytes of <see cref="OnnxModel.Create"/></param>
    /// <param name="inputs">[T, N, I]</param>
    /// <param name="initial">h [N, H] and, if there is one, c [N, H]</param>
    internal OnnxRuntimeWork(OrtApi api, nint environment, PeerWork work, byte[] model, float[] inputs, params float[][] initial)
    {
        _work = work;
        _api = api;
        _initial = initial;
        _session = api.CreateSession(environment, model);
        _tensors = new OrtTensors(api);
        _states = new float*[initial.Length][];
        for (int i = 0; i < initial.Length; i++)
        {
            _states[i] = [_tensors.Allocate(initial[i]), _tensors.Allocate(initial[i])];
        }

        _outputs = work.Mode == WorkMode.Step ? null : _tensors.Allocate(new float[work.Steps * work.Batch * work.HiddenSize]);
        float* from = _tensors.Allocate(inputs);
        _calls = new OrtArguments[work.Steps / work.StepsOfCall][];
        for (int i = 0; i < _calls.Length; i++)
        {
            nint x = _tensors.Over(from + i * work.InputSize, OnnxModel.Shape(work, OnnxModel.X));
            _calls[i] = [Arguments(x, from: 0), Arguments(x, from: 1)];
        }
    }

    public void RunOnce(Tensors results)
    {
        _next = _copy = 0;
        for (int i = 0; i < _states.Length; i++)
        {
            _initial[i].CopyTo(State(i, 0));
        }

        Span<float> outputs = results[WorkTensors.Outputs].Span;
        for (int call = 0; call < _calls.Length; call++)
        {
            // A sequence's calls all begin with the initial state.
            Run(1);
            if (_work.Mode == WorkMode.Step)
            {
                State(0, _copy).CopyTo(outputs[(call * _work.HiddenSize)..]);
            }
        }

        if (_outputs is not null)
        {
            new Span<float>(_outputs, outputs.Length).CopyTo(outputs);
        }

        int final = _work.Mode == WorkMode.Step ? _copy : 1;
        for (int i = 0; i < _states.Length; i++)
        {
            State(i, final).CopyTo(results[i == 0 ? WorkTensors.FinalHidden : WorkTensors.FinalMemory].Span);
        }
    }

    public void Run(long calls)
    {
        if (_work.Mode != WorkMode.Step)
        {
            OrtArguments sequence = _calls[0][0];
            for (; calls > 0; calls--)
            {
                sequence.Run();
            }

            return;
        }

        int next = _next, copy = _copy;
        for (; calls > 0; calls--)
        {
            _calls[next][copy].Run();
            copy = 1 - copy;
            next = next + 1 == _calls.Length ? 0 : next + 1;
        }

        (_next, _copy) = (next, copy);
    }

    public void Dispose()
    {
        foreach (OrtArguments[] pair in _calls)
        {
            pair[0].Dispose();
            pair[1].Dispose();
        }

        _tensors.Dispose();
        _api.ReleaseSession(_session);
    }

    /// <param name="x">the input's tensor</param>
    /// <param name="from">the copy of the state that is read; the other is written</param>
    private OrtArguments Arguments(nint x, int from)
    {
        string[] inputs = OnnxModel.InputsOf(_work), outputs = OnnxModel.OutputsOf(_work);
        string[] names = [.. inputs, .. outputs];
        var tensors = new nint[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            tensors[i] = names[i] switch
            {
                OnnxModel.X => x,
                OnnxModel.Y => _tensors.Over(_outputs, OnnxModel.Shape(_work, OnnxModel.Y)),
                OnnxModel.InitialH => StateTensor(0, from),
                OnnxModel.InitialC => StateTensor(1, from),
                OnnxModel.FinalH => StateTensor(0, 1 - from),
                _ => StateTensor(1, 1 - from),
            };
        }

        return new OrtArguments(_api, _session, names, tensors, inputs.Length);
    }

    private nint StateTensor(int part, int copy) => _tensors.Over(_states[part][copy], OnnxModel.Shape(_work, OnnxModel.InitialH));

    private Span<float> State(int part, int copy) => new(_states[part][copy], _initial[part].Length);
}
