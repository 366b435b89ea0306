using System.Buffers.Binary;
using FastRnn.Onnx.Format;
using Google.Protobuf;

namespace FastRnn.Onnx.Export;

/// <summary>Builds a graph: nodes in their order, weights, inputs and outputs.</summary>
internal sealed class GraphBuilder
{
    internal const string Time = "time", Batch = "batch";

    internal GraphProto Graph { get; } = new() { Name = "FastRnn" };

    /// <summary>The version of the operators.</summary>
    internal int OperatorSet { get; private set; } = 14;

    /// <summary>Takes a version of the operators that has all that is written.</summary>
    internal void Require(int operatorSet) => OperatorSet = Math.Max(OperatorSet, operatorSet);

    /// <summary>Adds a node, whose name is that of its first output that is not left out.</summary>
    internal void Node(
        string type, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type };
        int last = inputs.Length;
        while (inputs[last - 1].Length == 0)
        {
            last--;
        }

        foreach (string input in inputs[..last])
        {
            node.Input.Add(input);
        }

        foreach (string output in outputs)
        {
            node.Output.Add(output);
            node.Name = node.Name.Length > 0 || output.Length == 0 ? node.Name : $"{output}.{type}";
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        Graph.Node.Add(node);
    }

    /// <summary>Adds a node with one output, and returns that.</summary>
    internal string Value(string type, string output, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        Node(type, inputs, [output], attributes);
        return output;
    }

    internal string Weights(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Initializer(name, DataType.Float, bytes, shape);
    }

    internal string Integers(string name, params ReadOnlySpan<long> values) => Integers(name, values, [values.Length]);

    /// <summary>One whole number, of no dimension.</summary>
    internal string Integer(string name, long value) => Integers(name, [value], []);

    /// <param name="name">the input</param>
    /// <param name="sizes">numbers, or names for sizes that may differ from run to run</param>
    internal string Input(string name, bool isIndices, params ReadOnlySpan<object> sizes)
    {
        Graph.Input.Add(Info(name, isIndices, sizes));
        return name;
    }

    internal string Output(string name, params ReadOnlySpan<object> sizes)
    {
        Graph.Output.Add(Info(name, isIndices: false, sizes));
        return name;
    }

    internal static AttributeProto Attribute(string name, long value) => new() { Name = name, I = value, Type = AttributeType.Integer };

    internal static AttributeProto Attribute(string name, float value) => new() { Name = name, F = value, Type = AttributeType.Float };

    internal static AttributeProto Attribute(string name, string value)
        => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeType.Text };

    internal static AttributeProto Attribute(string name, long[] values)
        => new() { Name = name, Ints = { values }, Type = AttributeType.Integers };

    internal static AttributeProto Attribute(string name, float[] values)
        => new() { Name = name, Floats = { values }, Type = AttributeType.Floats };

    internal static AttributeProto Attribute(string name, string[] values)
        => new() { Name = name, Strings = { values.Select(ByteString.CopyFromUtf8) }, Type = AttributeType.Texts };

    private string Integers(string name, ReadOnlySpan<long> values, ReadOnlySpan<long> shape)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return Initializer(name, DataType.Int64, bytes, shape);
    }

    private string Initializer(string name, int type, byte[] bytes, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (long size in shape)
        {
            tensor.Dims.Add(size);
        }

        Graph.Initializer.Add(tensor);
        return name;
    }

    private static ValueInfoProto Info(string name, bool isIndices, ReadOnlySpan<object> sizes)
    {
        var shape = new TensorShapeProto();
        foreach (object size in sizes)
        {
            shape.Dim.Add(size is int number ? new DimensionProto { DimValue = number } : new DimensionProto { DimParam = (string)size });
        }

        var type = new TensorTypeProto { ElemType = isIndices ? DataType.Int64 : DataType.Float, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
