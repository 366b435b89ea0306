using FastRnn.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>What stands around recurrent nodes in graphs made here: states, biases, sizes.</summary>
public sealed class OnnxGraphTests
{
    private const int Hidden = SmallGraph.Hidden, Inputs = SmallGraph.Inputs;

    /// <summary>Repeated along the batch of [D, N, H], turned into the order of layout 1.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void OnnxModel_InitialState_constantRepeatedForEachSequence_isTheSameForAnyNumber(int layout)
    {
        const int Batch = 5;
        SmallGraph graph = layout == 0 ? new() : new(14, 1, "batch", "time", Inputs);
        float[] state = graph.Floats("h0", [1, 1, Hidden]);
        graph.SizeOf(layout == 0 ? 1 : 0, "n").Integers("one", 1).Integers("h", Hidden);
        graph.Node("Concat", ["one", "n", "h"], "sizes", OnnxProto.Integer("axis", 0)).Node("Expand", ["h0", "sizes"], "expanded");
        graph.Node("Transpose", ["expanded"], "turned", SmallGraph.Integers("perm", layout == 0 ? [0, 1, 2] : [1, 0, 2]));
        graph.Gru("x", "Y", initial: "turned", attributes: OnnxProto.Integer("layout", layout)).Output("Y");
        OnnxModel onnx = graph.Load();
        Assert.Null(onnx.FixedBatch);
        Compare.SameBits([.. Enumerable.Repeat(state, Batch).SelectMany(values => values)], onnx.InitialState(Batch), "states");
    }

    [Fact]
    public void OnnxModel_FixedBatch_constantStateOfEachSequence_isTheirNumber()
    {
        const int Batch = 2;
        var graph = new SmallGraph();
        float[] states = graph.Floats("h0", [1, Batch, Hidden]);
        OnnxModel onnx = graph.Gru("x", "Y", initial: "h0").Output("Y").Load();
        Assert.Equal(Batch, onnx.FixedBatch);
        Compare.SameBits(states, onnx.InitialState(Batch), "states");
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => onnx.InitialState(Batch + 1));
    }

    /// <summary>A list of one index keeps the axis of the directions.</summary>
    [Fact]
    public void OnnxModel_States_gatheredByListsAndJoined_standInTheirNewOrder()
    {
        SmallGraph graph = new SmallGraph(directions: 2).Integers("first", 0).Integers("second", -1);
        graph.Gru("x", "Y Y_h", attributes: SmallGraph.Text("direction", "bidirectional"));
        graph.Node("Gather", ["Y_h", "first"], "forward").Node("Gather", ["Y_h", "second"], "backward");
        graph.Node("Concat", ["backward", "forward"], "states", OnnxProto.Integer("axis", 0)).Output("Y").Output("states");
        Assert.Equal(
            [new OnnxStatePlace("states", 1, IsBatchFirst: false), new OnnxStatePlace("states", 0, IsBatchFirst: false)],
            graph.Load().States.Select(state => state.Output));
    }

    /// <summary>What takes all of an axis takes no last step.</summary>
    [Fact]
    public void OnnxModel_Load_sliceOfTheOnlyElement_changesNothing()
    {
        SmallGraph graph = Alone(2, 1, 1).Integers("start", 0).Integers("from", -1).Integers("to", int.MaxValue);
        graph.Node("Sigmoid", ["x"], "z").Node("Unsqueeze", ["z", "start"], "u").Node("Slice", ["u", "from", "to", "start"], "y");
        OnnxModel onnx = graph.Output("y").Load();
        Assert.Equal(SequenceShape.ManyToMany, onnx.Model.Spec.Shape);
        Assert.Equal([OnnxAxis.One, OnnxAxis.Time, OnnxAxis.Batch, OnnxAxis.Feature], onnx.OutputAxes);
    }

    [Fact]
    public void OnnxModel_Load_squeezeOfAnEmptyList_isThatOfAllAxesOfOneElement()
    {
        SmallGraph graph = Alone(1, 2, 1).Integers("none").Node("Sigmoid", ["x"], "z").Node("Squeeze", ["z", "none"], "y").Output("y");
        Assert.Single(graph.Load().OutputAxes);
    }

    /// <summary>An axis of one element takes the place of features that have been taken away.</summary>
    [Fact]
    public void OnnxModel_InputAxes_twoThatAreFeatures_haveOneOfThem()
    {
        SmallGraph graph = Alone(2, 1, 3).Floats("M", [3, 1], [1, 2, 3]).Integers("last", 2).Integers("first", 0);
        graph.Node("MatMul", ["x", "M"], "m").Node("Squeeze", ["m", "last"], "s").Node("Unsqueeze", ["s", "first"], "u");
        graph.Floats("V", [1, 3, 1], [1, 2, 3]).Node("GRU", ["u", "V", "V"], "y");
        Assert.Equal([OnnxAxis.Batch, OnnxAxis.One, OnnxAxis.Feature], graph.Output("y").Load().InputAxes);
    }

    [Fact]
    public void OnnxModel_States_sideBySide_areNotCutAlongTheDirections()
    {
        SmallGraph graph = new SmallGraph().Integers("direction", 1).Integers("from", -1).Integers("to", int.MaxValue).Integers("start", 0);
        graph.Floats("V", [1, 3 * Hidden, Hidden]);
        graph.Gru("x", "Y Y_h").Node("Squeeze", ["Y", "direction"], "z").Node("GRU", ["z", "V", "R"], "Z Z_h");
        graph.Node("Concat", ["Y_h", "Z_h"], "c", OnnxProto.Integer("axis", 2)).Node("Slice", ["c", "from", "to", "start"], "h");
        Assert.Equal([0, 1], graph.Output("Z").Output("h").Load().States.Select(state => state.Output!.Part));
    }

    /// <summary>What goes by each value alone belongs to the layer, wherever its features are.</summary>
    [Theory]
    [InlineData("Sigmoid", ActivationKind.Sigmoid)]
    [InlineData("Tanh", ActivationKind.Tanh)]
    [InlineData("Relu", ActivationKind.Relu)]
    public void OnnxModel_Load_activationWithoutAnAxisOfFeatures_isThatOfTheLayer(string node, ActivationKind activation)
    {
        SmallGraph graph = new SmallGraph().Integers("rows", -1, Hidden).Integers("end", -1).Gru("x", "Y");
        graph.Floats("V", [Hidden, 1]);
        graph.Node("Reshape", ["Y", "rows"], "flat").Node("MatMul", ["flat", "V"], "z").Node("Squeeze", ["z", "end"], "one");
        RnnSpec spec = graph.Node(node, ["one"], "y").Output("y").Load().Model.Spec;
        Assert.Equal(new RnnSpec(Inputs, Cell.Gru(Hidden), Layer.Dense(1, Activations.Of(activation))), spec);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void OnnxModel_Load_gemmWithFactors_scalesWeightsAndBias(int transB)
    {
        const float Alpha = 2.5f, Beta = -0.5f;
        const int Outputs = 2;
        var graph = new SmallGraph();
        float[] weights = graph.Floats("V", transB == 1 ? [Outputs, Hidden] : [Hidden, Outputs]), bias = graph.Floats("C", [Outputs]);
        graph.Integers("rows", -1, Hidden).Gru("x", "Y").Node("Reshape", ["Y", "rows"], "flat");
        graph.Node(
            "Gemm", ["flat", "V", "C"], "y", SmallGraph.Float("alpha", Alpha), SmallGraph.Float("beta", Beta),
            OnnxProto.Integer("transB", transB));
        float[] expected =
        [
            .. Enumerable.Range(0, Outputs * Hidden)
                .Select(i => Alpha * weights[transB == 1 ? i : i % Hidden * Outputs + i / Hidden]),
            .. bias.Select(value => Beta * value),
        ];
        Compare.SameBits(expected, Parameters(graph.Output("y").Load()).AsSpan()[^expected.Length..], "weights and bias");
    }

    [Fact]
    public void OnnxModel_Load_gemmWithOneBiasWithoutAxes_addsItToAllOutputs()
    {
        SmallGraph graph = new SmallGraph().Floats("C", [], [0.5f]).Integers("rows", -1, Hidden);
        graph.Floats("V", [Hidden, 2]);
        graph.Gru("x", "Y").Node("Reshape", ["Y", "rows"], "flat").Node("Gemm", ["flat", "V", "C"], "y").Output("y");
        Assert.Equal([0.5f, 0.5f], Parameters(graph.Load())[^2..]);
    }

    /// <summary>A bias of inputs, of outputs, and one for all behind an activation.</summary>
    [Fact]
    public void OnnxModel_Load_biasesAndActivationsByThemselves_areLayersOfTheirOwn()
    {
        SmallGraph graph = new SmallGraph().Integers("direction", 1).Floats("c", [], [0.5f]);
        float[] before = graph.Floats("a", [Inputs]), behind = graph.Floats("b", [1, Hidden]);
        graph.Node("Add", ["a", "x"], "moved").Gru("moved", "Y").Node("Squeeze", ["Y", "direction"], "outputs");
        graph.Node("Add", ["outputs", "b"], "sum").Node("Tanh", ["sum"], "bent").Node("Add", ["bent", "c"], "y").Output("y");
        OnnxModel onnx = graph.Load();
        Assert.Equal(
            new RnnSpec(
                Inputs, Layer.Affine(isTrained: false), Cell.Gru(Hidden), Layer.Affine(), Layer.Activation(Activation.Tanh),
                Layer.Affine(isTrained: false)),
            onnx.Model.Spec);
        float[] parameters = Parameters(onnx);
        float[] ones = [.. Enumerable.Repeat(1f, Hidden)];
        float[] last = [.. ones, .. behind, .. ones, .. Enumerable.Repeat(0.5f, Hidden)];
        Compare.SameBits([1, 1, 1, .. before], parameters.AsSpan(0, 2 * Inputs), "bias of inputs");
        Compare.SameBits(last, parameters.AsSpan()[^last.Length..], "biases of outputs");
    }

    [Fact]
    public void OnnxModel_Load_partOfAConstantsShapeAndCastsWithSaturate_areTaken()
    {
        const int Opset = 19;
        SmallGraph graph = new SmallGraph(Opset).Node("Cast", ["x"], "cast", OnnxProto.Integer("to", 1), OnnxProto.Integer("saturate", 1));
        graph.Node("Shape", ["W"], "one", OnnxProto.Integer("start", -3), OnnxProto.Integer("end", 1));
        graph.Node("Cast", ["one"], "direction", OnnxProto.Integer("to", OnnxProto.Int64), OnnxProto.Integer("saturate", 0));
        graph.Gru("cast", "Y").Node("Squeeze", ["Y", "direction"], "y").Output("y");
        Assert.Equal([OnnxAxis.Time, OnnxAxis.Batch, OnnxAxis.Feature], graph.Load().OutputAxes);
    }

    [Fact]
    public void OnnxModel_InputAxes_ofDenseLayersAlone_areRowsOrStepsOfThem()
    {
        Assert.Equal([OnnxAxis.Batch, OnnxAxis.Feature], Dense("rows", Inputs).Load().InputAxes);
        OnnxModel steps = Dense("some", "others", Inputs).Load();
        Assert.Equal([OnnxAxis.Time, OnnxAxis.Batch, OnnxAxis.Feature], steps.InputAxes);
        Assert.Equal(steps.InputAxes, steps.OutputAxes);
        Assert.Equal(SequenceShape.ManyToMany, steps.Model.Spec.Shape);
    }

    internal static SmallGraph Dense(params object[] sizes)
    {
        var graph = new SmallGraph(14, 1, sizes);
        graph.Proto.Graph.Initializer.Clear();
        graph.Floats("V", [Inputs, 2]);
        return graph.Node("MatMul", ["x", "V"], "y").Output("y");
    }

    private static float[] Parameters(OnnxModel onnx)
    {
        var parameters = new float[onnx.Model.ParameterCount];
        onnx.Model.Parameters.CopyTo(parameters);
        return parameters;
    }

    /// <summary>A graph with the input x of known sizes and no weights.</summary>
    private static SmallGraph Alone(params object[] sizes)
    {
        var graph = new SmallGraph(14, 1, sizes);
        graph.Proto.Graph.Initializer.Clear();
        return graph;
    }
}
