using FastRnn.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>What is read, though it may be wrong.</summary>
public sealed class OnnxWarningTests
{
    private const string ResetsBefore = "GRU opset 14", ResetsAfter = "GRU reset after forward with biases", Lstm = "LSTM opset 14";

    [Theory]
    [InlineData("pytorch")]
    [InlineData("PyTorch")]
    public void OnnxModel_Warnings_gruOfPyTorchThatResetsBefore_namesNodeAttributeAndProducer(string producer)
    {
        string warning = Assert.Single(Load(ResetsBefore, producer).Warnings);
        Assert.All(
            ["node GRU of Y", "linear_before_reset is 0", $"the producer is {producer}"],
            text => Assert.Contains(text, warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ResetsBefore, "keras")]
    [InlineData(ResetsBefore, "")]
    [InlineData(ResetsAfter, "pytorch")]
    [InlineData(Lstm, "pytorch")]
    public void OnnxModel_Warnings_whatIsAsItsProducerHasIt_areNone(string golden, string producer)
        => Assert.Empty(Load(golden, producer).Warnings);

    /// <summary>One for the graph, however many casts there are.</summary>
    [Fact]
    public void OnnxModel_Warnings_valuesOfHalfPrecision_areOne()
    {
        const int Half = 10;
        SmallGraph graph = new SmallGraph().Node("Cast", ["x"], "h", OnnxProto.Integer("to", Half)).Gru("h", "Y");
        graph.Node("Cast", ["Y"], "f", OnnxProto.Integer("to", OnnxProto.Float)).Node("Cast", ["f"], "y", OnnxProto.Integer("to", Half));
        string warning = Assert.Single(graph.Output("y").Load().Warnings);
        Assert.StartsWith("node Cast of h: values are of half precision", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void OnnxModel_Warnings_weightsThatAreNaN_areNone()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = OnnxProto.Changed(
            Lstm,
            model =>
            {
                float[] values = new float[model.Initializer("W").RawData.Length / sizeof(float)];
                Array.Fill(values, float.NaN);
                OnnxProto.Set(model.Initializer("W"), values);
            });
        Assert.Empty(OnnxModel.Load(folder.Write("model.onnx", bytes)).Warnings);
    }

    private static OnnxModel Load(string golden, string producer)
    {
        using var folder = new TemporaryFolder();
        return OnnxModel.Load(folder.Write("model.onnx", OnnxProto.Changed(golden, model => model.ProducerName = producer)));
    }
}
