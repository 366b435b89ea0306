using System.Runtime.InteropServices;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>
/// The few functions of ONNX Runtime's C interface that the comparison needs. Its library exports one function, which leads to a table of
/// all others; a function's place in the table never changes.
/// </summary>
internal sealed unsafe class OrtApi
{
    /// <summary>The first version of the table has all places that are used here.</summary>
    private const uint Version = 1;

    private readonly nint* _table;

    private OrtApi(nint* table, string version)
    {
        _table = table;
        LibraryVersion = version;
    }

    internal string LibraryVersion { get; }

    /// <exception cref="InvalidOperationException">The library can't be loaded, or is another one.</exception>
    internal static OrtApi Load(string path)
    {
        try
        {
            nint library = NativeLibrary.Load(path);
            var getBase = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
            nint* functions = getBase();
            var getTable = (delegate* unmanaged<uint, nint*>)functions[0];
            var getVersion = (delegate* unmanaged<byte*>)functions[1];
            nint* table = getTable(Version);
            return table is null
                ? throw new InvalidOperationException("ONNX Runtime has no function table of version 1.")
                : new OrtApi(table, Text(getVersion()));
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException($"ONNX Runtime can't be loaded: {exception.Message}", exception);
        }
    }

    /// <summary>The environment that sessions share; logs errors alone.</summary>
    internal nint CreateEnvironment()
    {
        const int Errors = 3;
        nint environment;
        fixed (byte* name = "FastRnn.Peers\0"u8)
        {
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)_table[3])(Errors, name, &environment));
        }

        return environment;
    }

    /// <summary>A session of one thread, with all optimizations of the graph.</summary>
    internal nint CreateSession(nint environment, ReadOnlySpan<byte> model)
    {
        const int AllOptimizations = 99;
        nint options, session;
        Check(((delegate* unmanaged<nint*, nint>)_table[10])(&options));
        try
        {
            Check(((delegate* unmanaged<nint, int, nint>)_table[23])(options, AllOptimizations));
            Check(((delegate* unmanaged<nint, int, nint>)_table[24])(options, 1));
            Check(((delegate* unmanaged<nint, int, nint>)_table[25])(options, 1));
            fixed (byte* bytes = model)
            {
                Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)_table[8])(
                    environment, bytes, (nuint)model.Length, options, &session));
            }

            return session;
        }
        finally
        {
            Release(100, options);
        }
    }

    /// <summary>Where tensors of the caller's memory lie.</summary>
    internal nint CreateMemoryInfo()
    {
        const int DeviceAllocator = 0, DefaultMemory = 0;
        nint info;
        Check(((delegate* unmanaged<int, int, nint*, nint>)_table[69])(DeviceAllocator, DefaultMemory, &info));
        return info;
    }

    /// <summary>A tensor of floats over memory that outlives it.</summary>
    internal nint CreateTensor(nint memoryInfo, float* values, ReadOnlySpan<long> shape)
    {
        const int Float = 1;
        nuint bytes = sizeof(float);
        foreach (long dimension in shape)
        {
            bytes *= (nuint)dimension;
        }

        nint tensor;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<nint, float*, nuint, long*, nuint, int, nint*, nint>)_table[49])(
                memoryInfo, values, bytes, dimensions, (nuint)shape.Length, Float, &tensor));
        }

        return tensor;
    }

    /// <summary>Runs a session into outputs that are there already.</summary>
    internal void Run(nint session, byte** inputNames, nint* inputs, int inputCount, byte** outputNames, int outputCount, nint* outputs)
        => Check(((delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)_table[9])(
            session, 0, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs));

    internal void ReleaseEnvironment(nint environment) => Release(92, environment);

    internal void ReleaseMemoryInfo(nint info) => Release(94, info);

    internal void ReleaseSession(nint session) => Release(95, session);

    internal void ReleaseTensor(nint tensor) => Release(96, tensor);

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private void Release(int place, nint handle)
    {
        if (handle != 0)
        {
            ((delegate* unmanaged<nint, void>)_table[place])(handle);
        }
    }

    /// <summary>A status is 0 where all went well.</summary>
    private void Check(nint status)
    {
        if (status != 0)
        {
            string message = Text(((delegate* unmanaged<nint, byte*>)_table[2])(status));
            Release(93, status);
            throw new InvalidOperationException($"ONNX Runtime: {message}");
        }
    }
}
