using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Convolutions over time and one-hot vectors: what is read is what the export writes, and zeros before the first step; all else
/// is refused by name.</summary>
public sealed class OnnxPatternTests
{
    private const int Seed = 12, Inputs = 3, Width = 3, Dilation = 2, Past = (Width - 1) * Dilation;
    private const int TextType = 3, IntegersType = 7;
    private const string ConvItem = "node layers.0.convolved.Conv (Conv)", OneHotItem = "node x.vectors.OneHot (OneHot)";

    private static readonly RnnSpec Delay = new(Inputs, Layer.TimeDelay(5, Width, Dilation));
    private static readonly RnnSpec Indices = RnnSpec.ForIndices(7, Cell.Gru(5));

    /// <summary>What is changed of an exported model, and what the message has to name.</summary>
    private static readonly Dictionary<string, (RnnSpec Spec, Action<ModelProto> Change, string Item, string Rule)> Cases = new()
    {
        ["strides"] = (Delay, model => Conv(model).SetAttribute(Integers("strides", 2)), ConvItem, "[1] as strides, but it is [2]"),
        ["group"] = (Delay, model => Conv(model).SetAttribute(OnnxProto.Integer("group", 3)), ConvItem, "as group, but it is 3"),
        ["auto_pad"] = (
            Delay,
            model => Conv(model).SetAttribute(
                new AttributeProto { Name = "auto_pad", Type = TextType, S = ByteString.CopyFromUtf8("SAME_UPPER") }),
            ConvItem, "but it is SAME_UPPER"),
        ["pads beside a window"] = (
            Delay, model => Conv(model).SetAttribute(Integers("pads", Past, 0)), ConvItem, "pads of 0 steps together"),
        ["pads on both sides"] = (
            Delay,
            model =>
            {
                PadInstead(model);
                Conv(model).SetAttribute(Integers("pads", 2, 1));
            },
            ConvItem, "pads of 4 steps together"),
        ["kernel_shape"] = (Delay, model => Conv(model).SetAttribute(Integers("kernel_shape", 2)), ConvItem, "kernel_shape, but it is [2]"),
        ["window of another length"] = (
            Delay, model => Conv(model).SetAttribute(Integers("dilations", 1)), ConvItem, "with 2 steps before the first one"),
        ["dilation beyond the longest window"] = (
            Delay, model => Conv(model).SetAttribute(Integers("dilations", int.MaxValue)), ConvItem, "at most 65536 steps"),
        ["dilations of two axes"] = (
            Delay, model => Conv(model).SetAttribute(Integers("dilations", 2, 2)), ConvItem, "but they are [2, 2]"),
        ["unknown attribute"] = (Delay, model => Conv(model).SetAttribute(OnnxProto.Integer("depth", 2)), ConvItem, "no attribute depth"),
        ["weights of two axes"] = (Delay, model => model.Initializer("layers.0.weights").Dims.Add(1), ConvItem, "[O, I, width]"),
        ["bias of another size"] = (Delay, model => Conv(model).Input[2] = "layers.0.weights", ConvItem, "floats [5] as bias"),
        ["other steps as window"] = (
            Delay, model => model.Initializer("layers.0.window.start").RawData = ByteString.CopyFrom(BitConverter.GetBytes(-2L)),
            "node layers.0.window.final.Slice (Slice)", "the last 4 steps"),
        ["window that no convolution follows on"] = (
            Delay,
            model =>
            {
                NodeProto concat = model.Graph.Node.Single(node => node.OpType == "Concat").Clone();
                (concat.Name, concat.Output[0]) = ("second", "second");
                model.Graph.Node.Insert(0, concat);
                model.Graph.Node.Single(node => node.OpType == "Slice").Input[0] = "second";
            },
            "output layers.0.window.final", "no Conv follows"),
        ["window beside lengths"] = (
            new RnnSpec(Inputs, Layer.TimeDelay(5, Width, Dilation), Cell.Gru(4)),
            model =>
            {
                var sizes = new TensorShapeProto { Dim = { new DimensionProto { DimParam = "batch" } } };
                var type = new TypeProto { TensorType = new TensorTypeProto { ElemType = OnnxProto.Int64, Shape = sizes } };
                model.Graph.Input.Add(new ValueInfoProto { Name = "lengths", Type = type });
                model.Graph.Node.Single(node => node.OpType == "GRU").Input[4] = "lengths";
            },
            "graph", "no sequence_lens with a window"),
        ["vectors along another axis"] = (
            Indices, model => OneHot(model).SetAttribute(OnnxProto.Integer("axis", 0)), OneHotItem, "the last axis, 2"),
        ["other values in vectors"] = (
            Indices, model => OnnxProto.Set(model.Initializer("x.values"), 0, 2), OneHotItem, "the values are floats [2] [0, 2]"),
        ["depth of another size"] = (
            Indices, model => model.Initializer("x.depth").RawData = ByteString.CopyFrom(BitConverter.GetBytes(6L)),
            "node layers.0.y.GRU (GRU)", "Feature 6"),
        ["no depth"] = (
            Indices, model => model.Initializer("x.depth").RawData = ByteString.CopyFrom(BitConverter.GetBytes(0L)), OneHotItem, "[0]"),
        ["vectors of values"] = (
            Indices, model => model.Graph.Input[0].Type.TensorType.ElemType = OnnxProto.Float, OneHotItem, "indices that are an input"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_otherConvolutionsAndVectors_areRefusedByName(string name)
    {
        (RnnSpec spec, Action<ModelProto> change, string item, string rule) = Cases[name];
        using var folder = new TemporaryFolder();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(Changed(folder, spec, change)));
        Assert.StartsWith(item, exception.Item ?? "", StringComparison.Ordinal);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_convolutionPaddedAtTheStart_isATimeDelayLayerThatBeginsWithZeros()
    {
        using var folder = new TemporaryFolder();
        OnnxModel windowed = OnnxModel.Load(Changed(folder, Delay, model => { }));
        OnnxModel padded = OnnxModel.Load(Changed(folder, Delay, PadInstead));
        Assert.Equal(windowed.Model.Spec, padded.Model.Spec);
        Compare.SameBits(windowed.Model.Parameters, padded.Model.Parameters, "parameters");
        Assert.Equal(Past, padded.States.Count);
        Assert.All(padded.States, state => Assert.Equal((null, null), (state.Input, state.Output)));
        Assert.All(padded.InitialState(2), value => Assert.Equal(0, value));
    }

    [Fact]
    public void OnnxModel_States_windowOfATimeDelayLayer_areItsStepsInTheirOrder()
    {
        using var folder = new TemporaryFolder();
        OnnxModel onnx = OnnxModel.Load(Changed(folder, Delay, model => { }));
        Assert.Equal(
            Enumerable.Range(0, Past).Select(step => new OnnxState(
                0, "window", IsMemory: false, IsReverse: false, step * Inputs, Inputs, new OnnxStatePlace("layers.0.window.initial", step, false),
                new OnnxStatePlace("layers.0.window.final", step, false))),
            onnx.States);
    }

    private static NodeProto Conv(ModelProto model) => model.Graph.Node.Single(node => node.OpType == "Conv");

    private static NodeProto OneHot(ModelProto model) => model.Graph.Node.Single(node => node.OpType == "OneHot");

    /// <summary>Takes the window away, and has the convolution pad.</summary>
    private static void PadInstead(ModelProto model)
    {
        GraphProto graph = model.Graph;
        foreach (NodeProto node in graph.Node.Where(node => node.OpType is "Concat" or "Slice").ToArray())
        {
            graph.Node.Remove(node);
        }

        TensorProto[] left = [.. graph.Initializer.Where(tensor => tensor.Name.Contains("window", StringComparison.Ordinal))];
        foreach (TensorProto tensor in left)
        {
            graph.Initializer.Remove(tensor);
        }

        graph.Input.RemoveAt(1);
        graph.Output.RemoveAt(1);
        graph.Node.First(node => node.OpType == "Transpose").Input[0] = "x";
        Conv(model).SetAttribute(Integers("pads", Past, 0));
    }

    private static AttributeProto Integers(string name, params long[] values)
        => new() { Name = name, Ints = { values }, Type = IntegersType };

    private static string Changed(TemporaryFolder folder, RnnSpec spec, Action<ModelProto> change)
    {
        OnnxExport.Save(RnnModel.Create(spec, Seed), folder["exported.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["exported.onnx"]));
        change(model);
        return folder.Write("model.onnx", model.ToByteArray());
    }
}
