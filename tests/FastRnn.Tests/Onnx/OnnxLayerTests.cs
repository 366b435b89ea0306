using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>Layers beside the recurrent ones, and branches: what is written is read again and computes the same, and what graphs have of
/// them becomes the layers that it is.</summary>
public sealed class OnnxLayerTests
{
    private const int Steps = 6, Batch = 3, Seed = 20260107, Inputs = SmallGraph.Inputs, Hidden = SmallGraph.Hidden;
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, RnnSpec> Specs = new()
    {
        ["residual"] = new(4, Layer.Residual(Cell.Lstm(4)), Layer.Dense(2)),
        ["side by side"] = new(3, Layer.Parallel(Merge.Concatenate, [Cell.Gru(4)], [], [Layer.Dense(2, Activation.Silu)])),
        ["average"] = new(3, Layer.Parallel(Merge.Average, [Cell.Gru(3)], [Layer.Dense(3)], []), Layer.Dense(2)),
        ["gate"] = new(3, Cell.Gru(4), Layer.Parallel(Merge.Multiply, [Layer.Dense(4, Activation.Sigmoid)], [Layer.Dense(4)])),
        ["branches within branches"] = new(
            4, Layer.Residual(Layer.Dense(4, Activation.Relu), Layer.Residual(Cell.Lstm(4), Layer.LayerNormalization())), Layer.Dense(1)),
        ["branches of whole sequences"] = new(
            3, Cell.Gru(4), Layer.Parallel(Merge.Concatenate, [Layer.LastStep()], [Layer.MeanPooling()], [Layer.MaxPooling()]),
            Layer.Dense(2)),
        ["both ways, summed"] = new(3, Cell.Bidirectional(Cell.Lstm(4), Merge.Sum), Layer.Dense(2)),
        ["both ways, average"] = new(3, Cell.Bidirectional(Cell.Gru(4), Merge.Average)),
        ["both ways, multiplied, last"] = new(3, Cell.Bidirectional(Cell.Elman(4), Merge.Multiply)) { Shape = SequenceShape.ManyToOne },
        ["both ways, unlike"] = new(
            3, Cell.Bidirectional(Cell.Elman(4)) with { Reverse = Cell.Elman(4, Activation.Elu(0.5f)) }, Layer.Dense(2)),
        ["last place of both ways"] = new(3, Cell.Bidirectional(Cell.Gru(4)), Layer.LastStep() with { EachDirection = false }),
        ["last of both ways behind an activation"] = new(
            3, Cell.Bidirectional(Cell.Gru(4)), Layer.Activation(Activation.Mish), Layer.LastStep()),
        ["last of reverse behind a scale"] = new(3, Cell.Reversed(Cell.Gru(4)), Layer.Affine(), Layer.LastStep(), Layer.Dense(2)),
        ["last place of reverse"] = new(3, Cell.Reversed(Cell.Gru(4)), Layer.LastStep() with { EachDirection = false }),
        ["sum"] = new(3, Cell.Gru(4), Layer.SumPooling(), Layer.Dense(2)),
        ["attention"] = new(3, Cell.Gru(4), Layer.AttentionPooling(), Layer.Dense(2)),
        ["normalizations"] = new(4, Layer.LayerNormalization(), Cell.Gru(5), Layer.RmsNormalization(1e-3f), Layer.Affine()),
        ["looking ahead"] = new(3, Layer.CenteredTimeDelay(4, 3, 2, Activation.Relu), Cell.Gru(3)),
        ["depthwise without bias"] = new(
            4, Layer.TimeDelay(8, 3, activation: Activation.Gelu) with { Groups = 4, HasBias = false }, Layer.Dense(2)),
        ["PRelu"] = new(3, Layer.Dense(4, Activation.PRelu(perFeature: true)), Cell.Gru(3), Layer.Activation(Activation.PRelu())),
        ["residual within a bidirectional stack"] = new(
            4, Cell.Bidirectional(Cell.Gru(2)), Layer.Residual(Cell.Bidirectional(Cell.Gru(2))),
            Layer.LastStep() with { EachDirection = false }),
    };

    private static readonly Dictionary<string, (Func<SmallGraph> Make, string Item, string Rule)> Refusals = new()
    {
        ["mean over steps behind the lengths"] = (
            () => Lengths().Node("ReduceMean", ["z"], "y", SmallGraph.Integers("axes", 0)).Output("y"), "node ReduceMean of y", "sequence_lens"),
        ["last place behind the lengths"] = (
            () => Lengths().Integers("last", -1).Node("Gather", ["z", "last"], "y").Output("y"), "node Gather of y", "sequence_lens"),
        ["root by itself"] = (() => Outputs().Node("Sqrt", ["z"], "y").Output("y"), "node Sqrt of y", "part of none here"),
        ["quotient of two values"] = (
            () => Outputs().Node("Tanh", ["z"], "t").Node("Div", ["z", "t"], "y").Output("y"), "node Div of y", "part of none here"),
        ["mean over the batch"] = (
            () => Outputs().Node("ReduceMean", ["z"], "y", SmallGraph.Integers("axes", 1)).Output("y"), "node ReduceMean of y", "over time"),
        ["node that leads nowhere"] = (
            () => Outputs().Node("Tanh", ["z"], "t").Node("Relu", ["z"], "y").Output("y"), "node Tanh of t", "leads to an output"),
        ["recurrent layer that branches share across"] = (
            () => Outputs().Node("Sigmoid", ["x"], "s").Floats("V", [Inputs, Hidden], new float[Inputs * Hidden])
                .Node("MatMul", ["s", "V"], "m").Node("Add", ["z", "m"], "a").Node("Mul", ["a", "z"], "b").Node("Tanh", ["m"], "t")
                .Node("Add", ["b", "t"], "c").Node("ReduceMax", ["z"], "r", SmallGraph.Integers("axes", 0))
                .Node("ReduceMax", ["c"], "q", SmallGraph.Integers("axes", 0)).Node("Mul", ["q", "r"], "y").Output("y"),
            "node GRU of Y", "share this layer"),
        ["steps and rows of sequences"] = (
            () => Outputs().Node("ReduceMean", ["z"], "r", SmallGraph.Integers("axes", 0)).Node("Add", ["z", "r"], "y").Output("y"),
            "node Add of y", "one of each meet"),
        ["two outputs"] = (
            () => Outputs().Node("Tanh", ["z"], "t").Node("Relu", ["z"], "y").Output("y").Output("t"), "output t", "final states beside"),
        ["variance below zero"] = (() => Normalized(-0.5f, 1e-5f), "node BatchNormalization of y", "feature 1 has -0.5"),
        ["variance that is no number"] = (() => Normalized(float.NaN, 1e-5f), "node BatchNormalization of y", "feature 1 has NaN"),
        ["variance and epsilon of zero"] = (() => Normalized(0, 0), "node BatchNormalization of y", "above 0 with epsilon 0"),
        ["branches too deep"] = (Deep, "node Add of", "at most 12 deep"),
    };

    public static TheoryData<string> Names => [.. Specs.Keys];

    public static TheoryData<string> Refused => [.. Refusals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxExport_Save_layersAndBranches_areReadAgainAndComputeTheSame(string name)
    {
        RnnSpec spec = Specs[name];
        RnnModel model = RnnModel.FromParameters(spec, RandomData.Uniform(Seed, (int)spec.ParameterCount));
        using var folder = new TemporaryFolder();
        OnnxExport.Save(model, folder["model.onnx"]);
        OnnxModel read = OnnxModel.Load(folder["model.onnx"]);
        float[] expected = Outputs(model), outputs = Outputs(read.Model);
        Compare.Near([.. expected.Select(value => (double)value)], outputs, Tolerance, Tolerance, name);
        Assert.All(
            read.States,
            state => Assert.Single(
                read.Model.Spec.StateParts,
                part => (part.Layer, part.Name, part.IsReverse) == (state.Layer, state.Name, state.IsReverse)
                    && part.Offset <= state.Offset && state.Offset + state.Size <= part.Offset + part.Length));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void OnnxModel_Load_whatHasNoLayer_isRefusedByNode(string name)
    {
        (Func<SmallGraph> make, string item, string rule) = Refusals[name];
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => make().Load());
        Assert.StartsWith(item, exception.Item ?? "", StringComparison.Ordinal);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
    }

    /// <summary>In a branch, a layer's states are inputs and outputs of the graph all the same.</summary>
    [Fact]
    public void OnnxModel_States_ofABranch_areNamedByItsPath()
    {
        RnnModel model = RnnModel.Create(Specs["branches within branches"], Seed);
        using var folder = new TemporaryFolder();
        OnnxExport.Save(model, folder["model.onnx"]);
        OnnxModel read = OnnxModel.Load(folder["model.onnx"]);
        Assert.Equal(model.Spec, read.Model.Spec);
        const string Path = "branches.1.1.branches.1.0";
        Assert.Equal([$"{Path}.h", $"{Path}.c"], read.States.Select(state => state.Name));
        Assert.Equal(
            [$"layers.0.{Path}.h.final", $"layers.0.{Path}.c.final"], read.States.Select(state => state.Output!.Name));
    }

    /// <summary>Outputs, the gates of a GRU's two directions and their sum: what a graph cuts up and adds is the layer's own way.</summary>
    [Fact]
    public void OnnxModel_Load_sumOfBothDirections_isThatOfTheLayer()
    {
        SmallGraph graph = new SmallGraph(directions: 2).Integers("direction", 1);
        graph.Gru("x", "Y", attributes: SmallGraph.Text("direction", "bidirectional"));
        graph.Node("ReduceSum", ["Y", "direction"], "y", OnnxProto.Integer("keepdims", 0)).Output("y");
        Assert.Equal(new RnnSpec(Inputs, Cell.Bidirectional(Cell.Gru(Hidden), Merge.Sum)), graph.Load().Model.Spec);
    }

    /// <summary>A dense layer takes the scale before it, the shift, the activation and the choice of features behind it.</summary>
    [Fact]
    public void OnnxModel_Load_whatStandsAroundADenseLayer_isFolded()
    {
        SmallGraph graph = Outputs().Floats("two", [], [2]).Floats("b", [5], [1, 2, 3, 4, 5]).Integers("some", 4, 0);
        graph.Floats("V", [Hidden, 5]);
        graph.Node("Mul", ["z", "two"], "s").Node("MatMul", ["s", "V"], "m").Node("Add", ["m", "b"], "a").Node("Relu", ["a"], "r");
        graph.Node("Gather", ["r", "some"], "y", OnnxProto.Integer("axis", 2)).Output("y");
        RnnModel model = graph.Load().Model;
        Assert.Equal(new RnnSpec(Inputs, Cell.Gru(Hidden), Layer.Dense(2, Activation.Relu)), model.Spec);
        Assert.Equal([5f, 1f], model.Parameters[^2..].ToArray());
    }

    /// <summary>A layer of its own where a large shift would lose digits within a sum of products.</summary>
    [Theory]
    [InlineData(1000, 2)]
    [InlineData(1, 1)]
    public void OnnxModel_Load_shiftBeforeADenseLayer_isFoldedWhereThatLosesNothing(float shift, int layers)
    {
        SmallGraph graph = OnnxGraphTests.Dense("rows", Inputs).Floats("a", [Inputs], [shift, -shift, 0]);
        graph.Proto.Graph.Node.Clear();
        graph.Node("Sub", ["x", "a"], "z").Node("MatMul", ["z", "V"], "y");
        Assert.Equal(layers, graph.Load().Model.Spec.Layers.Count);
    }

    /// <summary>Zeros that a node puts before the steps, and outputs behind the last step that are cut off: both see the past alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnnxModel_Load_convolutionOfThePast_isATimeDelayLayer(bool pads)
    {
        SmallGraph graph = OnnxGraphTests.Dense("batch", Inputs, "time");
        graph.Proto.Graph.Node.Clear();
        graph.Proto.Graph.Initializer.Clear();
        graph.Floats("C", [2, Inputs, 3]);
        if (pads)
        {
            graph.Integers("before", 0, 0, 2, 0, 0, 0).Node("Pad", ["x", "before"], "z").Node("Conv", ["z", "C"], "y");
        }
        else
        {
            graph.Integers("from", 0).Integers("to", -2).Integers("axis", 2);
            graph.Node("Conv", ["x", "C"], "z", SmallGraph.Integers("pads", 2, 2)).Node("Slice", ["z", "from", "to", "axis"], "y");
        }

        Assert.Equal(
            new RnnSpec(Inputs, Layer.TimeDelay(2, 3, activation: Activation.Identity) with { HasBias = false }),
            graph.Load().Model.Spec);
    }

    /// <summary>The ends of both directions, cut from the steps or before a step is taken, are the final state.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OnnxModel_Load_endsOfBothDirections_areTheirLastSteps(bool cutsFirst)
    {
        SmallGraph graph = new SmallGraph(directions: 2).Integers("start", 0).Integers("half", Hidden).Integers("end", 2 * Hidden);
        graph.Integers("axis", -1).Integers("shape", 0, 0, -1).Integers("last", -1).Integers("first", 0);
        graph.Gru("x", "Y", attributes: SmallGraph.Text("direction", "bidirectional"));
        graph.Node("Transpose", ["Y"], "turned", SmallGraph.Integers("perm", 0, 2, 1, 3)).Node("Reshape", ["turned", "shape"], "z");
        string Cut(string of, string from, string to, string name)
        {
            graph.Node("Slice", [of, from, to, "axis"], name);
            return name;
        }

        if (cutsFirst)
        {
            graph.Node("Gather", [Cut("z", "start", "half", "f"), "last"], "a").Node("Gather", [Cut("z", "half", "end", "b"), "first"], "c");
        }
        else
        {
            graph.Node("Gather", ["z", "last"], "f").Node("Gather", ["z", "first"], "b");
            Cut("f", "start", "half", "a");
            Cut("b", "half", "end", "c");
        }

        graph.Node("Concat", ["a", "c"], "y", OnnxProto.Integer("axis", -1)).Output("y");
        Assert.Equal(new RnnSpec(Inputs, Cell.Bidirectional(Cell.Gru(Hidden)), Layer.LastStep()), graph.Load().Model.Spec);
    }

    private static float[] Outputs(RnnModel model)
    {
        RnnSpec spec = model.Spec;
        var outputs = new float[(spec.Shape == SequenceShape.ManyToOne ? 1 : Steps) * Batch * spec.OutputSize];
        model.Run(RandomData.Uniform(Seed, Steps * Batch * spec.InputSize), outputs, new() { Steps = Steps, Sequences = Batch });
        return outputs;
    }

    /// <summary>A GRU's outputs z [time, batch, 4].</summary>
    private static SmallGraph Outputs() => new SmallGraph().Integers("direction", 1).Gru("x", "Y").Node("Squeeze", ["Y", "direction"], "z");

    private static SmallGraph Lengths()
    {
        SmallGraph graph = new SmallGraph(14, 1, "time", 2, Inputs).Integers("lengths", 3, 2).Integers("direction", 1);
        return graph.Gru("x", "Y", "lengths").Node("Squeeze", ["Y", "direction"], "z");
    }

    /// <summary>A batch normalization of the outputs, of whose features one has this variance.</summary>
    private static SmallGraph Normalized(float variance, float epsilon)
    {
        float[] ones = [.. Enumerable.Repeat(1f, Hidden)], variances = [.. ones];
        variances[1] = variance;
        return Outputs().Floats("ones", [Hidden], ones).Floats("variance", [Hidden], variances)
            .Node("Transpose", ["z"], "t", SmallGraph.Integers("perm", 1, 2, 0))
            .Node("BatchNormalization", ["t", "ones", "ones", "ones", "variance"], "y", SmallGraph.Float("epsilon", epsilon)).Output("y");
    }

    /// <summary>x + f(x + f(x + …)), each within the other's branch.</summary>
    private static SmallGraph Deep()
    {
        const int Depth = 40;
        SmallGraph graph = Outputs();
        string value = "z";
        for (int i = 0; i < Depth; i++)
        {
            graph.Node("Tanh", [value], $"t{i}").Node("Sigmoid", [$"t{i}"], $"s{i}");
            value = $"s{i}";
        }

        for (int i = Depth - 1; i >= 0; i--)
        {
            graph.Node(i % 2 == 0 ? "Add" : "Mul", [value, $"t{i}"], $"a{i}").Node("Relu", [$"a{i}"], $"r{i}");
            value = $"r{i}";
        }

        return graph.Output(value);
    }
}
