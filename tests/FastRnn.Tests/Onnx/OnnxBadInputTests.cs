using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Files that are no ONNX, that ask for more than they hold, or whose graphs the library has no counterpart of.</summary>
public sealed class OnnxBadInputTests
{
    private const string Lstm = "LSTM forward B initial sequence_lens", Gru = "GRU forward B initial sequence_lens";
    private const int StringsType = 8, FloatType = 1, FloatsType = 6;
    private const int Seed = 5;

    /// <summary>What is changed of a golden model, and what the message has to name.</summary>
    private static readonly Dictionary<string, (string Golden, Action<ModelProto> Change, string Item, string Rule)> Cases = new()
    {
        ["no graph"] = (Lstm, model => model.Graph = null, "", "a model with a graph"),
        ["opset 6"] = (Lstm, model => model.OpsetImport[0].Version = 6, "opset_import", "but got 6"),
        ["opset 23"] = (Lstm, model => model.OpsetImport[0].Version = 23, "opset_import", "but got 23"),
        ["no opset"] = (Lstm, model => model.OpsetImport.Clear(), "opset_import", "but got 0"),
        ["function"] = (Lstm, model => model.Functions.Add(new FunctionProto { Name = "own" }), "function own", "without functions"),
        ["sparse"] = (
            Lstm, model => model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = new TensorProto { Name = "s" } }),
            "sparse initializer s", "dense"),
        ["unknown operator"] = (Lstm, model => model.Graph.Node[0].OpType = "Einsum", "node Einsum of Y", "got Einsum"),
        ["named node"] = (
            Lstm, model => (model.Graph.Node[0].Name, model.Graph.Node[0].OpType) = ("core", "Loop"), "node core (Loop)", "got Loop"),
        ["other domain"] = (Lstm, model => model.Graph.Node[0].Domain = "com.example", "node LSTM of Y", "com.example"),
        ["unknown attribute"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(OnnxProto.Integer("zoneout", 3)), "node LSTM of Y", "zoneout"),
        ["attribute twice"] = (
            Lstm, model => model.Graph.Node[0].Attribute.Add(model.Graph.Node[0].Attribute[0]),
            "node LSTM of Y", "direction is there twice"),
        ["attribute of another type"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(new AttributeProto { Name = "hidden_size", Type = FloatType, F = 5 }),
            "node LSTM of Y", "hidden_size"),
        ["hidden_size"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(OnnxProto.Integer("hidden_size", 6)), "node LSTM of Y", "it is 6"),
        ["direction"] = (Lstm, model => model.Graph.Node[0].SetAttribute(Text("direction", "sideways")), "node LSTM of Y", "sideways"),
        ["layout"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(OnnxProto.Integer("layout", 2)), "node LSTM of Y", "layout, but it is 2"),
        ["activations"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(Texts("activations", "HardTanh", "Tanh", "Tanh")),
            "node LSTM of Y", "HardTanh"),
        ["too few activations"] = (
            Gru, model => model.Graph.Node[0].SetAttribute(Texts("activations", "Sigmoid")), "node GRU of Y", "[Sigmoid]"),
        ["activations of too many directions"] = (
            Gru, model => model.Graph.Node[0].SetAttribute(Texts("activations", "Sigmoid", "Tanh", "Sigmoid", "Tanh")),
            "node GRU of Y", "2 activations for each direction"),
        ["activation_alpha"] = (
            Lstm,
            model =>
            {
                model.Graph.Node[0].SetAttribute(Texts("activations", "Sigmoid", "Tanh", "Affine"));
                model.Graph.Node[0].SetAttribute(Floats("activation_alpha", float.NaN));
            },
            "node LSTM of Y", "expected activations that the library has"),
        ["activation_beta in two ways"] = (
            Gru,
            model =>
            {
                model.Graph.Node[0].SetAttribute(Texts("activations", "Sigmoid", "HardSigmoid"));
                model.Graph.Node[0].SetAttribute(Floats("activation_beta", 0.25f, 0.5f));
            },
            "node GRU of Y", "activation_beta of each HardSigmoid, in the order of the activations that have one, but it is [0.25, 0.5]"),
        ["no activation_alpha"] = (
            Gru, model => model.Graph.Node[0].SetAttribute(Texts("activations", "Sigmoid", "Affine")),
            "node GRU of Y", "activation_alpha of each Affine, in the order of the activations that have one, but it is []"),
        ["clip below 0"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(new AttributeProto { Name = "clip", Type = FloatType, F = -1 }),
            "node LSTM of Y", "clip above 0, but it is -1"),
        ["another input's name"] = (Lstm, model => model.Graph.Node[0].Input[1] = "nowhere", "node LSTM of Y", "nowhere"),
        ["initializer that nobody uses"] = (
            Lstm, model => model.Graph.Initializer.Add(new TensorProto { Name = "left", DataType = 1, Dims = { 0 } }),
            "initializer left", "none uses"),
        ["initializer twice"] = (
            Lstm, model => model.Graph.Initializer.Add(model.Graph.Initializer[0]), "initializer W", "different names"),
        ["input that nobody uses"] = (
            Lstm,
            model =>
            {
                ValueInfoProto spare = model.Graph.Input[0].Clone();
                spare.Name = "spare";
                model.Graph.Input.Add(spare);
            },
            "input spare", "it is none"),
        ["output that nobody makes"] = (Lstm, model => model.Graph.Output[0].Name = "other", "output other", "what a node puts out"),
        ["no output"] = (Lstm, model => model.Graph.Output.Clear(), "graph", "they are none"),
        ["no recurrent node"] = (
            Lstm,
            model =>
            {
                model.Graph.Node.Clear();
                model.Graph.Initializer.Clear();
            },
            "graph", "RNN, LSTM or GRU"),
        ["too few values"] = (
            Lstm, model => model.Initializer("W").RawData = ByteString.CopyFrom(new byte[8]), "initializer W", "but it has 8"),
        ["dimensions that overflow"] = (
            Lstm, model => model.Initializer("W").Dims.Add([long.MaxValue, long.MaxValue]), "initializer W", "at most"),
        ["dimension below 0"] = (Lstm, model => model.Initializer("W").Dims[0] = -1, "initializer W", "none below 0"),
        ["text as weights"] = (Lstm, model => model.Initializer("W").DataType = 8, "initializer W", "data_type is 8"),
        ["weights of another shape"] = (
            Lstm,
            model =>
            {
                model.Initializer("B").Dims.Clear();
                model.Initializer("B").Dims.Add([1, 20, 2]);
            },
            "node LSTM of Y", "as B"),
        ["external data above"] = (Lstm, model => External(model, "../secret.bin"), "initializer W", "../secret.bin"),
        ["external data at the root"] = (Lstm, model => External(model, "/etc/passwd"), "initializer W", "/etc/passwd"),
        ["external data nowhere"] = (Lstm, model => External(model, "missing.bin"), "initializer W", "no such file"),
        ["external data of another length"] = (
            Lstm, model => External(model, "model.onnx", ("length", "3")), "initializer W", "its length is 3"),
        ["external data beyond the end"] = (
            Lstm, model => External(model, "model.onnx", ("offset", "9223372036854775807")),
            "initializer W", "from byte 9223372036854775807"),
        ["external data with a bad number"] = (Lstm, model => External(model, "model.onnx", ("offset", "-1")), "initializer W", "got -1"),
        ["tensor joined with itself"] = (Lstm, JoinWithItself, "node Concat of", "no more values"),
        ["states joined with themselves"] = (
            Lstm,
            model =>
            {
                var node = new NodeProto { OpType = "Concat", Attribute = { OnnxProto.Integer("axis", 0) } };
                node.Input.Add(["Y_h", "Y_h"]);
                node.Output.Add("twice");
                model.Graph.Node.Add(node);
            },
            "node Concat of twice", "leads to an output"),
        ["branch"] = (
            Lstm,
            model =>
            {
                model.Graph.Node.Add(new NodeProto { OpType = "Sigmoid", Input = { "Y" }, Output = { "left" } });
                model.Graph.Node.Add(new NodeProto { OpType = "Tanh", Input = { "Y" }, Output = { "right" } });
            },
            "node Sigmoid of left", "a node that leads to an output"),
        ["output of a lower layer"] = (
            Lstm,
            model => model.Graph.Node.Add(new NodeProto { OpType = "Sigmoid", Input = { "Y" }, Output = { "left" } }),
            "node Sigmoid of left", "a node that leads to an output"),
        ["features joined with time"] = (
            Lstm,
            model =>
            {
                model.Graph.Initializer.Add(
                    new TensorProto { Name = "shape", DataType = OnnxProto.Int64, Dims = { 2 }, Int64Data = { -1, 3 } });
                model.Graph.Node.Add(new NodeProto { OpType = "Reshape", Input = { "Y", "shape" }, Output = { "flat" } });
            },
            "node Reshape of flat", "keeps time, batch and features apart"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_whatItCanNotTake_isRefusedByName(string name)
    {
        (string golden, Action<ModelProto> change, string item, string rule) = Cases[name];
        using var folder = new TemporaryFolder();
        string path = folder.Write("model.onnx", OnnxProto.Changed(golden, change));
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Equal(path, exception.File);
        Assert.StartsWith(item, exception.Item ?? "", StringComparison.Ordinal);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_truncatedAnywhere_isRefused()
    {
        byte[] whole = OnnxGolden.Find(Gru).Model;
        using var folder = new TemporaryFolder();
        for (int length = 0; length < whole.Length - 1; length += 1 + length / 100)
        {
            string path = folder.Write("model.onnx", whole[..length]);
            Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        }
    }

    [Fact]
    public void OnnxModel_Load_bytesChanged_loadsOrIsRefused()
    {
        const int Files = 2000, Changes = 3;
        var random = new Random(Seed);
        string[] names = ["LSTM peepholes bidirectional", "torch LSTM dynamic", "torch GRU unfolded both ways"];
        using var folder = new TemporaryFolder();
        int refused = 0;
        for (int file = 0; file < Files; file++)
        {
            byte[] bytes = [.. OnnxGolden.Find(names[file % names.Length]).Model];
            for (int change = 0; change < Changes; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string path = folder.Write("model.onnx", bytes);
            try
            {
                Assert.NotNull(OnnxModel.Load(path).Model);
            }
            catch (FastRnnFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Files - 1);
    }

    [Fact]
    public void OnnxModel_Load_randomBytes_isRefused()
    {
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        for (int length = 1; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            string path = folder.Write("model.onnx", bytes);
            Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        }
    }

    [Fact]
    public void OnnxModel_Load_moreMessagesThanTheLimit_isRefusedBeforeTheyAreBuilt()
    {
        // A graph of empty nodes, two bytes each.
        byte[] nodes = [.. Enumerable.Repeat((byte[])[0x0A, 0x00], MessageLimits.LargestCount + 1).SelectMany(bytes => bytes)];
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(nodes));
        }

        using var folder = new TemporaryFolder();
        string path = folder.Write("model.onnx", stream.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Contains("messages", exception.Rule, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * stream.Length);
    }

    [Fact]
    public void OnnxModel_Load_graphsWithinGraphs_isRefused()
    {
        byte[] bytes = [];
        for (int depth = 0; depth < 2000; depth++)
        {
            // graph { node { attribute { graph … } } }, from the innermost out
            bytes = Within(1, Within(5, Within(6, bytes)));
        }

        using var folder = new TemporaryFolder();
        string path = folder.Write("model.onnx", Within(7, bytes));
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Contains("without graphs of their own", exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_externalDataByALink_isRefused()
    {
        using TemporaryFolder outside = new(), folder = new();
        outside.Write("data.bin", new byte[4 * 5 * 4 * sizeof(float)]);
        File.CreateSymbolicLink(folder["data.bin"], outside["data.bin"]);
        string path = folder.Write("model.onnx", OnnxProto.Changed(Lstm, model => External(model, "data.bin")));
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Contains("goes by a link", exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_noPathOrFile_throws()
    {
        Assert.Throws<ArgumentException>("path", () => OnnxModel.Load(""));
        Assert.Throws<FileNotFoundException>(() => OnnxModel.Load("there-is-no-such-file.onnx"));
    }

    private static void External(ModelProto model, string location, params (string Key, string Value)[] more)
    {
        TensorProto weights = model.Initializer("W");
        weights.ClearRawData();
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        weights.ExternalData.Add(more.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
    }

    private static void JoinWithItself(ModelProto model)
    {
        string before = "W";
        for (int i = 0; i < 40; i++)
        {
            var node = new NodeProto { OpType = "Concat", Attribute = { OnnxProto.Integer("axis", 1) } };
            node.Input.Add([before, before]);
            node.Output.Add($"W{i}");
            model.Graph.Node.Insert(i, node);
            before = $"W{i}";
        }
    }

    private static AttributeProto Text(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = 3 };

    private static AttributeProto Texts(string name, params string[] values)
        => new() { Name = name, Strings = { values.Select(ByteString.CopyFromUtf8) }, Type = StringsType };

    private static AttributeProto Floats(string name, params float[] values)
        => new() { Name = name, Floats = { values }, Type = FloatsType };

    private static byte[] Within(int field, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        }

        return stream.ToArray();
    }
}
