using FastRnn.Serialization;
using Google.Protobuf;

namespace FastRnn.Onnx.Format;

/// <summary>
/// Counts a file's messages before they are built: a message of two bytes becomes an object of about a hundred, so that a small file could
/// take much memory. The same holds for the names of a node's inputs and outputs, an attribute's texts and numbers, and a tensor's
/// dimensions; a tensor may not have more values than its dimensions say. Graphs within attributes, the only recursion, are refused here.
/// </summary>
internal sealed class MessageLimits
{
    /// <summary>The most messages, names and numbers of attributes in a file; large exported models have about ten thousand.</summary>
    internal const int LargestCount = 1_000_000;

    private readonly string _path;
    private readonly byte[] _bytes;
    private readonly CodedInputStream _input;
    private int _count;

    private MessageLimits(string path, byte[] bytes, CodedInputStream input)
    {
        _path = path;
        _bytes = bytes;
        _input = input;
    }

    private enum Kind
    {
        Model, Graph, Node, Attribute, SubGraph, Tensor, SparseTensor, ValueInfo, Type, TensorType, Shape, Leaf,
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no protobuf.</exception>
    internal static void Check(string path, byte[] bytes)
    {
        using var input = new CodedInputStream(bytes);
        new MessageLimits(path, bytes, input).Walk(Kind.Model, bytes.Length);
    }

    /// <summary>Calls itself for the messages within; no kind contains itself, so that it goes six deep at most.</summary>
    private void Walk(Kind kind, long end)
    {
        Add(1);
        var tensor = new TensorCount();
        while (_input.Position < end)
        {
            uint tag = _input.ReadTag();
            int field = WireFormat.GetTagFieldNumber(tag);
            bool hasLength = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;
            if (hasLength && Inner(kind, field) is { } inner)
            {
                int length = _input.ReadLength();
                if (inner == Kind.SubGraph)
                {
                    throw Refused("graph", "expected nodes without graphs of their own, as If, Loop and Scan have them");
                }

                if (length < 0 || length > end - _input.Position)
                {
                    throw Refused(null, $"expected a message of {length} bytes at byte {_input.Position}, but its surroundings end before");
                }

                Walk(inner, _input.Position + length);
                continue;
            }

            ReadOnlySpan<byte> content = Skip(hasLength);
            if (kind == Kind.Tensor)
            {
                tensor.Take(field, hasLength, content);
            }

            Add(Counted(kind, field, hasLength, content));
        }

        if (_input.Position > end)
        {
            throw Refused(null, $"expected a message to end at byte {end}, but it goes on to {_input.Position}");
        }

        // Dimensions that no array has are refused when the tensor is read; until then it may not have many values.
        long most = tensor.Expected ?? LargestCount;
        if (tensor.Values > most)
        {
            throw Refused($"tensor {tensor.Name}", $"expected {most} values, as its dimensions say, but it has {tensor.Values}");
        }
    }

    private FastRnnFormatException Refused(string? item, string rule) => new(_path, item, rule);

    /// <summary>A field's bytes behind its tag and, where it has one, its length.</summary>
    private ReadOnlySpan<byte> Skip(bool hasLength)
    {
        int start = (int)_input.Position;
        _input.SkipLastField();
        ReadOnlySpan<byte> content = _bytes.AsSpan(start, (int)_input.Position - start);
        return hasLength ? content[(content.IndexOfAnyInRange((byte)0, Varints.Last) + 1)..] : content;
    }

    private void Add(int count)
    {
        if (count > LargestCount - _count)
        {
            throw Refused(null, $"expected at most {LargestCount} messages and names, and numbers of attributes, but it has more");
        }

        _count += count;
    }

    /// <summary>How many names or numbers a field makes: a node's inputs and outputs, an attribute's texts, numbers of attributes and
    /// dimensions, packed or one by one.</summary>
    private static int Counted(Kind kind, int field, bool isPacked, ReadOnlySpan<byte> content) => (kind, field) switch
    {
        (Kind.Node, 1 or 2) or (Kind.Attribute, 9) => 1,
        (Kind.Attribute, 7) => isPacked ? content.Length / sizeof(float) : 1,
        (Kind.Attribute, 8) or (Kind.Tensor, 1) => isPacked ? Varints.Count(content) : 1,
        _ => 0,
    };

    private static Kind? Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 8 or 14 or 25) => Kind.Leaf,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.Graph, 11 or 12) => Kind.ValueInfo,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.SubGraph,
        (Kind.SparseTensor, 1) => Kind.Tensor,
        (Kind.Tensor, 3 or 13) => Kind.Leaf,
        (Kind.ValueInfo, 2) => Kind.Type,
        (Kind.Type, 1) => Kind.TensorType,
        (Kind.TensorType, 2) => Kind.Shape,
        (Kind.Shape, 1) => Kind.Leaf,
        _ => null,
    };
}
