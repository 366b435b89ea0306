using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Onnx.Import;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Nodes that are made again and again of the same values, and networks of more than the library can hold.</summary>
public sealed class OnnxBudgetTests
{
    private const string Lstm = "LSTM forward B initial sequence_lens", Window = "Conv behind a window", Padded = "Conv padded";
    private const int IntegersType = 7;

    private static readonly Dictionary<string, (string Golden, Action<ModelProto> Change, string Item, string Rule)> Cases = new()
    {
        ["gathered again and again"] = (Lstm, GatherAgain, "node Gather of", "no more values"),
        ["biases again and again"] = (Lstm, AddAgain, "node Add of", "no more values"),
        ["windows again and again"] = (Window, model => SliceAgain(model, "both", "start"), "node Slice of", "no more values"),
        ["parts of a window again and again"] = (Window, model => SliceAgain(model, "final", "one"), "node Slice of", "no more values"),
        ["window of more values than the library can hold"] = (Padded, HugeWindow, "graph", "that the library can hold"),
        ["convolution of one-hot vectors"] = (Window, ConvolveVectors, "node Concat of both", "it joins other values"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_whatTakesMoreThanTheFileHas_isRefusedByName(string name)
    {
        (string golden, Action<ModelProto> change, string item, string rule) = Cases[name];
        OnnxProto.Refused(golden, change, item, rule);
    }

    /// <summary>A file that has bytes for them would be of gigabytes; here the layers share one array, and nothing is made of them.
    /// </summary>
    [Fact]
    public void PartLimits_Check_moreParametersThanABuffer_isRefused()
    {
        const int Inputs = 1 << 11, Outputs = 1 << 11, Parameters = Outputs * (Inputs + 1);
        var node = new NodeReader("model.onnx", 14, new NodeProto { OpType = "MatMul", Output = { "y" } });
        var layer = new DensePart(node, Inputs, new float[Outputs * Inputs], Bias: null, Behind: null);
        LayerPart[] most = [.. Enumerable.Repeat(layer, Array.MaxLength / Parameters)];
        PartLimits.Check(most);
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => PartLimits.Check([.. most, layer]));
        Assert.Equal("node MatMul of y", exception.Item);
        Assert.Contains($"at most {Array.MaxLength} parameters", exception.Rule, StringComparison.Ordinal);
    }

    /// <summary>The file, its messages, the values of its tensors and the network's weights as they are and packed; nothing of it twice.
    /// </summary>
    [Fact]
    public void OnnxModel_Load_largeModel_allocatesFewTimesItsBytes()
    {
        const int Size = 512;
        const double MostTimes = 5.1;
        using var folder = new TemporaryFolder();
        string path = folder["model.onnx"];
        OnnxExport.Save(RnnModel.Create(new RnnSpec(Size, Cell.Bidirectional(Cell.Lstm(Size))), seed: 4), path);
        OnnxModel.Load(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxModel.Load(path);
        double times = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)new FileInfo(path).Length;
        Assert.InRange(times, 0, MostTimes);
    }

    private static TensorProto Integers(string name, params long[] values)
        => new() { Name = name, DataType = OnnxProto.Int64, Dims = { values.Length }, Int64Data = { values } };

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Output = { output } };
        node.Input.Add(inputs);
        return node;
    }

    /// <summary>Of rows without values, so that the indices alone count.</summary>
    private static void GatherAgain(ModelProto model)
    {
        const int Indices = 100_000, Nodes = 40;
        model.Graph.Initializer.Add(new TensorProto { Name = "none", DataType = OnnxProto.Float, Dims = { 1, 0 } });
        model.Graph.Initializer.Add(Integers("indices", new long[Indices]));
        for (int i = 0; i < Nodes; i++)
        {
            model.Graph.Node.Insert(0, Node("Gather", $"made{i}", "none", "indices"));
        }
    }

    /// <summary>A bias of many features.</summary>
    private static void AddAgain(ModelProto model)
    {
        const int Hidden = 5, Features = 20_000, Nodes = 100;
        var weights = new TensorProto { Name = "wide", DataType = OnnxProto.Float, Dims = { Hidden, Features } };
        weights.FloatData.Add(new float[Hidden * Features]);
        model.Graph.Initializer.Add(weights);
        model.Graph.Initializer.Add(new TensorProto { Name = "bias", DataType = OnnxProto.Float, Dims = { Features }, FloatData = { new float[Features] } });
        model.Graph.Initializer.Add(Integers("direction", 1));
        model.Graph.Output.Clear();
        model.Graph.Output.Add(new ValueInfoProto { Name = $"sum{Nodes}" });
        model.Graph.Node.Add(Node("Squeeze", "outputs", "Y", "direction"));
        model.Graph.Node.Add(Node("MatMul", "sum0", "outputs", "wide"));
        for (int i = 0; i < Nodes; i++)
        {
            model.Graph.Node.Add(Node("Add", $"sum{i + 1}", $"sum{i}", "bias"));
        }
    }

    /// <summary>Slices of a window that is long though the file is small.</summary>
    private static void SliceAgain(ModelProto model, string sliced, string start)
    {
        const int Past = 60_000, Nodes = 20;
        model.Graph.Input.Single(input => input.Name == "window").Type.TensorType.Shape.Dim[0].DimValue = Past;
        model.Initializer("start").RawData = ByteString.CopyFrom(BitConverter.GetBytes(-(long)Past));
        model.Graph.Initializer.Add(Integers("one", 1));
        int place = model.Graph.Node.ToList().FindIndex(node => node.OpType == "Slice") + 1;
        for (int i = 0; i < Nodes; i++)
        {
            model.Graph.Node.Insert(place, Node("Slice", $"made{i}", sliced, start, "end", "axis"));
        }
    }

    private static void HugeWindow(ModelProto model)
    {
        const int Features = 40_000, Past = 1 << 16;
        NodeProto convolution = Reshape(model, Features);
        convolution.SetAttribute(new AttributeProto { Name = "dilations", Type = IntegersType, Ints = { (long)Past } });
        convolution.SetAttribute(new AttributeProto { Name = "pads", Type = IntegersType, Ints = { (long)Past, 0L } });
        model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = Features;
    }

    private static void ConvolveVectors(ModelProto model)
    {
        const int Depth = 4;
        ValueInfoProto input = model.Graph.Input.Single(input => input.Name == "X");
        input.Type.TensorType.ElemType = OnnxProto.Int64;
        input.Type.TensorType.Shape.Dim.RemoveAt(2);
        model.Graph.Initializer.Add(Integers("depth", Depth));
        model.Graph.Initializer.Add(
            new TensorProto { Name = "values", DataType = OnnxProto.Float, Dims = { 2 }, FloatData = { 0, 1 } });
        model.Graph.Node.Single(node => node.OpType == "Concat").Input[1] = "vectors";
        model.Graph.Node.Insert(0, Node("OneHot", "vectors", "X", "depth", "values"));
    }

    /// <summary>Gives the convolution weights for so many features, one output and two steps.</summary>
    private static NodeProto Reshape(ModelProto model, int features)
    {
        TensorProto weights = model.Initializer("W");
        weights.Dims.Clear();
        weights.Dims.Add([1, features, 2]);
        weights.RawData = ByteString.CopyFrom(new byte[2 * features * sizeof(float)]);
        model.Initializer("B").Dims[0] = 1;
        OnnxProto.Set(model.Initializer("B"), 0);
        return model.Graph.Node.Single(node => node.OpType == "Conv");
    }
}
