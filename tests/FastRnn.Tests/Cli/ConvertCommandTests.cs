using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

public sealed class ConvertCommandTests : IDisposable
{
    private const int Seed = 7;
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    private static RnnSpec Spec => new(
        3, Cell.Elman(4), Cell.Bidirectional(Cell.Lstm(5)), Cell.Gru(4), Layer.Dense(3, Activation.Sigmoid),
        Layer.Dense(2, Activation.Softmax));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pytorch", "PyTorch")]
    [InlineData("keras", "Keras")]
    public void ConvertCommand_toAFrameworkAndBack_hasTheSameBits(string format, string shown)
    {
        string source = Save(Spec), middle = _folder["middle.safetensors"], end = _folder["end.safetensors"];
        ToolRun there = ToolRun.Of("convert", source, middle, "--to", format).Done();
        Assert.Contains($"(FastRnn) → {middle} ({shown})", there.Output, StringComparison.Ordinal);
        Assert.Contains("activations", there.Output, StringComparison.Ordinal);
        string dense = format == "keras" ? "layers/3=sigmoid" : "layers.3=sigmoid";
        ToolRun.Of(
            "convert", middle, end, "--activation", "tanh", "--activation", dense, "--output-activation", "softmax").Done();
        Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(end));
    }

    public static TheoryData<int, string> Frameworks
        => [.. Enumerable.Range(0, Written.Length).SelectMany(i => (TheoryDataRow<int, string>[])[(i, "pytorch"), (i, "keras")])];

    private static RnnSpec[] Written =>
    [
        Spec,
        new RnnSpec(
            3, Layer.TimeDelay(6, 3, dilation: 2) with { LookAhead = 1, Groups = 3 }, Layer.Affine(isTrained: false),
            Layer.Activation(Activation.HardTanh(0, 6)), Layer.Activation(Activation.PRelu(perFeature: true)),
            Layer.LayerNormalization(1e-3f), Layer.TimeDelay(4, 2, activation: Activation.Identity) with { HasBias = false },
            Layer.RmsNormalization(1e-6f), Layer.Activation(Activation.Relu), Layer.Activation(Activation.PRelu()),
            Cell.Bidirectional(Cell.Elman(3, Activation.Relu), Merge.Sum), Layer.Dense(3)),
        RnnSpec.ForIndices(5, Layer.Embedding(5), Cell.Gru(5), Layer.Dense(5, Activation.LeakyRelu(0.2f))) with
        {
            Shape = SequenceShape.ManyToOne,
        },
        new RnnSpec(2, Cell.Lstm(3)),
    ];

    /// <summary>The options that are printed make the same network of the file.</summary>
    [Theory]
    [MemberData(nameof(Frameworks))]
    public void ConvertCommand_toAFramework_saysWithWhichOptionsItIsReadBack(int index, string format)
    {
        string source = Save(Written[index]), middle = _folder["middle.safetensors"], end = _folder["end.safetensors"];
        string output = ToolRun.Of("convert", source, middle, "--to", format).Done().Output;
        string line = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
        const string begin = "Reading this one takes ";
        Assert.StartsWith(begin, line, StringComparison.Ordinal);
        string options = line[begin.Length..];
        string[] arguments = options == "no options." ? [] : [.. options.Split(" --").SelectMany((option, i) => Parts(i, option))];
        ToolRun.Of(["convert", middle, end, .. arguments]).Done();
        Assert.Equal(RnnModel.Load(source).Spec.ToString(), RnnModel.Load(end).Spec.ToString());

        static string[] Parts(int index, string option)
        {
            int space = option.IndexOf(' ', StringComparison.Ordinal);
            return [(index == 0 ? "" : "--") + option[..space], option[(space + 1)..].Trim('\'')];
        }
    }

    [Fact]
    public void ConvertCommand_networkThatIsNotReadBack_saysSo()
    {
        string source = Save(new RnnSpec(2, Cell.Gru(3), Layer.MeanPooling(), Layer.Dense(2)));
        Assert.Contains(
            "can't be read back as the same network", ToolRun.Of("convert", source, _folder["a.safetensors"], "--to", "keras").Done().Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ConvertCommand_toOnnxAndBack_givesTheSameOutputs()
    {
        string source = Save(Spec), middle = _folder["middle.onnx"], end = _folder["end.safetensors"];
        ToolRun.Of("convert", source, middle).Done();
        Assert.Equal(Spec.OutputSize, OnnxModel.Load(middle).Model.Spec.OutputSize);
        ToolRun.Of("convert", middle, end).Done();
        Compare.Near(
            Array.ConvertAll(Outputs(RnnModel.Load(source)), value => (double)value), Outputs(RnnModel.Load(end)), relative: 0, Tolerance,
            "y");
    }

    [Theory]
    [InlineData("pytorch_tagger")]
    [InlineData("keras_tagger")]
    [InlineData("pytorch_ordered")]
    public void ConvertCommand_weightsOfAFramework_makesTheModelOfThem(string name)
    {
        var golden = WeightFileCase.Find(name);
        string end = _folder["end.safetensors"];
        ToolRun.Of(["convert", golden.Path, end, .. WeightFileArguments.Of(golden.Options)]).Done();
        Compare.Near(golden.Outputs, golden.Run(RnnModel.Load(end)), relative: 0, Tolerance, name);
    }

    [Fact]
    public void ConvertCommand_bfloat16_roundsTheWeights()
    {
        string source = Save(Spec), end = _folder["end.safetensors"];
        ToolRun.Of("convert", source, end, "--bfloat16").Done();
        RnnModel model = RnnModel.Load(source), rounded = RnnModel.Load(end);
        var expected = new float[model.ParameterCount];
        var actual = new float[model.ParameterCount];
        model.Parameters.CopyTo(expected);
        rounded.Parameters.CopyTo(actual);
        Assert.All(actual, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) & 0xFFFF));
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Math.Abs(expected[i]) / 256, $"{expected[i]} became {actual[i]}");
        }
    }

    [Theory]
    [InlineData("out.safetensors", "--to", "pytorch")]
    [InlineData("out.safetensors", "--to", "keras")]
    [InlineData("out.onnx", "--to", "onnx")]
    public void ConvertCommand_layerThatTheFormatHasNot_isRefusedByName(params string[] args)
    {
        string source = Save(new RnnSpec(2, Cell.Elman(2), Cell.Jordan(3, 2)));
        string[] names = _folder.Names;
        ToolRun.Of(["convert", source, _folder[args[0]], .. args[1..]]).Refused("layers[1] (Jordan)");
        Assert.Equal(names, _folder.Names);
    }

    [Theory]
    [InlineData("a format given by --to", "out.bin")]
    [InlineData("another extension", "out.onnx", "--to", "keras")]
    [InlineData("another extension", "out.safetensors", "--to", "onnx")]
    [InlineData("--bfloat16", "out.onnx", "--bfloat16")]
    [InlineData("--activation", "out.onnx", "--activation", "tanh")]
    [InlineData("--reset", "out.onnx", "--reset", "after")]
    public void ConvertCommand_optionsThatDoNotFit_areRefused(string expected, params string[] args)
    {
        string source = Save(Spec);
        ToolRun.Of(["convert", source, _folder[args[0]], .. args[1..]]).Refused(expected);
        Assert.False(File.Exists(_folder[args[0]]));
    }

    [Theory]
    [InlineData("--activation", "softmax", "Option '--activation': expected tanh or relu, or a module's name")]
    [InlineData("--activation", "a=b", "Option '--activation': expected tanh or relu, or a module's name")]
    [InlineData("--inputs", "x", "Option '--inputs': expected indices or values, but got 'x'.")]
    [InlineData("--shape", "x", "Option '--shape': expected many-to-many, many-to-one or one-to-many, but got 'x'.")]
    [InlineData("--to", "x", "Option '--to': expected fastrnn, pytorch, keras or onnx, but got 'x'.")]
    public void ConvertCommand_badOption_isRejectedWithItsNameAndValue(string option, string value, string expected)
        => ToolRun.Of("convert", Save(Spec), _folder["out.onnx"], option, value).Refused(expected);

    [Fact]
    public void ConvertCommand_somethingLeftOpen_stopsAndSaysWhichOptionDecides()
    {
        string end = _folder["end.safetensors"];
        ToolRun.Of("convert", WeightFileCase.Find("pytorch_rnn_tanh").Path, end).Refused("rnn_tanh", ": --activation tanh|relu: expected a value");
        ToolRun.Of("convert", WeightFileCase.Find("keras_gru_no_bias").Path, end).Refused("gru_no_bias", ": --reset after|before: expected a value");
        ToolRun.Of("convert", WeightFileCase.Find("pytorch_ordered").Path, end).Refused("pytorch_ordered", ": --order: expected a value");
        Assert.False(File.Exists(end));
    }

    [Fact]
    public void ConvertCommand_clippedCell_keepsItsClip()
    {
        string graph = Graph(golden => golden.Contains("clip", StringComparison.Ordinal));
        ToolRun.Of("convert", graph, _folder["end.safetensors"]).Done();
        RnnModel expected = OnnxModel.Load(graph).Model, actual = RnnModel.Load(_folder["end.safetensors"]);
        Assert.Equal(expected.Spec, actual.Spec);
        Compare.SameBits(Outputs(expected), Outputs(actual));
    }

    private static float[] Outputs(RnnModel model)
    {
        const int Steps = 6;
        var outputs = new float[Steps * model.Spec.OutputSize];
        model.Run(RandomData.Uniform(Seed, Steps * model.Spec.InputSize), outputs, new() { Steps = Steps, Sequences = 1 });
        return outputs;
    }

    /// <summary>A golden file of that name.</summary>
    private string Graph(Func<string, bool> isWanted)
    {
        string path = _folder["graph.onnx"];
        File.WriteAllBytes(path, OnnxGolden.File.Cases.First(golden => isWanted(golden.Name)).Model);
        return path;
    }

    private string Save(RnnSpec spec)
    {
        string path = _folder["model.safetensors"];
        RnnModel.Create(spec, Seed).Save(path);
        return path;
    }
}
