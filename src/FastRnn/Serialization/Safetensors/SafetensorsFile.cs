using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastRnn.Serialization;

/// <summary>
/// A safetensors file, opened for reading: named tensors, and metadata. The header is read and held to every rule of the format when the
/// file is opened; values are read when they are asked for, straight to where they are wanted. Not for several threads at once.
/// Source: the specification of huggingface/safetensors.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>Bytes that are converted at a time.</summary>
    private const int ChunkLength = 64 * 1024;

    /// <summary>Floats that are read at a time where nothing is converted: a tensor may have more bytes than a span.</summary>
    private const int LongestRun = 1 << 20;

    /// <summary>Bytes of a header up to which they come from the pool: it keeps what it has lent.</summary>
    private const int LargestPooledLength = 1 << 20;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        _handle = handle;
        _header = header;
        _dataStart = dataStart;
    }

    /// <summary>The file's path, as given.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Tensors => _header.Tensors;

    /// <summary>The file's own texts; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">Where the file is.</param>
    /// <returns>The opened file, to be disposed.</returns>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="FastRnnFormatException">It is no safetensors file, such as a folder, a pipe or a device, or breaks a rule of the
    /// format.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RegularFile.Require(path, "header", $"that begins with the {SafetensorsHeader.PrefixLength} bytes of a length");
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            long fileLength = LengthOf(path, handle);
            var prefix = new byte[SafetensorsHeader.PrefixLength];
            int read = ReadFully(handle, prefix, 0);
            int length = SafetensorsHeader.ReadLength(path, prefix.AsSpan(0, read), fileLength);
            bool isPooled = length <= LargestPooledLength;
            byte[] json = isPooled ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
            try
            {
                Span<byte> bytes = json.AsSpan(0, length);
                if (ReadFully(handle, bytes, SafetensorsHeader.PrefixLength) < length)
                {
                    throw new FastRnnFormatException(path, "header", $"expected {length} bytes, but the file ends before");
                }

                long dataStart = SafetensorsHeader.PrefixLength + length;
                SafetensorsHeader header = SafetensorsHeader.Parse(path, bytes, fileLength - dataStart);
                return new SafetensorsFile(path, handle, header, dataStart);
            }
            finally
            {
                if (isPooled)
                {
                    ArrayPool<byte>.Shared.Return(json);
                }
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor's values, row-major; F64 is rounded to the nearest float. NaN and ∞ are read as they are.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Receives <see cref="TensorEntry.Count"/> values.</param>
    /// <exception cref="ArgumentException">The tensor is one of another file, or the length does not fit.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    /// <exception cref="FastRnnFormatException">The values are no floats (F32, F64, F16 or BF16), one is beyond all floats, or the file has
    /// become shorter.</exception>
    public void Read(TensorEntry tensor, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (tensor.Owner != _header)
        {
            throw new ArgumentException($"Expected one of the tensors of {Path}, but got {tensor} of another file.", nameof(tensor));
        }

        if (destination.Length != tensor.Count)
        {
            throw new ArgumentException(
                $"Expected {tensor.Count} values for {tensor}, but got {destination.Length}.", nameof(destination));
        }

        Read(tensor, 0, destination);
    }

    /// <summary>Closes the file. Twice does no harm.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads a run of a tensor's values, as <see cref="Read(TensorEntry, Span{float})"/> reads all.</summary>
    /// <param name="tensor">one of this file</param>
    /// <param name="first">the first value of the run</param>
    /// <param name="destination">receives the run</param>
    internal void Read(TensorEntry tensor, long first, Span<float> destination)
    {
        if (!TryRead(tensor, first, destination))
        {
            throw new FastRnnFormatException(
                Path, tensor.Name, $"expected numbers of at most {float.MaxValue:G9}, as floats can be, but one is beyond");
        }
    }

    /// <summary>Reads a run; returns whether every number is one here too, and not beyond all floats.</summary>
    /// <inheritdoc cref="Read(TensorEntry, long, Span{float})" path="/param"/>
    internal bool TryRead(TensorEntry tensor, long first, Span<float> destination)
    {
        Debug.Assert(tensor.Owner == _header && first >= 0 && first + destination.Length <= tensor.Count, "a run of the tensor");
        if (tensor.Values is { } values)
        {
            values.Value.AsSpan((int)first, destination.Length).CopyTo(destination);
            return true;
        }

        ElementType type = tensor.ElementType;
        if (!FloatConversion.IsKnown(type))
        {
            throw new FastRnnFormatException(
                Path, tensor.Name, $"expected F32, F64, F16 or BF16, but its values are {type.Name}");
        }

        int size = type.Bits / 8;
        long start = _dataStart + tensor.Start + first * size;
        bool isWithin = true;
        bool isDirect = type == ElementType.Float32 && BitConverter.IsLittleEndian;
        byte[] chunk = isDirect ? [] : ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            while (!destination.IsEmpty)
            {
                Span<float> run = destination[..Math.Min(isDirect ? LongestRun : ChunkLength / size, destination.Length)];
                Span<byte> bytes = isDirect ? MemoryMarshal.AsBytes(run) : chunk.AsSpan(0, run.Length * size);
                ReadBytes(tensor, bytes, start);
                isWithin &= isDirect || FloatConversion.ToFloats(type, bytes, run);
                destination = destination[run.Length..];
                start += bytes.Length;
            }
        }
        finally
        {
            if (!isDirect)
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }

        return isWithin;
    }

    private static long LengthOf(string path, SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException exception)
        {
            throw new FastRnnFormatException(path, null, "expected a file that can be read from any place", exception);
        }
    }

    private void ReadBytes(TensorEntry tensor, Span<byte> bytes, long start)
    {
        if (ReadFully(_handle, bytes, start) < bytes.Length)
        {
            throw new FastRnnFormatException(
                Path, tensor.Name, "expected the file as long as it was when it was opened, but it has become shorter");
        }
    }

    /// <summary>Reads until the bytes are full or the file ends; returns how many were read.</summary>
    private static int ReadFully(SafeFileHandle handle, Span<byte> bytes, long start)
    {
        int total = 0;
        while (total < bytes.Length)
        {
            int read = RandomAccess.Read(handle, bytes[total..], start + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
