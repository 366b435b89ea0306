using FastRnn.Serialization;
using Google.Protobuf;

namespace FastRnn.Onnx.Format;

/// <summary>
/// Counts a file's messages before they are built: a message of two bytes becomes an object of some hundred, so a file could ask for far
/// more memory than it has bytes. So do the names of a node's inputs and outputs and an attribute's texts. Graphs within attributes are
/// refused here, and with them all recursion.
/// </summary>
internal static class MessageLimits
{
    /// <summary>The most messages and names of a file; large exported models have some ten thousand.</summary>
    internal const int LargestCount = 1_000_000;

    private enum Kind
    {
        Model, Graph, Node, Attribute, SubGraph, Tensor, SparseTensor, ValueInfo, Type, TensorType, Shape, Leaf,
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no protobuf.</exception>
    internal static void Check(string path, byte[] bytes)
    {
        int count = 0;
        using var input = new CodedInputStream(bytes);
        Walk(path, input, Kind.Model, bytes.Length, ref count);
    }

    /// <summary>Calls itself for the messages within; no kind leads back to itself, so that it goes six deep at most.</summary>
    private static void Walk(string path, CodedInputStream input, Kind kind, long end, ref int count)
    {
        Add(path, ref count);
        while (input.Position < end)
        {
            uint tag = input.ReadTag();
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                && Inner(kind, WireFormat.GetTagFieldNumber(tag)) is { } inner)
            {
                int length = input.ReadLength();
                if (inner == Kind.SubGraph)
                {
                    throw new FastRnnFormatException(
                        path, "graph", "expected nodes without graphs of their own, as If, Loop and Scan have them");
                }

                if (length < 0 || length > end - input.Position)
                {
                    throw new FastRnnFormatException(
                        path, null, $"expected a message of {length} bytes at byte {input.Position}, but its surroundings end before");
                }

                Walk(path, input, inner, input.Position + length, ref count);
            }
            else
            {
                if (IsText(kind, WireFormat.GetTagFieldNumber(tag)))
                {
                    Add(path, ref count);
                }

                input.SkipLastField();
            }
        }

        if (input.Position > end)
        {
            throw new FastRnnFormatException(path, null, $"expected a message to end at byte {end}, but it goes on to {input.Position}");
        }
    }

    private static void Add(string path, ref int count)
    {
        if (++count > LargestCount)
        {
            throw new FastRnnFormatException(path, null, $"expected at most {LargestCount} messages and names, but it has more");
        }
    }

    /// <summary>A node's inputs and outputs, an attribute's texts.</summary>
    private static bool IsText(Kind kind, int field) => (kind, field) is (Kind.Node, 1 or 2) or (Kind.Attribute, 9);

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
