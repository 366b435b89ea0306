using FastRnn.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>
/// Imported models against ONNX's own node tests, a computation after the operators' specification, and PyTorch for what it exports.
/// </summary>
public sealed class OnnxGoldenTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> All => [.. OnnxGolden.File.Cases.Select(golden => golden.Name)];

    [Fact]
    public void OnnxGolden_file_namesItsOriginAndHoldsEveryCase()
    {
        const int NodeTests = 12, Specified = 75, Exported = 24;
        Assert.Equal(("ONNX", true), (OnnxGolden.File.Origin, OnnxGolden.File.Version.StartsWith("1.12", StringComparison.Ordinal)));
        Assert.NotEqual(0, OnnxGolden.File.Seed);
        Assert.Equal(NodeTests, OnnxGolden.File.Cases.Count(golden => golden.Name.StartsWith("test_", StringComparison.Ordinal)));
        Assert.Equal(Exported, OnnxGolden.File.Cases.Count(golden => golden.Name.StartsWith("torch ", StringComparison.Ordinal)));
        Assert.Equal(NodeTests + Specified + Exported, OnnxGolden.File.Cases.Select(golden => golden.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void OnnxModel_Load_modelWithOutputs_givesThem(string name)
    {
        OnnxCase golden = OnnxGolden.Find(name);
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> outputs = OnnxRun.Run(OnnxModel.Load(folder.Write("model.onnx", golden.Model)), golden.Inputs);
        Assert.Equal(golden.Outputs.Keys.Order(), outputs.Keys.Order());
        foreach ((string output, OnnxTensor expected) in golden.Outputs)
        {
            Compare.Near(expected.Values, outputs[output], relative: 0, Tolerance, output);
        }
    }
}
