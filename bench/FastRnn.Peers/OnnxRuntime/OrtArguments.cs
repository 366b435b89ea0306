using System.Runtime.InteropServices;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>Names and tensors of one call as the C interface takes them; nothing is made anew from call to call.</summary>
internal sealed unsafe class OrtArguments : IDisposable
{
    private readonly OrtApi _api;
    private readonly nint _session;
    private readonly byte** _names;
    private readonly nint* _tensors;
    private readonly int _inputs;
    private readonly int _outputs;

    /// <param name="api">the functions</param>
    /// <param name="session">lives longer</param>
    /// <param name="names">of the inputs, then of the outputs</param>
    /// <param name="tensors">of each name; they live longer too</param>
    /// <param name="inputs">how many of them are inputs</param>
    internal OrtArguments(OrtApi api, nint session, string[] names, nint[] tensors, int inputs)
    {
        _api = api;
        _session = session;
        _inputs = inputs;
        _outputs = names.Length - inputs;
        _names = (byte**)NativeMemory.Alloc((nuint)names.Length, (nuint)sizeof(byte*));
        _tensors = (nint*)NativeMemory.Alloc((nuint)names.Length, (nuint)sizeof(nint));
        for (int i = 0; i < names.Length; i++)
        {
            _names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(names[i]);
            _tensors[i] = tensors[i];
        }
    }

    internal void Run() => _api.Run(_session, _names, _tensors, _inputs, _names + _inputs, _outputs, _tensors + _inputs);

    public void Dispose()
    {
        for (int i = 0; i < _inputs + _outputs; i++)
        {
            Marshal.FreeCoTaskMem((nint)_names[i]);
        }

        NativeMemory.Free(_names);
        NativeMemory.Free(_tensors);
    }
}
