using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>ONNX Runtime on the CPU, by its C interface.</summary>
internal sealed class OnnxRuntimePeer : IServedPeer
{
    private readonly OrtApi _api;
    private readonly nint _environment;

    /// <param name="library">path of its shared library</param>
    internal OnnxRuntimePeer(string library)
    {
        _api = OrtApi.Load(library);
        _environment = _api.CreateEnvironment();
    }

    public string Version => $"ONNX Runtime {_api.LibraryVersion}";

    /// <summary>Of the calling side and, where they are counted, of the library.</summary>
    public long? AllocatedBytes => GC.GetAllocatedBytesForCurrentThread() + NativeHeap.AllocatedBytes();

    public string? Refusal(PeerWork work) => work.Mode == WorkMode.Train ? "the runtime for inference has no training" : null;

    public IServedWork Prepare(PeerWork work, Tensors data)
    {
        float[] hidden = data[WorkTensors.InitialHidden].ToArray();
        float[][] initial = work.HasMemory ? [hidden, data[WorkTensors.InitialMemory].ToArray()] : [hidden];
        return Prepare(work, OnnxModel.Create(work, data), data[WorkTensors.Inputs].ToArray(), initial);
    }

    /// <summary>The same of a model that is there already.</summary>
    /// <param name="work">what the model is</param>
    /// <param name="model">the bytes of <see cref="OnnxModel.Create"/></param>
    /// <param name="inputs">[T, N, I]</param>
    /// <param name="initial">h [N, H] and, if there is one, c [N, H]</param>
    internal OnnxRuntimeWork Prepare(PeerWork work, byte[] model, float[] inputs, params float[][] initial)
        => new(_api, _environment, work, model, inputs, initial);

    public void Dispose() => _api.ReleaseEnvironment(_environment);
}
