using FastRnn.Peers.OnnxRuntime;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

internal sealed class OnnxRuntimeStream : IStream
{
    private readonly OnnxRuntimePeer _peer;
    private readonly OnnxRuntimeWork _work;

    /// <param name="work">of streamed steps with one input</param>
    /// <param name="modelFile">an ONNX model</param>
    /// <param name="library">ONNX Runtime's</param>
    internal OnnxRuntimeStream(PeerWork work, string modelFile, string library)
    {
        _peer = new OnnxRuntimePeer(library);
        var input = new float[work.InputSize];
        Array.Fill(input, 0.5f);
        float[][] initial = new float[work.HasMemory ? 2 : 1][];
        Array.Fill(initial, new float[work.HiddenSize]);
        _work = _peer.Prepare(work, File.ReadAllBytes(modelFile), input, initial);
    }

    public void Step(int times) => _work.Run(times);

    public void Dispose()
    {
        _work.Dispose();
        _peer.Dispose();
    }
}
