using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace FastRnn.Tests.Onnx;

/// <summary>Files that are small and ask for much, and values or attributes that would be ignored.</summary>
public sealed class OnnxLimitTests
{
    private const string Lstm = "LSTM forward B initial sequence_lens", Gru = "GRU forward B initial sequence_lens";
    private const int TensorType = 4, IntegersType = 7;

    private static readonly Dictionary<string, (string Golden, Action<ModelProto> Change, string Item, string Rule)> Cases = new()
    {
        ["join of nothing"] = (Lstm, model => First(model, "Concat", [], OnnxProto.Integer("axis", 0)), "node Concat of made", "input 0"),
        ["slice of an axis of 2^31 − 1 places"] = (
            Lstm,
            model =>
            {
                Integers(model, "start", 1);
                Integers(model, "end", int.MaxValue - 1);
                model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new DimensionProto { DimValue = int.MaxValue };
                First(model, "Slice", ["X", "start", "end"]);
            },
            "node LSTM of Y", "as X"),
        ["dimensions of which one is 0"] = (
            Lstm,
            model =>
            {
                model.Graph.Initializer.Add(Tensor("huge", OnnxProto.Float, 0, 1L << 40));
                First(model, "Identity", ["huge"]);
            },
            "initializer huge", "at most"),
        ["reshape to dimensions of which one is 0"] = (
            Lstm,
            model =>
            {
                model.Graph.Initializer.Add(Tensor("none", OnnxProto.Float, 0));
                Integers(model, "shape", 0, 1L << 40);
                First(model, "Reshape", ["none", "shape"], OnnxProto.Integer("allowzero", 1));
            },
            "node Reshape of made", "an array holds"),
        ["join of nothing in many rows"] = (
            Lstm,
            model =>
            {
                model.Graph.Initializer.Add(Tensor("none", OnnxProto.Float, int.MaxValue - 100, 0));
                Integers(model, "list", [.. new long[9]]);
                First(model, "Reshape", ["W", "list"], output: "refused");
                First(model, "Concat", ["none", "none"], OnnxProto.Integer("axis", 1));
            },
            "node Reshape of refused", "at most 8 whole numbers"),
        ["weights that many nodes share"] = (Gru, Shared, "node GRU of Y", "no more values"),
        ["external data of more bytes than an array"] = (
            Lstm,
            model =>
            {
                TensorProto huge = Tensor("huge", 11, 1L << 30);
                huge.DataLocation = 1;
                huge.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "model.onnx" });
                model.Graph.Initializer.Add(huge);
                First(model, "Identity", ["huge"]);
            },
            "initializer huge", "bytes of external data"),
        ["external data at ."] = (Lstm, model => External(model, "./model.onnx"), "initializer W", "within the model's folder"),
        ["external data at an empty part"] = (Lstm, model => External(model, "a//b"), "initializer W", "within the model's folder"),
        ["external data in a stream"] = (Lstm, model => External(model, "model.onnx:other"), "initializer W", "within the model's folder"),
        ["external data behind a space"] = (Lstm, model => External(model, "model.onnx "), "initializer W", "within the model's folder"),
        ["cast again and again"] = (Lstm, CastAgain, "node Cast of", "no more values"),
        ["output twice"] = (Lstm, model => model.Graph.Output.Add(model.Graph.Output[0]), "output Y", "twice"),
        ["further input"] = (
            Lstm, model => First(model, "Transpose", ["W", "R"]), "node Transpose of made", "at most 1 inputs, but got 2"),
        ["attribute and input"] = (
            Lstm,
            model =>
            {
                Integers(model, "axes", 0);
                First(
                    model, "Squeeze", ["W", "axes"],
                    new AttributeProto { Name = "axes", Type = IntegersType, Ints = { 0L } });
            },
            "node Squeeze of made", "but there are both"),
        ["tensor attribute without a tensor"] = (
            Lstm, model => First(model, "Constant", [], new AttributeProto { Name = "value", Type = TensorType }),
            "node Constant of made", "a tensor as attribute value"),
        ["values in two places"] = (Lstm, model => model.Initializer("W").FloatData.Add(1), "initializer W", "one place"),
        ["segment"] = (Lstm, model => model.Initializer("W").Segment = new SegmentProto { Begin = 1 }, "initializer W", "segment"),
        ["data_location 2"] = (Lstm, model => model.Initializer("W").DataLocation = 2, "initializer W", "data_location, but it is 2"),
        ["input_forget 2"] = (
            Lstm, model => model.Graph.Node[0].SetAttribute(OnnxProto.Integer("input_forget", 2)), "node LSTM of Y", "it is 2"),
        ["linear_before_reset 2"] = (
            Gru, model => model.Graph.Node[0].SetAttribute(OnnxProto.Integer("linear_before_reset", 2)), "node GRU of Y", "it is 2"),
        ["state with its axes in another order"] = (
            Lstm,
            model =>
            {
                var turn = new AttributeProto { Name = "perm", Type = IntegersType, Ints = { 0L, 2L, 1L } };
                model.Graph.Node.Add(
                    new NodeProto { OpType = "Transpose", Input = { "Y_h" }, Output = { "turned" }, Attribute = { turn } });
                ValueInfoProto output = model.Graph.Output[0].Clone();
                output.Name = "turned";
                model.Graph.Output.Add(output);
            },
            "output turned", "[parts, N, H] or [N, parts, H]"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_whatIsTooMuchOrIgnored_isRefusedByName(string name)
    {
        (string golden, Action<ModelProto> change, string item, string rule) = Cases[name];
        OnnxProto.Refused(golden, change, item, rule);
    }

    [Fact]
    public void OnnxModel_Load_moreNamesThanTheLimit_isRefusedBeforeTheyAreBuilt()
    {
        ModelProto model = OnnxProto.Golden(Lstm);
        var node = new NodeProto { OpType = "Concat" };
        node.Input.Add(Enumerable.Repeat("", MessageLimits.LargestCount));
        model.Graph.Node.Add(node);
        using var folder = new TemporaryFolder();
        string path = folder.Write("model.onnx", model.ToByteArray());
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Contains("messages and names", exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_externalDataInAPipe_isRefusedWithoutWaiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among files.");
        using var folder = new TemporaryFolder();
        folder.Pipe("pipe.bin");
        string path = folder.Write("model.onnx", OnnxProto.Changed(Lstm, model => External(model, "pipe.bin")));
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.Contains("of pipe.bin on, but it has 0", exception.Rule, StringComparison.Ordinal);
    }

    /// <summary>A pipe that nobody writes to would be waited for, a device may never end.</summary>
    [Fact]
    public async Task OnnxModel_Load_pipeOrDevice_isRefusedWithoutWaiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among files.");
        using var folder = new TemporaryFolder();
        foreach (string path in (string[])[folder.Pipe("pipe.onnx"), "/dev/zero"])
        {
            Task loading = Task.Run(
                () => BadFile.Refused(path, null, "a regular file of a model", () => OnnxModel.Load(path)),
                TestContext.Current.CancellationToken);
            await loading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void OnnxModel_States_inputWithItsAxesTurned_standAsTheInputHasThem()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write(
            "model.onnx",
            OnnxProto.Changed(
                "GRU bidirectional B initial sequence_lens",
                model =>
                {
                    ValueInfoProto input = model.Graph.Input.Single(input => input.Name == "initial_h");
                    input.Name = "turned";
                    RepeatedField<DimensionProto> sizes = input.Type.TensorType.Shape.Dim;
                    (sizes[0], sizes[1]) = (sizes[1], sizes[0]);
                    First(
                        model, "Transpose", ["turned"],
                        new AttributeProto { Name = "perm", Type = IntegersType, Ints = { 1L, 0L, 2L } }, "initial_h");
                }));
        Assert.Equal(
            [new OnnxStatePlace("turned", 0, IsBatchFirst: true), new OnnxStatePlace("turned", 1, IsBatchFirst: true)],
            OnnxModel.Load(path).States.Select(state => state.Input));
    }

    [Fact]
    public void OnnxModel_States_outputSideBySide_standWithinEachSequence()
    {
        var spec = new RnnSpec(3, Cell.Bidirectional(Cell.Gru(5))) { Shape = SequenceShape.ManyToOne };
        using var folder = new TemporaryFolder();
        OnnxExport.Save(RnnModel.Create(spec, seed: 5), folder["model.onnx"]);
        Assert.Equal(
            [new OnnxStatePlace("y", 0, IsBatchFirst: true), new OnnxStatePlace("y", 1, IsBatchFirst: true)],
            OnnxModel.Load(folder["model.onnx"]).States.Select(state => state.Output));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void OnnxModel_InitialState_ofNoOrTooManySequences_isRefused(int batch)
    {
        using var folder = new TemporaryFolder();
        OnnxModel onnx = OnnxModel.Load(folder.Write("model.onnx", OnnxGolden.Find(Lstm).Model));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(batch), () => onnx.InitialState(batch));
    }

    private static TensorProto Tensor(string name, int type, params long[] shape)
        => new() { Name = name, DataType = type, Dims = { shape } };

    private static void Integers(ModelProto model, string name, params long[] values)
    {
        TensorProto tensor = Tensor(name, OnnxProto.Int64, values.Length);
        tensor.Int64Data.Add(values);
        model.Graph.Initializer.Add(tensor);
    }

    /// <summary>A node before all others.</summary>
    private static void First(
        ModelProto model, string type, string[] inputs, AttributeProto? attribute = null, string output = "made")
    {
        var node = new NodeProto { OpType = type, Output = { output } };
        node.Input.Add(inputs);
        node.Attribute.Add(attribute is null ? [] : (AttributeProto[])[attribute]);
        model.Graph.Node.Insert(0, node);
    }

    private static void External(ModelProto model, string location)
    {
        TensorProto weights = model.Initializer("W");
        weights.ClearRawData();
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
    }

    private static void CastAgain(ModelProto model)
    {
        const int Values = 100_000;
        Integers(model, "numbers", new long[Values]);
        for (int i = 0; i < 40; i++)
        {
            First(model, "Cast", ["numbers"], OnnxProto.Integer("to", OnnxProto.Float), $"made{i}");
        }
    }

    /// <summary>Nodes one upon the other that all have the same weights, of 512 units.</summary>
    private static void Shared(ModelProto model)
    {
        const int Units = 512, Nodes = 400;
        GraphProto graph = model.Graph;
        graph.Node.Clear();
        graph.Initializer.Clear();
        graph.Input.Clear();
        graph.Output.Clear();
        var type = new TypeProto { TensorType = new TensorTypeProto { ElemType = OnnxProto.Float, Shape = new TensorShapeProto() } };
        type.TensorType.Shape.Dim.Add([new DimensionProto(), new DimensionProto(), new DimensionProto { DimValue = Units }]);
        graph.Input.Add(new ValueInfoProto { Name = "Y0", Type = type });
        TensorProto weights = Tensor("W", OnnxProto.Float, 1, 3 * Units, Units);
        weights.RawData = ByteString.CopyFrom(new byte[3 * Units * Units * sizeof(float)]);
        graph.Initializer.Add(weights);
        Integers(model, "direction", 1);
        graph.Output.Add(new ValueInfoProto { Name = $"Y{Nodes}" });
        for (int i = 0; i < Nodes; i++)
        {
            graph.Node.Add(new NodeProto { OpType = "GRU", Input = { $"Y{i}", "W", "W" }, Output = { $"Y{i}turned" } });
            graph.Node.Add(new NodeProto { OpType = "Squeeze", Input = { $"Y{i}turned", "direction" }, Output = { $"Y{i + 1}" } });
        }
    }
}
