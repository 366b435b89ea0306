using FastRnn.Onnx.Format;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Cli;

/// <summary>ONNX files that say more than a model does.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private const string Ragged = "RNN forward B initial sequence_lens";
    private const int Int32 = 6, FloatAttribute = 1, FloatsAttribute = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tool_initialStatesForSeveralSequences_showsTheLayersAndRefusesTheRest()
    {
        var states = new TensorProto { Name = "initial_h", DataType = OnnxProto.Float, Dims = { 1, 3, 5 } };
        states.FloatData.AddRange(Enumerable.Repeat(0.5f, 15));
        Limited(states, "initial states: expected those of one sequence");
    }

    [Fact]
    public void Tool_fixedLengthsOfSeveralSequences_showsTheLayersAndRefusesTheRest()
        => Limited(
            new TensorProto { Name = "sequence_lens", DataType = Int32, Dims = { 3 }, Int32Data = { 6, 2, 3 } },
            "sequence_lens: expected the length of one sequence, but the graph fixes those of 3");

    /// <summary>Rows behind the length have zeros, whole or streamed; a shorter sequence is refused, as is a file that can't fix it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunCommand_fixedLength_isThatOfEachSequence(bool streamed)
    {
        string path = _folder["fixed.onnx"];
        ModelProto model = OnnxProto.Golden("GRU opset 14");
        model.Graph.Initializer.Add(new TensorProto { Name = "lengths", DataType = Int32, Dims = { 1 }, Int32Data = { 2 } });
        model.Graph.Node[0].Input.Add("lengths");
        foreach (DimensionProto size in model.Graph.Input[0].Type.TensorType.Shape.Dim.Take(2))
        {
            size.ClearDimValue();
        }

        _folder.Write("fixed.onnx", model.ToByteArray());
        string rows = _folder.Write("rows.csv", "1,2,3,4\n5,6,7,8\n9,1,2,3\n"u8.ToArray());
        string[] arguments = ["run", path, "--input", rows, .. streamed ? (string[])["--streamed"] : []];
        string[] lines = ToolRun.Of(arguments).Done().Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.DoesNotMatch("^0(,0)*$", lines[1].Trim());
        Assert.Matches("^0(,0)*$", lines[2].Trim());
        _folder.Write("rows.csv", "1,2,3,4\n"u8.ToArray());
        ToolRun.Of(arguments).Refused($"{rows}: line 2: expected sequences of at least 2 rows");
        ToolRun.Of("convert", path, _folder["out.safetensors"]).Refused($"{path}: sequence_lens: expected sequences of any length");
    }

    [Fact]
    public void ConvertCommand_initialStateThatIsNotZero_isRefusedByItsLayer()
    {
        var state = new TensorProto { Name = "initial_h", DataType = OnnxProto.Float, Dims = { 1, 1, 5 } };
        state.FloatData.AddRange([0, 0, 0, 0, 0.5f]);
        string path = WithConstant(state);
        ToolRun.Of("convert", path, _folder["out.safetensors"]).Refused(
            $"{path}: layers[0] (Elman): expected an initial state of zeros, since no output file can have another");
        state.FloatData[4] = 0;
        ToolRun.Of("convert", WithConstant(state), _folder["out.safetensors"]).Done();
    }

    [Fact]
    public void InspectCommand_constantNodes_areListedAndWarnedOf()
    {
        byte[] bytes = OnnxProto.Changed("test_simple_rnn_defaults", model =>
        {
            var many = new AttributeProto { Name = "value_floats", Type = FloatsAttribute };
            many.Floats.Add([float.NaN, 1, float.PositiveInfinity]);
            model.Graph.Node.Add(Constant("many", many));
            model.Graph.Node.Add(Constant("one", new AttributeProto { Name = "value_float", Type = FloatAttribute, F = float.NaN }));
            model.Graph.Node.Add(Constant("whole", OnnxProto.Integer("value_int", 3)));
        });
        string output = ToolRun.Of("inspect", _folder.Write("model.onnx", bytes)).Done().Output;
        Assert.All(
            [
                "  many   FLOAT  [3]", "  one    FLOAT  []", "  whole  INT64  []", "Warning: many: 1 NaN and 1 infinite among 3 values",
                "Warning: one: 1 NaN and 0 infinite among 1 values",
            ],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    private static NodeProto Constant(string name, AttributeProto value)
        => new() { OpType = "Constant", Output = { name }, Attribute = { value } };

    private void Limited(TensorProto constant, string expected)
    {
        string path = WithConstant(constant);
        string output = ToolRun.Of("inspect", path).Done().Output;
        Assert.Contains("  0  elman ", output, StringComparison.Ordinal);
        Assert.Contains($"The commands run and convert can't use it: {expected}", output, StringComparison.Ordinal);
        ToolRun.Of("run", path).Refused(path, expected);
        ToolRun.Of("convert", path, _folder["out.safetensors"]).Refused(path, expected);
    }

    /// <summary>Writes a graph in which an input is a constant.</summary>
    private string WithConstant(TensorProto constant)
        => _folder.Write("model.onnx", OnnxProto.Changed(Ragged, model =>
        {
            model.Graph.Input.Remove(model.Graph.Input.Single(input => input.Name == constant.Name));
            model.Graph.Initializer.Add(constant);
        }));
}
