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
        ["softmax over the batch"] = (
            () => Product("b").Node("Transpose", ["z"], "t", SmallGraph.Integers("perm", 1, 0)).Node("Softmax", ["t"], "y").Output("y"),
            "node Softmax of y", "the last axis, but it is of [Feature 5, ? 3]"),
        ["bias over the batch"] = (
            () => Product("b").Node("Transpose", ["z"], "t", SmallGraph.Integers("perm", 1, 0)).Node("Add", ["t", "b"], "y").Output("y"),
            "node Add of y", "meets [Feature 5, ? 3]"),
        ["product over the batch"] = (
            () => Product("b").Node("Transpose", ["z"], "t", SmallGraph.Integers("perm", 1, 0)).Floats("V", [3, 5], new float[15])
                .Node("MatMul", ["t", "V"], "y").Output("y"),
            "node MatMul of y", "expected 3 features as last axis"),
        ["softmax over a new axis"] = (
            () => Product("b").Integers("end", -1).Node("Unsqueeze", ["z", "end"], "t").Node("Softmax", ["t"], "y").Output("y"),
            "node Softmax of y", "the last axis, but it is of"),
        ["softmax over one sequence"] = (
            () => Product("b").Integers("place", 1).Node("Unsqueeze", ["z", "place"], "t")
                .Node("Transpose", ["t"], "u", SmallGraph.Integers("perm", 0, 2, 1)).Node("Softmax", ["u"], "y").Output("y"),
            "node Softmax of y", "the last axis, but it is of"),
        ["softmax of weights of attention"] = (
            () => Product("", outputs: 1).Integers("end", -1).Node("Squeeze", ["z", "end"], "t")
                .Node("Softmax", ["t"], "y", OnnxProto.Integer("axis", 0)).Output("y"),
            "node Softmax of y", "part of none here"),
        ["product over an embedding's steps"] = (
            () => Embedded().Node("Transpose", ["e"], "t", SmallGraph.Integers("perm", 0, 2, 1)).Floats("V", [4, 2], new float[8])
                .Node("MatMul", ["t", "V"], "y").Output("y"),
            "node MatMul of y", "expected 4 features as last axis"),
        ["convolution behind the last step"] = (
            () => Windowed("Y_h").Output("y"), "node Concat of both", "it joins other values"),
        ["states of both directions side by side, one layer upon the other"] = (
            () => new SmallGraph(14, 2).Gru("x", "Y Y_h", attributes: SmallGraph.Text("direction", "bidirectional"))
                .Node("Transpose", ["Y_h"], "t", SmallGraph.Integers("perm", 1, 0, 2)).Integers("flat", 1, -1, 2 * Hidden)
                .Node("Reshape", ["t", "flat"], "side").Node("Concat", ["side", "side"], "h", OnnxProto.Integer("axis", 0))
                .Output("Y").Output("h"),
            "output h", "expected final states beside the output"),
        ["states of two sizes side by side"] = (
            () => Two(secondSize: 3).Node("Concat", ["Y_h", "Z_h"], "h", OnnxProto.Integer("axis", 2)).Output("Z").Output("h"),
            "output h", "expected final states beside the output"),
        ["vectors of one element put aside"] = (
            () => Vectors().Floats("V", [2, 1], [1, 10]).Node("MatMul", ["s", "V"], "y").Output("y"),
            "node MatMul of y", "expected 2 features"),
        ["vectors of one element put aside, before a GRU"] = (
            () => Vectors().Floats("V", [1, 3, 2], new float[6]).Floats("U", [1, 3, 1], new float[3]).Integers("start", 0)
                .Node("Unsqueeze", ["s", "start"], "u").Node("GRU", ["u", "V", "U"], "y").Output("y"),
            "node GRU of y", "as X"),
        ["squeeze of axes that are free"] = (
            () => new SmallGraph(14, 1, "time", 2, Inputs).Node("Sigmoid", ["x"], "z").Node("Squeeze", ["z"], "y").Output("y"),
            "node Squeeze of y", "have one element"),
        ["inputs that are lengths"] = (
            () => IndicesAsLengths(), "input x", "the lengths of sequences, but it is both"),
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
        Doubles(value, isRaw: false).Load().Model.Parameters.CopyTo(parameters);
        Assert.Contains((float)value, parameters);
    }

    /// <summary>x [3, 4] times weights, z [3, O], with b [3] for who adds it.</summary>
    private static SmallGraph Product(string bias, int outputs = 5)
    {
        var graph = new SmallGraph(14, 1, 3, 4);
        graph.Proto.Graph.Initializer.Clear();
        graph.Floats("M", [4, outputs]);
        if (bias == "b")
        {
            graph.Floats("b", [3], [1, 2, 3]);
        }

        return graph.Node("MatMul", ["x", "M"], "z");
    }

    private static SmallGraph Embedded()
    {
        var graph = new SmallGraph(14, 1, 2, 4);
        graph.Proto.Graph.Initializer.Clear();
        graph.Proto.Graph.Input.Clear();
        graph.Proto.Graph.Input.Add(SmallGraph.Info("i", [2, 4], OnnxProto.Int64));
        return graph.Floats("E", [7, 4], new float[28]).Node("Gather", ["E", "i"], "e");
    }

    /// <summary>A GRU of four units and one of another size upon it, with h of both.</summary>
    private static SmallGraph Two(int secondSize)
        => new SmallGraph(14, 1, "time", "batch", Inputs).Integers("direction", 1).Gru("x", "Y Y_h")
            .Node("Squeeze", ["Y", "direction"], "z")
            .Floats("V", [1, 3 * secondSize, Hidden], new float[3 * secondSize * Hidden])
            .Floats("U", [1, 3 * secondSize, secondSize], new float[3 * secondSize * secondSize])
            .Node("GRU", ["z", "V", "U"], "Z Z_h");

    /// <summary>Vectors of one element for indices [2, 2], without the axis of that element.</summary>
    private static SmallGraph Vectors()
    {
        var graph = new SmallGraph();
        graph.Proto.Graph.Initializer.Clear();
        graph.Proto.Graph.Input.Clear();
        graph.Proto.Graph.Input.Add(SmallGraph.Info("i", [2, 2], OnnxProto.Int64));
        return graph.Integers("depth", 1).Floats("values", [2], [0, 1]).Integers("last", 2)
            .Node("OneHot", ["i", "depth", "values"], "v").Node("Squeeze", ["v", "last"], "s");
    }

    private static SmallGraph IndicesAsLengths()
    {
        const int Int32 = 6;
        SmallGraph graph = new SmallGraph().Floats("E", [7, Inputs], new float[7 * Inputs]).Integers("place", 0);
        graph.Proto.Graph.Input.Clear();
        graph.Proto.Graph.Input.Add(SmallGraph.Info("x", ["n"], Int32));
        return graph.Node("Gather", ["E", "x"], "e").Node("Unsqueeze", ["e", "place"], "u").Gru("u", "Y", lengths: "x").Output("Y");
    }

    private static SmallGraph Windowed(string last)
    {
        SmallGraph graph = new SmallGraph(14, 1, "time", 1, Inputs).Gru("x", "Y Y_h").Floats("C", [2, Hidden, 2], new float[4 * Hidden]);
        graph.Proto.Graph.Input.Add(SmallGraph.Info("w", [1, 1, Hidden]));
        return graph.Node("Concat", ["w", last], "both", OnnxProto.Integer("axis", 0))
            .Node("Transpose", ["both"], "t", SmallGraph.Integers("perm", 1, 2, 0)).Node("Conv", ["t", "C"], "y");
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
