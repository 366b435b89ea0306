using System.Runtime.InteropServices;
using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

internal sealed class FastRnnStream : IStream
{
    private readonly RnnSession _session;
    private readonly float[] _input;
    private readonly float[] _output;

    /// <param name="cell">of the one layer</param>
    /// <param name="hiddenSize">I = H</param>
    /// <param name="modelFile">all weights one behind the other</param>
    internal FastRnnStream(WorkCell cell, int hiddenSize, string modelFile)
    {
        ReadOnlySpan<float> weights = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(modelFile));
        _session = RnnModel.FromParameters(FastRnnPeer.Spec(cell, hiddenSize, hiddenSize), weights).CreateSession();
        _input = new float[hiddenSize];
        _output = new float[hiddenSize];
        Array.Fill(_input, 0.5f);
    }

    public void Step(int times)
    {
        for (; times > 0; times--)
        {
            _session.Step(_input, _output);
        }
    }

    public void Dispose() => _session.Dispose();
}
