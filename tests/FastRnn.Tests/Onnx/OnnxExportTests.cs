using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>What is written is read again as the same network.</summary>
public sealed class OnnxExportTests
{
    private const int Steps = 5, Batch = 3, Seed = 20260104;

    private static readonly Dictionary<string, RnnSpec> Specs = new()
    {
        ["Elman tanh"] = new(3, Cell.Elman(5), Layer.Dense(2)),
        ["Elman relu both ways"] = new(3, Cell.Bidirectional(Cell.Elman(5, Activation.Relu)), Layer.Dense(2, Activation.Tanh)),
        ["LSTM"] = new(3, Cell.Lstm(5), Cell.Lstm(4), Layer.Dense(6, Activation.Relu), Layer.Dense(2, Activation.Softmax)),
        ["LSTM peepholes both ways"] = new(3, Cell.Bidirectional(Cell.Lstm(5, peepholes: true)), Layer.Dense(2, Activation.Sigmoid)),
        ["GRU reset after"] = new(3, Cell.Gru(5), Layer.Dense(2)),
        ["GRU reset before both ways"] = new(3, Cell.Bidirectional(Cell.Gru(5, resetAfter: false)), Cell.Gru(4)),
        ["GRU alone"] = new(3, Cell.Gru(5)),
        ["many to one"] = new(3, Cell.Gru(5), Layer.Dense(2, Activation.Softmax)) { Shape = SequenceShape.ManyToOne },
        ["many to one both ways"] = new(3, Cell.Bidirectional(Cell.Lstm(5)), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
        ["embedding"] = RnnSpec.ForIndices(7, Layer.Embedding(3), Cell.Gru(5), Layer.Dense(2)),
        ["indices"] = RnnSpec.ForIndices(7, Cell.Gru(5)),
        ["indices into both ways"] = RnnSpec.ForIndices(7, Cell.Bidirectional(Cell.Lstm(5)), Layer.Dense(2)),
        ["indices into a dense layer"] = RnnSpec.ForIndices(7, Layer.Dense(3), Cell.Elman(5)),
        ["indices alone"] = RnnSpec.ForIndices(1, Cell.Gru(5)),
        ["time delay"] = new(3, Layer.TimeDelay(5, 3, 2)),
        ["time delay of two steps"] = new(3, Layer.TimeDelay(5, 2, activation: Activation.Identity)),
        ["time delay of one step"] = new(3, Layer.TimeDelay(5, 1, 2), Cell.Gru(4)),
        ["time delays between"] = new(
            3, Cell.Bidirectional(Cell.Gru(4)), Layer.TimeDelay(5, 3, 2, Activation.Relu),
            Layer.TimeDelay(2, 2, activation: Activation.Softmax),
            Layer.Dense(3)),
        ["time delay many to one"] = new(3, Layer.TimeDelay(5, 3), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
        ["time delay behind an embedding"] = RnnSpec.ForIndices(7, Layer.Embedding(3), Layer.TimeDelay(4, 3), Cell.Lstm(5)),
        ["reverse"] = new(3, Cell.Reversed(Cell.Lstm(5, peepholes: true)), Cell.Reversed(Cell.Gru(4, resetAfter: false)), Layer.Dense(2)),
        ["reverse many to one"] = new(3, Cell.Gru(4), Cell.Reversed(Cell.Gru(5)), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
        ["one unit"] = new(3, Cell.Gru(1), Layer.Dense(2)),
        ["one unit both ways"] = new(3, Cell.Bidirectional(Cell.Lstm(1)), Cell.Bidirectional(Cell.Gru(1))),
        ["one unit both ways many to one"] = new(3, Cell.Bidirectional(Cell.Elman(1)), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
        ["dense alone"] = new(3, Layer.Dense(4, Activation.Tanh), Layer.Dense(2)),
        ["dense alone many to one"] = new(3, Layer.Dense(4), Layer.Dense(1)) { Shape = SequenceShape.ManyToOne },
        ["embedding alone"] = RnnSpec.ForIndices(7, Layer.Embedding(3)),
        ["indices into dense layers alone"] = RnnSpec.ForIndices(7, Layer.Dense(3, Activation.Relu), Layer.Dense(2)),
        ["dense before"] = new(3, Layer.Dense(4, Activation.Tanh), Cell.Gru(5)),
    };

    public static TheoryData<string> All => [.. Specs.Keys];

    public static TheoryData<string> Imported
        => [.. OnnxGolden.File.Cases.Select(golden => golden.Name).Where(name => !name.StartsWith("test_", StringComparison.Ordinal))];

    public static TheoryData<string> Refused => ["Jordan", "custom", "one to many"];

    [Theory]
    [MemberData(nameof(All))]
    public void OnnxExport_Save_readAgain_isTheSameNetwork(string name)
    {
        RnnModel model = RnnModel.Create(Specs[name], Seed);
        using var folder = new TemporaryFolder();
        OnnxExport.Save(model, folder["model.onnx"]);
        OnnxModel read = OnnxModel.Load(folder["model.onnx"]);
        Assert.Equal(model.Spec, read.Model.Spec);
        Compare.SameBits(Parameters(model), Parameters(read.Model), "parameters");
        Assert.Empty(read.Warnings);
        Assert.Equal(("x", "y", null), (read.InputName, read.OutputName, read.LengthsName));
        Assert.Equal(model.Spec.StateSize, read.States.Sum(state => state.Size));
        Assert.All(
            read.States,
            state => Assert.Equal(($"{Part(state)}.initial", $"{Part(state)}.final"), (state.Input?.Name, state.Output?.Name)));

        Assert.All(read.States, state => Assert.Single(model.Spec.StateParts, part => Has(part, state)));

        static bool Has(StatePart part, OnnxState state)
            => (part.Layer, part.IsReverse, part.Name == "c") == (state.Layer, state.IsReverse, state.IsMemory)
                && part.Offset <= state.Offset && state.Offset + state.Size <= part.Offset + part.Length;

        string Part(OnnxState state)
            => $"layers.{state.Layer}.{(model.Spec.Layers[state.Layer] is TimeDelaySpec ? "window" : state.IsMemory ? "c" : "h")}";
    }

    /// <summary>But the largest float as a clip, by which ONNX Runtime says that nothing is clipped.</summary>
    [Fact]
    public void OnnxExport_Save_everyCellOption_isReadAgainAsTheSameNetwork()
    {
        using var folder = new TemporaryFolder();
        foreach (CellSpec cell in CellVariants.WithOptions(2).Where(cell
            => RecurrentOperator.ClipOf(cell) != float.MaxValue && RecurrentOperator.ActivationsOf(cell).All(RecurrentOperator.Has)))
        {
            RnnModel model = RnnModel.Create(new RnnSpec(3, cell, Cell.Bidirectional(cell), Cell.Reversed(cell)), Seed);
            OnnxExport.Save(model, folder["model.onnx"]);
            OnnxModel read = OnnxModel.Load(folder["model.onnx"]);
            Assert.Equal(model.Spec, read.Model.Spec);
            Assert.Empty(read.Warnings);
            Compare.SameBits(Parameters(model), Parameters(read.Model), $"parameters of {cell}");
            Compare.SameBits(Outputs(model), Outputs(read.Model), $"outputs of {cell}");
        }
    }

    /// <summary>Also with other activations, clips and coupled gates.</summary>
    [Theory]
    [MemberData(nameof(Imported))]
    public void OnnxExport_Save_whatWasImported_isReadAgainAsTheSameNetwork(string name)
    {
        using var folder = new TemporaryFolder();
        RnnModel model = OnnxModel.Load(folder.Write("imported.onnx", OnnxGolden.Find(name).Model)).Model;
        OnnxExport.Save(model, folder["exported.onnx"]);
        RnnModel read = OnnxModel.Load(folder["exported.onnx"]).Model;
        Assert.Equal(model.Spec, read.Spec);
        Compare.SameBits(Parameters(model), Parameters(read), name);
    }

    [Fact]
    public void OnnxExport_Save_dropout_isLeftOut()
    {
        var spec = new RnnSpec(3, Cell.Gru(5), Layer.Dropout(0.5f), Layer.Dense(2));
        RnnModel model = RnnModel.Create(spec, Seed);
        using var folder = new TemporaryFolder();
        OnnxExport.Save(model, folder["model.onnx"]);
        RnnModel read = OnnxModel.Load(folder["model.onnx"]).Model;
        Assert.Equal(new RnnSpec(3, Cell.Gru(5), Layer.Dense(2)), read.Spec);
        Compare.SameBits(Outputs(model), Outputs(read), "outputs");
    }

    [Fact]
    public void OnnxExport_Save_timeDelay_isAConvolutionBehindItsWindow()
    {
        const int Inputs = 3, Outputs = 5, Width = 3, Dilation = 2;
        RnnModel model = RnnModel.Create(new RnnSpec(Inputs, Layer.TimeDelay(Outputs, Width, Dilation)), Seed);
        GraphProto graph = Exported(model);
        NodeProto convolution = graph.Node.Single(node => node.OpType == "Conv");
        Assert.Equal([Dilation], convolution.Attribute.Single(attribute => attribute.Name == "dilations").Ints);
        Assert.Equal([Width], convolution.Attribute.Single(attribute => attribute.Name == "kernel_shape").Ints);
        byte[] raw = graph.Initializer.Single(tensor => tensor.Name == convolution.Input[1]).RawData.ToByteArray();
        float[] weights = OnnxProto.Floats(raw).ToArray(), parameters = Parameters(model);
        for (int i = 0; i < weights.Length; i++)
        {
            (int output, int input, int place) = (i / (Inputs * Width), i / Width % Inputs, i % Width);
            Assert.Equal(parameters[output * Width * Inputs + place * Inputs + input], weights[i]);
        }

        Assert.Equal(["x", "layers.0.window.initial"], graph.Input.Select(input => input.Name));
        Assert.Equal((Width - 1) * Dilation, graph.Input[1].Type.TensorType.Shape.Dim[0].DimValue);
        Assert.Equal(["y", "layers.0.window.final"], graph.Output.Select(output => output.Name));
    }

    [Fact]
    public void OnnxExport_Save_timeDelayOfOneStepWithDilation_isAConvolution()
    {
        GraphProto graph = Exported(RnnModel.Create(new RnnSpec(3, Layer.TimeDelay(5, width: 1, dilation: 2)), Seed));
        Assert.Equal(["x"], graph.Input.Select(input => input.Name));
        Assert.Single(graph.Node, node => node.OpType == "Conv");
        Assert.Single(graph.Node, node => node.OpType == "Tanh");
    }

    [Fact]
    public void OnnxExport_Save_indicesWithoutEmbedding_becomeOneHotVectors()
        => Assert.Single(Exported(RnnModel.Create(RnnSpec.ForIndices(7, Cell.Gru(5)), Seed)).Node, node => node.OpType == "OneHot");

    [Theory]
    [MemberData(nameof(Refused))]
    public void OnnxExport_Save_whatOnnxLacks_isRefusedAndWritesNothing(string what)
    {
        (RnnSpec spec, string expected, string actual) = what switch
        {
            "Jordan" => (new RnnSpec(3, Cell.Gru(3), Cell.Jordan(4, 2)), "ONNX has operators for", "layers[1] (Jordan)"),
            "custom" => (new RnnSpec(3, Cell.Custom<DecayingMemoryCell>(4)), "ONNX has operators for", "layers[0] (DecayingMemory)"),
            _ => (new RnnSpec(3, Cell.Gru(3)) { Shape = SequenceShape.OneToMany }, "reads all its inputs", "one-to-many"),
        };
        using var folder = new TemporaryFolder();
        Unsupported(expected, actual, () => OnnxExport.Save(RnnModel.Create(spec, Seed), folder["model.onnx"]));
        Assert.False(File.Exists(folder["model.onnx"]));
    }

    [Fact]
    public void OnnxExport_Save_noModelOrPath_isRefused()
    {
        Assert.Throws<ArgumentNullException>("model", () => OnnxExport.Save(null!, "model.onnx"));
        Assert.Throws<ArgumentException>("path", () => OnnxExport.Save(RnnModel.Create(Specs["LSTM"], Seed), ""));
    }

    private static void Unsupported(string expected, string actual, Action save)
    {
        NotSupportedException exception = Assert.Throws<NotSupportedException>(save);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(actual, exception.Message, StringComparison.Ordinal);
    }

    private static GraphProto Exported(RnnModel model)
    {
        using var folder = new TemporaryFolder();
        OnnxExport.Save(model, folder["model.onnx"]);
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"])).Graph;
    }

    private static float[] Parameters(RnnModel model)
    {
        var parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        return parameters;
    }

    private static float[] Outputs(RnnModel model)
    {
        var outputs = new float[Steps * Batch * model.Spec.OutputSize];
        model.Run(RandomData.Uniform(Seed, Steps * Batch * model.Spec.InputSize), outputs, new() { Steps = Steps, Sequences = Batch });
        return outputs;
    }
}
