using System.Text;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

public sealed class InspectCommandTests : IDisposable
{
    private const int Seed = 9;

    private readonly TemporaryFolder _folder = new();

    private static RnnSpec Spec => RnnSpec.ForIndices(
        2000, Layer.Embedding(6), Cell.Bidirectional(Cell.Lstm(5, peepholes: true)), Layer.Dense(3, Activation.Softmax)) with
    {
        Shape = SequenceShape.ManyToOne,
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void InspectCommand_ownModel_showsLayersTensorsAndMetadata()
    {
        var model = RnnModel.Create(Spec, Seed);
        string path = _folder["model.safetensors"];
        model.Save(path);
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.All(
            [
                FormattableString.Invariant($"{path}: safetensors of FastRnn, {new FileInfo(path).Length:N0} bytes"),
                "inputs      one index, below 2,000", "outputs     3, many to one",
                FormattableString.Invariant($"parameters  {model.ParameterCount:N0}"), "state       20 floats",
                "  0  embedding ", "size 6 ", "2,000 → 6 ", "12,000 parameters",
                "  1  bidirectional lstm", "hidden size 5, peepholes ", " 20 state", "  2  dense", "activation softmax",
                "layers.0.table", "F32  [2000, 6]", "fastrnn.spec", "fastrnn.version",
            ],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.DoesNotContain("Warning", output, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectCommand_weightsThatAreNotFinite_areWarnedOfByName()
    {
        var spec = new RnnSpec(2, Cell.Elman(2), Layer.Dense(1));
        var parameters = new float[RnnModel.Create(spec, Seed).ParameterCount];
        parameters[^1] = float.NaN;
        parameters[0] = float.PositiveInfinity;
        parameters[1] = float.NegativeInfinity;
        RnnModel.FromParameters(spec, parameters).Save(_folder["model.safetensors"]);
        RnnModel.FromParameters(spec, parameters).Save(_folder["small.safetensors"], StoredType.BF16);
        foreach (string name in (string[])["model.safetensors", "small.safetensors"])
        {
            string output = ToolRun.Of("inspect", _folder[name]).Done().Output;
            string[] warnings = [.. output.Split('\n').Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).Order()];
            Assert.Equal(
                [
                    "Warning: layers.0.inputWeights: 0 NaN and 2 infinite among 4 values",
                    "Warning: layers.1.bias: 1 NaN and 0 infinite among 1 values",
                ],
                warnings.Select(line => line.TrimEnd()));
        }
    }

    [Theory]
    [InlineData("pytorch_rnn_tanh", ": rnn: --activation tanh|relu: expected a value")]
    [InlineData("pytorch_ordered", ": --order: expected a value")]
    [InlineData("keras_gru_no_bias", ": --reset after|before: expected a value")]
    public void InspectCommand_fileThatLeavesSomethingOpen_listsTensorsAndSaysWhatDecides(string name, string expected)
    {
        var golden = WeightFileCase.Find(name);
        string open = ToolRun.Of("inspect", golden.Path).Done().Output;
        Assert.Contains("The file can't be loaded as a model", open, StringComparison.Ordinal);
        Assert.Contains(expected, open, StringComparison.Ordinal);
        using (var file = SafetensorsFile.Open(golden.Path))
        {
            Assert.All(file.Tensors, tensor => Assert.Contains($"  {tensor.Name} ", open, StringComparison.Ordinal));
        }

        string decided = ToolRun.Of(["inspect", golden.Path, .. WeightFileArguments.Of(golden.Options)]).Done().Output;
        Assert.Contains("Layers", decided, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectCommand_tensorsOfNoModel_areListed()
    {
        string path = Write("any.safetensors", """
            {"a\u001b[2J":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"__metadata__":{"from":"a\nb"}}
            """, 16);
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.Contains(@"  a\u001B[2J  I64  [2]", output, StringComparison.Ordinal);
        Assert.Contains(@"  from  a\u000Ab", output, StringComparison.Ordinal);
        Assert.Contains("expected tensors named as PyTorch", output, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectCommand_longNames_areShortenedBeforeRowsAreAligned()
    {
        const int length = 1_000_000, count = 100;
        string name = new('n', length);
        IEnumerable<string> tensors = Enumerable.Range(0, count).Select(i => $$"""
            "{{(i == 0 ? name : $"t{i}")}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
            """);
        string output = ToolRun.Of("inspect", Write("long.safetensors", $"{{{string.Join(',', tensors)}}}", 0)).Done().Output;
        Assert.Contains($"  {name[..200]}… (1,000,000 characters)  F32  [0]", output, StringComparison.Ordinal);
        Assert.Contains("  t99 ", output, StringComparison.Ordinal);
        Assert.InRange(output.Length, count * 80, count * 200);
    }

    [Fact]
    public void InspectCommand_largeTensor_isReadInParts()
    {
        const long length = 100_000_000;
        string path = Write("sparse.safetensors", $$$"""
            {"x":{"dtype":"F16","shape":[1,{{{length / 2}}}],"data_offsets":[0,{{{length}}}]}}
            """, 0);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length + length);
            file.Position = file.Length - 2;
            file.Write([0x00, 0x7E]);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, length / 10);
        Assert.Contains("Warning: x: 1 NaN and 0 infinite among 50000000 values", output, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectCommand_onnxFile_showsOpsetLayersAndInitializers()
    {
        string path = _folder["model.onnx"];
        File.WriteAllBytes(path, OnnxGolden.Find("test_simple_rnn_with_initial_bias").Model);
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.All(
            ["ONNX, opset 14, by backend-test", "  0  elman ", "hidden size 5", "  W  FLOAT  [1, 5, 3]", "  B  FLOAT  [1, 10]"],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public void InspectCommand_onnxGruOfPyTorchThatResetsBefore_warnsOnStandardError()
    {
        const string Warning = "warning: node GRU of Y: linear_before_reset is 0";
        string path = _folder["model.onnx"], converted = _folder["converted.safetensors"], rows = _folder["rows.csv"];
        File.WriteAllBytes(path, OnnxProto.Changed("GRU opset 14", model => model.ProducerName = "pytorch"));
        File.WriteAllText(rows, "1,2,3,4\n");
        ToolRun[] runs =
        [
            ToolRun.Of("inspect", path), ToolRun.Of("convert", path, converted), ToolRun.Of("run", path, "--input", rows),
        ];
        Assert.All(runs, run => Assert.StartsWith($"{path}: {Warning}", run.Error, StringComparison.Ordinal));
        Assert.All(runs, run => Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
    }

    [Fact]
    public void InspectCommand_brokenFiles_areRefusedByRule()
    {
        ToolRun.Of("inspect", Write("short.safetensors", "{}", 8)).Refused("short.safetensors", "expected 0 bytes of data");
        File.WriteAllText(_folder["text.txt"], "Once upon a time");
        ToolRun.Of("inspect", _folder["text.txt"]).Refused("text.txt", "expected a safetensors or an ONNX file");
        ToolRun.Of("inspect", _folder["none"]).Refused("none");
        ToolRun.Of("inspect", "").Refused("Argument 'FILE': expected the path of a file");
    }

    private string Write(string name, string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header.Trim());
        File.WriteAllBytes(_folder[name], [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[dataLength]]);
        return _folder[name];
    }
}
