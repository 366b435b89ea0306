using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>A graph made here, with the input x [time, batch, 3] unless other sizes are given, and weights W, R and B of a GRU of four
/// units.</summary>
internal sealed class SmallGraph
{
    internal const int Inputs = 3, Hidden = 4;
    private const int Seed = 21, FloatType = 1, FloatsType = 6, IntegersType = 7, TextType = 3;

    internal SmallGraph(int opset = 14, int directions = 1, params object[] sizes)
    {
        Proto.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        Proto.Graph.Input.Add(Info("x", sizes.Length > 0 ? sizes : ["time", "batch", Inputs]));
        Floats("W", [directions, 3 * Hidden, Inputs]);
        Floats("R", [directions, 3 * Hidden, Hidden]);
        Floats("B", [directions, 6 * Hidden]);
    }

    internal ModelProto Proto { get; } = new() { Graph = new GraphProto() };

    /// <summary>Random values.</summary>
    internal float[] Floats(string name, long[] shape)
    {
        int count = 1;
        foreach (long size in shape)
        {
            count *= (int)size;
        }

        float[] values = RandomData.Uniform(Seed + Proto.Graph.Initializer.Count, count);
        Floats(name, shape, values);
        return values;
    }

    internal SmallGraph Floats(string name, long[] shape, float[] values)
    {
        Proto.Graph.Initializer.Add(
            new TensorProto { Name = name, DataType = OnnxProto.Float, Dims = { shape }, FloatData = { values } });
        return this;
    }

    internal SmallGraph Integers(string name, params long[] values)
    {
        Proto.Graph.Initializer.Add(
            new TensorProto { Name = name, DataType = OnnxProto.Int64, Dims = { values.Length }, Int64Data = { values } });
        return this;
    }

    internal SmallGraph Node(string type, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Attribute = { attributes } };
        node.Input.Add(inputs);
        node.Output.Add(output.Split(' '));
        Proto.Graph.Node.Add(node);
        return this;
    }

    /// <summary>A GRU that resets after its product, with the outputs that <paramref name="output"/> names, and its attributes.</summary>
    internal SmallGraph Gru(string input, string output, string lengths = "", string initial = "", params AttributeProto[] attributes)
        => Node(
            "GRU", [input, "W", "R", "B", lengths, initial], output, [OnnxProto.Integer("linear_before_reset", 1), .. attributes]);

    internal SmallGraph Output(string name)
    {
        Proto.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    /// <summary>The size of an axis of x as a list.</summary>
    internal SmallGraph SizeOf(long axis, string output)
        => Integers($"{output}.axis", axis).Node("Shape", ["x"], $"{output}.shape")
            .Node("Gather", [$"{output}.shape", $"{output}.axis"], output);

    internal OnnxModel Load()
    {
        using var folder = new TemporaryFolder();
        return OnnxModel.Load(folder.Write("model.onnx", Proto.ToByteArray()));
    }

    internal static AttributeProto Float(string name, float value) => new() { Name = name, Type = FloatType, F = value };

    internal static AttributeProto Floats(string name, params float[] values)
        => new() { Name = name, Type = FloatsType, Floats = { values } };

    internal static AttributeProto Integers(string name, params IEnumerable<long> values)
        => new() { Name = name, Type = IntegersType, Ints = { values } };

    internal static AttributeProto Text(string name, string value)
        => new() { Name = name, Type = TextType, S = ByteString.CopyFromUtf8(value) };

    internal static ValueInfoProto Info(string name, object[] sizes, int type = OnnxProto.Float)
    {
        var shape = new TensorShapeProto();
        foreach (object size in sizes)
        {
            shape.Dim.Add(size is int number ? new DimensionProto { DimValue = number } : new DimensionProto { DimParam = (string)size });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = type, Shape = shape } },
        };
    }
}
