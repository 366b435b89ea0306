using System.Runtime.InteropServices;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>Buffers that begin on a cache line, and tensors over them or parts of them.</summary>
internal sealed unsafe class OrtTensors : IDisposable
{
    private readonly OrtApi _api;
    private readonly nint _memoryInfo;
    private readonly List<nint> _buffers = [];
    private readonly List<nint> _tensors = [];

    internal OrtTensors(OrtApi api)
    {
        _api = api;
        _memoryInfo = api.CreateMemoryInfo();
    }

    /// <summary>A buffer with values.</summary>
    internal float* Allocate(ReadOnlySpan<float> values)
    {
        const int CacheLine = 64;
        nuint bytes = (nuint)values.Length * sizeof(float);
        var buffer = (float*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        _buffers.Add((nint)buffer);
        values.CopyTo(new Span<float>(buffer, values.Length));
        return buffer;
    }

    internal nint Over(float* values, ReadOnlySpan<long> shape)
    {
        nint tensor = _api.CreateTensor(_memoryInfo, values, shape);
        _tensors.Add(tensor);
        return tensor;
    }

    public void Dispose()
    {
        _tensors.ForEach(_api.ReleaseTensor);
        _buffers.ForEach(buffer => NativeMemory.AlignedFree((void*)buffer));
        _api.ReleaseMemoryInfo(_memoryInfo);
    }
}
