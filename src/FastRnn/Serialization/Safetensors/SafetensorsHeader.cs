using System.Buffers.Binary;
using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>
/// The header of a safetensors file: a length of eight bytes, then so many of JSON, an object with a member for each tensor. All rules of
/// the format hold for what has been read. Source: the specification and reader of huggingface/safetensors.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Bytes of the length that a file begins with.</summary>
    internal const int PrefixLength = sizeof(ulong);

    /// <summary>The longest header that the format allows.</summary>
    internal const int LargestLength = 100_000_000;

    /// <summary>The member that is no tensor.</summary>
    internal const string MetadataName = "__metadata__";

    /// <summary>More dimensions than tensors of any framework have.</summary>
    private const int LargestRank = 32;

    private readonly string _file;
    private readonly List<TensorEntry> _tensors = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file) => _file = file;

    /// <summary>The tensors, in the order of their data.</summary>
    internal IReadOnlyList<TensorEntry> Tensors => _tensors;

    internal IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The length that the first eight bytes give, checked against the file's.</summary>
    internal static int ReadLength(string file, ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < PrefixLength)
        {
            throw new FastRnnFormatException(
                file, "header", $"expected the {PrefixLength} bytes of a length, but the file has {prefix.Length}");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestLength)
        {
            throw new FastRnnFormatException(
                file, "header", $"expected a length of at most {LargestLength} bytes, but its first eight bytes say {length}");
        }

        if ((long)length > fileLength - PrefixLength)
        {
            throw new FastRnnFormatException(
                file, "header", $"expected {length} bytes, as its first eight bytes say, but {fileLength - PrefixLength} follow");
        }

        return (int)length;
    }

    /// <param name="file">for messages</param>
    /// <param name="json">the bytes behind the length</param>
    /// <param name="dataLength">the bytes behind those</param>
    internal static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            throw new FastRnnFormatException(file, "header", "expected JSON that begins with '{'");
        }

        var header = new SafetensorsHeader(file);
        try
        {
            header.ReadMembers(json);
        }
        catch (JsonException exception)
        {
            throw new FastRnnFormatException(file, "header", $"expected JSON in UTF-8: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is no UTF-8, or half of a surrogate.
            throw new FastRnnFormatException(file, "header", $"expected text in UTF-8: {exception.Message}", exception);
        }

        header.CheckOffsets(dataLength);
        return header;
    }

    private void ReadMembers(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Fault(name, "expected a name once, but it is there twice");
            }

            reader.Read();
            if (name == MetadataName)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                _tensors.Add(ReadTensor(ref reader, name));
            }
        }

        while (reader.Read())
        {
            // Nothing but blanks may follow: the reader throws at anything else.
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(reader, JsonTokenType.StartObject, MetadataName, "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            Expect(reader, JsonTokenType.String, MetadataName, $"a string for '{key}'");
            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Fault(MetadataName, $"expected '{key}' once, but it is there twice");
            }
        }
    }

    private TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        Expect(reader, JsonTokenType.StartObject, name, "an object");
        string? typeName = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            bool isNew;
            switch (key)
            {
                case "dtype":
                    Expect(reader, JsonTokenType.String, name, "a string for 'dtype'");
                    isNew = typeName is null;
                    typeName = reader.GetString();
                    break;
                case "shape":
                    isNew = shape is null;
                    shape = ReadNumbers(ref reader, name, key, LargestRank);
                    break;
                case "data_offsets":
                    isNew = offsets is null;
                    offsets = ReadNumbers(ref reader, name, key, 2);
                    break;
                default:
                    throw Fault(name, $"expected 'dtype', 'shape' and 'data_offsets', but there is '{key}'");
            }

            if (!isNew)
            {
                throw Fault(name, $"expected '{key}' once, but it is there twice");
            }
        }

        if (typeName is null || shape is null || offsets is not { Length: 2 })
        {
            throw Fault(name, "expected 'dtype', 'shape' and two 'data_offsets'");
        }

        ElementType type = ElementType.Find(typeName) ?? throw Fault(name, $"expected a dtype of the format, but it is '{typeName}'");
        return Checked(name, type, shape, offsets[0], offsets[1]);
    }

    /// <summary>A tensor whose shape and offsets fit each other.</summary>
    private TensorEntry Checked(string name, ElementType type, long[] shape, long start, long end)
    {
        long count = 1, bits;
        try
        {
            foreach (long length in shape)
            {
                count = checked(count * length);
            }

            bits = checked(count * type.Bits);
        }
        catch (OverflowException exception)
        {
            throw new FastRnnFormatException(
                _file, name, $"expected a shape of fewer values, but [{string.Join(", ", shape)}] overflows", exception);
        }

        if (bits % 8 != 0)
        {
            throw Fault(name, $"expected whole bytes, but {count} values of {type.Name} take {bits} bits");
        }

        return end - start == bits / 8
            ? new TensorEntry(this, name, type, shape, count, start, end)
            : throw Fault(
                name,
                $"expected {bits / 8} bytes for {type.Name} [{string.Join(", ", shape)}], "
                + $"but its offsets {start} and {end} give {end - start}");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string key, int largestCount)
    {
        Expect(reader, JsonTokenType.StartArray, name, $"an array for '{key}'");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Fault(name, $"expected whole numbers from 0 to {long.MaxValue} for '{key}'");
            }

            if (numbers.Count == largestCount)
            {
                throw Fault(name, $"expected at most {largestCount} numbers for '{key}', but there are more");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>Data without holes and overlaps, to the end of the file.</summary>
    private void CheckOffsets(long dataLength)
    {
        _tensors.Sort((a, b) => (a.Start, a.End).CompareTo((b.Start, b.End)));
        long end = 0;
        foreach (TensorEntry tensor in _tensors)
        {
            if (tensor.Start != end)
            {
                throw Fault(
                    tensor.Name,
                    $"expected data from byte {end} on, where that of the tensor before it ends, but it begins at {tensor.Start}");
            }

            end = tensor.End;
        }

        if (end != dataLength)
        {
            throw new FastRnnFormatException(
                _file, null, $"expected {end} bytes of data, as the header says, but there are {dataLength}");
        }
    }

    private void Expect(in Utf8JsonReader reader, JsonTokenType type, string item, string what)
    {
        if (reader.TokenType != type)
        {
            throw Fault(item, $"expected {what}, but there is {reader.TokenType}");
        }
    }

    private FastRnnFormatException Fault(string item, string rule) => new(_file, item, rule);
}
