using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Files that would take many times their bytes before anything is refused.</summary>
public sealed class OnnxMemoryTests
{
    /// <summary>More than the limit, a byte each where they are packed.</summary>
    private const int Many = 3 * MessageLimits.LargestCount;

    private static readonly Dictionary<string, (Action<SmallGraph> Change, string Rule)> Numbers = new()
    {
        ["whole numbers of an attribute"] = (
            graph => graph.Node("Transpose", ["W"], "t", SmallGraph.Integers("perm", Enumerable.Repeat(0L, Many))),
            "numbers of attributes"),
        ["floats of an attribute"] = (
            graph => graph.Node("Constant", [], "t", SmallGraph.Floats("value_floats", new float[Many])), "numbers of attributes"),
        ["dimensions"] = (
            graph => graph.Proto.Graph.Initializer.Add(
                new TensorProto { Name = "t", DataType = OnnxProto.Float, Dims = { Enumerable.Repeat(1L, Many) } }),
            "numbers of attributes"),
        ["whole numbers of a tensor of one"] = (
            graph => graph.Integers("t", new long[Many]).Proto.Graph.Initializer[^1].Dims[0] = 1,
            $"expected 1 values, as its dimensions say, but it has {Many}"),
        ["floats of a tensor of none"] = (
            graph => graph.Floats("t", [0, 5], new float[Many]), $"expected 0 values, as its dimensions say, but it has {Many}"),
    };

    public static TheoryData<string> Names => [.. Numbers.Keys];

    /// <summary>Refused before messages are built: the bytes of the file are all that is allocated.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_moreNumbersThanThereMayBe_isRefusedBeforeTheyAreBuilt(string name)
    {
        const long Rest = 1 << 20;
        (Action<SmallGraph> change, string rule) = Numbers[name];
        SmallGraph graph = new SmallGraph().Gru("x", "Y").Output("Y");
        change(graph);
        using var folder = new TemporaryFolder();
        byte[] bytes = graph.Proto.ToByteArray();
        string path = folder.Write("model.onnx", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length + Rest);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Load_moreAxesThanThereAre_isRefusedByName()
    {
        SmallGraph graph = new SmallGraph().Node("Transpose", ["W"], "t", SmallGraph.Integers("perm", new long[9]));
        graph.Gru("x", "Y").Output("Y");
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => graph.Load());
        Assert.Equal("node Transpose of t", exception.Item);
        Assert.Contains("at most 8 whole numbers as perm, but there are 9", exception.Rule, StringComparison.Ordinal);
    }

    /// <summary>The file beside the model is long, but next to nothing of it is read.</summary>
    [Fact]
    public void OnnxModel_Load_valuesThatNothingAsksForBesideALongFile_areRefused()
    {
        const long Length = 1L << 30, Values = 1L << 28, MostAllocated = 1 << 24;
        SmallGraph graph = new SmallGraph().Gru("x", "Y").Output("Y").Integers("many", Values).Node("ConstantOfShape", ["many"], "huge");
        using var folder = new TemporaryFolder();
        using (FileStream file = File.Create(folder["data.bin"]))
        {
            file.SetLength(Length);
        }

        string path = folder.Write("model.onnx", Beside(graph, "W").Proto.ToByteArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        Assert.Equal("node ConstantOfShape of huge", exception.Item);
    }

    /// <summary>Weights of megabytes beside a model of few bytes: they may be read and turned, by what leads to the output alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnnxModel_Load_weightsInAFileBeside_areTurnedForWhatAsksForThem(bool isAsked)
    {
        const int Features = 1 << 19;
        SmallGraph graph = new SmallGraph(14, 1, "time", "batch", Features);
        graph.Proto.Initializer("W").Dims[1] = Features;
        graph.Proto.Initializer("W").Dims[2] = 3 * SmallGraph.Hidden;
        graph.Node("Transpose", ["W"], "turned", SmallGraph.Integers("perm", 0, 2, 1));
        graph.Gru("x", "Y").Output("Y").Proto.Graph.Node[1].Input[1] = "turned";
        if (!isAsked)
        {
            graph.Node("Transpose", ["W"], "again", SmallGraph.Integers("perm", 0, 2, 1));
        }

        using var folder = new TemporaryFolder();
        using (FileStream file = File.Create(folder["data.bin"]))
        {
            file.SetLength(3L * SmallGraph.Hidden * Features * sizeof(float));
        }

        string path = folder.Write("model.onnx", Beside(graph, "W").Proto.ToByteArray());
        if (isAsked)
        {
            Assert.Equal(Features, OnnxModel.Load(path).Model.Spec.InputSize);
        }
        else
        {
            Assert.Equal("node Transpose of again", Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path)).Item);
        }
    }

    [Fact]
    public void ValueBudget_Add_oneFileUnderSeveralNames_countsNoMoreThanItHas()
    {
        const int Least = 1 << 20, Length = 1000, ValuesPerByte = 4;
        var budget = new ValueBudget("model.onnx", fileLength: 1);
        budget.Add((Length, "begins so"), Length - 1);
        budget.Add((Length, "begins so"), Length);
        budget.Spend("all", Least + ValuesPerByte * Length);
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => budget.Spend("one more", 1));
        Assert.Equal(("one more", true), (exception.Item, exception.Rule.EndsWith("it has 1 more", StringComparison.Ordinal)));
        budget.Add((Length, "begins otherwise"), 1);
        budget.IsNeeded = false;
        Assert.Throws<FastRnnFormatException>(() => budget.Spend("not asked for", 1));
        budget.IsNeeded = true;
        budget.Spend("asked for", ValuesPerByte);
    }

    /// <summary>A copy is to the budget what a link is: four turns of the values are paid for once.</summary>
    [Fact]
    public void ExternalData_Open_filesThatAreAlike_countOnce()
    {
        const int Bytes = 1 << 10, Count = Bytes / sizeof(float), Least = 1 << 20, ValuesPerByte = 4;
        using var folder = new TemporaryFolder();
        var budget = new ValueBudget(folder["model.onnx"], fileLength: 1);
        foreach (string name in (string[])["data.bin", "copy.bin"])
        {
            folder.Write(name, new byte[Bytes]);
            var proto = new TensorProto { ExternalData = { new StringStringEntryProto { Key = "location", Value = name } } };
            using FileStream? stream = ExternalData.Open(folder["model.onnx"], name, proto, Count, sizeof(float), budget);
            Assert.Equal(0, stream!.Position);
        }

        budget.Spend("rest", Least + ValuesPerByte * Bytes - 2 * Count);
        Assert.Throws<FastRnnFormatException>(() => budget.Spend("one more", 1));
    }

    /// <summary>Moves a tensor's values to data.bin, where zeros are.</summary>
    private static SmallGraph Beside(SmallGraph graph, string name)
    {
        TensorProto tensor = graph.Proto.Initializer(name);
        tensor.FloatData.Clear();
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "data.bin" });
        return graph;
    }
}
