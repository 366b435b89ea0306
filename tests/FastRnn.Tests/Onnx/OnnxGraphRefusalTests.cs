using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Graphs made here that would be read as something else than they are, or whose messages would be as long as the file.</summary>
public sealed class OnnxGraphRefusalTests
{
    private const int Hidden = SmallGraph.Hidden, Inputs = SmallGraph.Inputs;

    private static readonly Dictionary<string, (Func<SmallGraph> Make, string Item, string Rule)> Cases = new()
    {
        ["repeated state reshaped"] = (
            () => Expanded(2, sequences: 1).Integers("flat", 1, -1, Hidden).Node("Reshape", ["expanded", "flat"], "z")
                .Gru("x", "Y", initial: "z").Output("Y"),
            "node Reshape of z", "repeated for each sequence"),
        ["shape of a repeated state"] = (
            () => Expanded(1, sequences: 1).Node("Shape", ["expanded"], "s").Gru("x", "Y").Output("Y"),
            "node Shape of s", "repeated for each sequence"),
        ["repeated state cut along its sequences"] = (
            () => Expanded(1, sequences: 1).Integers("from", 0).Integers("to", 1).Node("Slice", ["expanded", "from", "to", "to"], "z")
                .Gru("x", "Y", initial: "z").Output("Y"),
            "node Slice of z", "repeated for each sequence"),
        ["state repeated for each step"] = (
            () => Expanded(1, sequences: 0).Gru("x", "Y", initial: "expanded").Output("Y"), "node GRU of Y", "as initial_h"),
        ["state repeated along its features' place"] = (
            () => Expanded(1, sequences: 1).Node("Transpose", ["expanded"], "z", SmallGraph.Integers("perm", 1, 0, 2))
                .Gru("x", "Y", initial: "z").Output("Y"),
            "node GRU of Y", "as initial_h"),
        ["states joined in different orders"] = (
            () => new SmallGraph(14, 1, "time", Hidden, Inputs).Gru("x", "Y Y_h")
                .Node("Transpose", ["Y_h"], "turned", SmallGraph.Integers("perm", 0, 2, 1)).Integers("direction", 1)
                .Node("Squeeze", ["Y", "direction"], "z").Floats("V", [1, 3 * Hidden, Hidden], new float[3 * Hidden * Hidden])
                .Node("GRU", ["z", "V", "V"], "Z Z_h").Node("Concat", ["Z_h", "turned"], "h", OnnxProto.Integer("axis", 0))
                .Output("Z").Output("h"),
            "node Concat of h", "or of final states"),
        ["lengths beyond the steps"] = (
            () => Lengths(5, 2, 6), "node GRU of Y", "at least 1 and at most 5 steps as sequence_lens, but they are [2, 6]"),
        ["length of 0"] = (() => Lengths("time", 2, 0), "node GRU of Y", "lengths of at least 1"),
        ["other number of lengths than of states"] = (
            () => Lengths("time", 2, 3, 1), "node GRU of Y", "as initial_h has sequences, 2, but sequence_lens has 3"),
        ["dense layers over four axes"] = (() => OnnxGraphTests.Dense("a", "b", "c", Inputs), "input x", "but there are 4"),
        ["size compared with a number"] = (
            () => new SmallGraph().SizeOf(1, "n").Integers("two", 2).Node("Equal", ["n", "two"], "same").Gru("x", "Y").Output("Y"),
            "node Equal of same", "that the inputs don't decide"),
        ["product of a list beyond all numbers"] = (
            () => new SmallGraph().Integers("most", long.MaxValue).Node("Mul", ["most", "most"], "more").Gru("x", "Y").Output("Y"),
            "node Mul of more", "that the inputs don't decide"),
        ["choice between lists of other lengths"] = (
            () => new SmallGraph().Integers("two", 1, 0).Integers("three", 1, 2, 3).Node("Where", ["two", "three", "three"], "z")
                .Gru("x", "Y").Output("Y"),
            "node Where of z", "2 and 3 and 3"),
        ["product with a factor"] = (
            () => new SmallGraph().Floats("two", [], [2]).Node("Mul", ["x", "two"], "z").Gru("z", "Y").Output("Y"),
            "node Mul of z", "got Mul"),
        ["double beyond floats"] = (() => Doubles(1e300, isRaw: false), "initializer W", "that a float can hold"),
        ["raw double beyond floats"] = (() => Doubles(-1e300, isRaw: true), "initializer W", "that a float can hold"),
        ["long operator"] = (() => Changed(node => node.OpType = Long), "node nnnn", "got nnnn"),
        ["long name"] = (() => Changed(node => (node.Name, node.OpType) = (Long, "Loop")), "node nnnn", "got Loop"),
        ["long output"] = (() => Changed(node => (node.Output[0], node.OpType) = (Long, "Loop")), "node Loop of nnnn", "got Loop"),
        ["long domain"] = (() => Changed(node => node.Domain = Long), "node GRU of Y", "its domain is nnnn"),
        ["long direction"] = (() => Changed(node => node.SetAttribute(SmallGraph.Text("direction", Long))), "node GRU of Y", "it is nnnn"),
        ["long attribute"] = (() => Changed(node => node.SetAttribute(SmallGraph.Text(Long, Long))), "node GRU of Y", "attribute nnnn"),
        ["long input"] = (() => Changed(node => node.Input[1] = Long), "node GRU of Y", "but nnnn"),
        ["long location"] = (() => External("location", Long), "initializer W", "at most 4096 characters"),
        ["long key"] = (() => External(Long, "a"), "initializer W", "but got nnnn"),
        ["long offset"] = (() => External("offset", Long), "initializer W", "but got nnnn"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static string Long => new('n', 1 << 20);

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxModel_Load_graphThatMeansAnother_isRefusedByNameInFewWords(string name)
    {
        const int LongestItem = 150, LongestMessage = 1000;
        (Func<SmallGraph> make, string item, string rule) = Cases[name];
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => make().Load());
        Assert.StartsWith(item, exception.Item ?? "", StringComparison.Ordinal);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
        Assert.InRange(exception.Item!.Length, 1, LongestItem);
        Assert.InRange(exception.Message.Length, 1, LongestMessage);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void OnnxModel_Load_doublesThatAreNoNumbers_areTaken(double value)
    {
        float[] parameters = new float[Doubles(value, isRaw: true).Load().Model.ParameterCount];
        Doubles(value, isRaw: false).Load().Model.CopyParametersTo(parameters);
        Assert.Contains((float)value, parameters);
    }

    /// <summary>A state [layers, 1, H] repeated as often as an axis of x has elements.</summary>
    private static SmallGraph Expanded(int layers, int sequences)
    {
        SmallGraph graph = new SmallGraph().SizeOf(sequences, "n").Integers("layers", layers).Integers("h", Hidden);
        graph.Floats("h0", [layers, 1, Hidden]);
        graph.Node("Concat", ["layers", "n", "h"], "sizes", OnnxProto.Integer("axis", 0));
        return graph.Node("Expand", ["h0", "sizes"], "expanded");
    }

    private static SmallGraph Lengths(object steps, params long[] lengths)
    {
        SmallGraph graph = new SmallGraph(14, 1, steps, "batch", Inputs).Integers("lengths", lengths);
        graph.Proto.Graph.Initializer[^1].DataType = OnnxProto.Int64;
        graph.Floats("h0", [1, 2, Hidden]);
        return graph.Gru("x", "Y", "lengths", "h0").Output("Y");
    }

    private static SmallGraph Doubles(double value, bool isRaw)
    {
        const int Double = 11;
        SmallGraph graph = new SmallGraph().Gru("x", "Y").Output("Y");
        TensorProto weights = graph.Proto.Initializer("W");
        double[] values = [.. weights.FloatData.Select(weight => (double)weight)];
        values[5] = value;
        weights.DataType = Double;
        weights.FloatData.Clear();
        if (isRaw)
        {
            weights.RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]);
        }
        else
        {
            weights.DoubleData.Add(values);
        }

        return graph;
    }

    private static SmallGraph Changed(Action<NodeProto> change)
    {
        SmallGraph graph = new SmallGraph().Gru("x", "Y").Output("Y");
        change(graph.Proto.Graph.Node[0]);
        return graph;
    }

    private static SmallGraph External(string key, string value)
    {
        SmallGraph graph = new SmallGraph().Gru("x", "Y").Output("Y");
        TensorProto weights = graph.Proto.Initializer("W");
        weights.FloatData.Clear();
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return graph;
    }
}
