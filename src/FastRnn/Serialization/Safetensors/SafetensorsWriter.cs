using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>Writes safetensors files: all is named first, then written in the format's own order, beside the file's place, and moved there.
/// Source: the specification of huggingface/safetensors.</summary>
internal sealed class SafetensorsWriter
{
    /// <summary>What headers are filled up to a multiple of, with blanks, so that data is aligned.</summary>
    private const int HeaderAlignment = 8;

    /// <summary>Floats that are converted at a time.</summary>
    private const int ChunkLength = 16 * 1024;

    /// <summary>Floats that are written at a time where nothing is converted: a tensor may have more bytes than a span.</summary>
    private const int LongestRun = 1 << 20;

    private readonly List<(string Name, ElementType Type, int[] Shape, ReadOnlyMemory<float> Values)> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Adds a text to the metadata.</summary>
    internal void Add(string key, string value) => _metadata.Add(key, value);

    /// <summary>Adds a tensor; its values are read when the file is written.</summary>
    internal void Add(string name, ElementType type, int[] shape, ReadOnlyMemory<float> values)
    {
        long count = shape.Aggregate(1L, (product, length) => product * length);
        if (count != values.Length)
        {
            throw new ArgumentException(
                $"Expected {count} values for '{name}' [{string.Join(", ", shape)}], but got {values.Length}.", nameof(values));
        }

        if (!_names.Add(name))
        {
            throw new ArgumentException($"Expected a name that is still free, but got '{name}'.", nameof(name));
        }

        _tensors.Add((name, type, shape, values));
    }

    /// <summary>Writes the file; one that was there is replaced when all is written.</summary>
    internal void WriteTo(string path)
    {
        // By alignment first, then by name, as the format's own writer has it.
        _tensors.Sort((a, b) => a.Type.Bits != b.Type.Bits ? b.Type.Bits - a.Type.Bits : string.CompareOrdinal(a.Name, b.Name));
        byte[] header = Header();
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach ((string name, ElementType type, int[] _, ReadOnlyMemory<float> values) in _tensors)
            {
                WriteValues(stream, name, type, values.Span);
            }
        });
    }

    private static void WriteValues(FileStream stream, string name, ElementType type, ReadOnlySpan<float> values)
    {
        bool isDirect = type == ElementType.Float32 && BitConverter.IsLittleEndian;
        byte[] chunk = isDirect ? [] : ArrayPool<byte>.Shared.Rent(ChunkLength * type.Bits / 8);
        try
        {
            while (!values.IsEmpty)
            {
                ReadOnlySpan<float> run = values[..Math.Min(isDirect ? LongestRun : ChunkLength, values.Length)];
                Span<byte> bytes = chunk.AsSpan(0, isDirect ? 0 : run.Length * type.Bits / 8);
                if (!isDirect && !FloatConversion.FromFloats(type, run, bytes))
                {
                    throw new NotSupportedException(
                        $"Expected numbers within the range of {type.Name}, but one of '{name}' would become infinite.");
                }

                stream.Write(isDirect ? MemoryMarshal.AsBytes(run) : bytes);
                values = values[run.Length..];
            }
        }
        finally
        {
            if (!isDirect)
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }
    }

    /// <summary>The length and the JSON, filled up.</summary>
    private byte[] Header()
    {
        var buffer = new ArrayBufferWriter<byte>();

        // Room for the length, which is known at the end.
        buffer.Write(new byte[SafetensorsHeader.PrefixLength]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (_metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach ((string key, string value) in _metadata)
                {
                    json.WriteString(key, value);
                    CheckLength(json);
                }

                json.WriteEndObject();
            }

            long start = 0;
            foreach ((string name, ElementType type, int[] shape, ReadOnlyMemory<float> values) in _tensors)
            {
                long end = start + (long)values.Length * type.Bits / 8;
                json.WriteStartObject(name);
                json.WriteString("dtype", type.Name);
                WriteNumbers(json, "shape", shape.Select(length => (long)length));
                WriteNumbers(json, "data_offsets", [start, end]);
                json.WriteEndObject();
                CheckLength(json);
                start = end;
            }

            json.WriteEndObject();
        }

        int length = (buffer.WrittenCount + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        var header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(length - SafetensorsHeader.PrefixLength));
        return header;
    }

    /// <summary>Throws when the header becomes longer than readers take.</summary>
    private static void CheckLength(Utf8JsonWriter json)
    {
        // What is still to come, the ends of objects and blanks, is short.
        if (json.BytesCommitted + json.BytesPending > SafetensorsHeader.LargestLength - 2 * HeaderAlignment)
        {
            throw new NotSupportedException(
                $"Expected names and texts that take less than the {SafetensorsHeader.LargestLength} bytes of a safetensors header, but "
                + "those of all tensors and descriptions take more.");
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
