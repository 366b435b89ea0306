using System.Text.Json;
using FastRnn.Onnx;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>
/// Graphs as exporters write them against ONNX Runtime, by make_onnx_graphs.py: every operator, and what stands for an operator that is too
/// new, in opsets 11 to 20, with the batch or the time first, with free or fixed axes.
/// </summary>
public sealed class OnnxGraphGoldenTests
{
    private const int Steps = 5, Batch = 3, Seed = 20260106;
    private const double Tolerance = 1e-5;

    private static readonly OnnxGolden File = Load();

    public static TheoryData<string> All => [.. File.Cases.Select(golden => golden.Name)];

    [Fact]
    public void OnnxGraphs_file_namesItsOriginAndHasEveryKind()
    {
        const int Kinds = 37;
        Assert.Equal(("ONNX Runtime", "1.31.1", Seed), (File.Origin, File.Version, File.Seed));
        Assert.Equal(Kinds, File.Cases.Select(golden => golden.Name.Split(' ')[0]).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void OnnxModel_Load_graphOfAnExporter_givesOnnxRuntimesOutputs(string name)
    {
        OnnxCase golden = File.Cases.Single(golden => golden.Name == name);
        using var folder = new TemporaryFolder();
        OnnxModel onnx = OnnxModel.Load(folder.Write("model.onnx", golden.Model));
        Dictionary<string, float[]> outputs = OnnxRun.Run(onnx, golden.Inputs);
        Compare.Near(golden.Outputs["y"].Values, outputs["y"], relative: Tolerance, Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void OnnxExport_Save_whatWasRead_isReadAgainAndComputesTheSame(string name)
    {
        using var folder = new TemporaryFolder();
        OnnxCase golden = File.Cases.Single(golden => golden.Name == name);
        RnnModel model = OnnxModel.Load(folder.Write("model.onnx", golden.Model)).Model;
        OnnxExport.Save(model, folder["exported.onnx"]);
        RnnModel read = OnnxModel.Load(folder["exported.onnx"]).Model;
        double[] expected = [.. Outputs(model).Select(value => (double)value)];
        Compare.Near(expected, Outputs(read), relative: Tolerance, Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_Save_whatWasRead_isLoadedAsTheSameNetwork(string name)
    {
        using var folder = new TemporaryFolder();
        OnnxCase golden = File.Cases.Single(golden => golden.Name == name);
        RnnModel model = OnnxModel.Load(folder.Write("model.onnx", golden.Model)).Model;
        model.Save(folder["model.safetensors"]);
        RnnModel loaded = RnnModel.Load(folder["model.safetensors"]);
        Assert.Equal(model.Spec, loaded.Spec);
        Compare.SameBits(model.Parameters, loaded.Parameters, "parameters");
    }

    private static float[] Outputs(RnnModel model)
    {
        RnnSpec spec = model.Spec;
        var outputs = new float[(spec.Shape == SequenceShape.ManyToOne ? 1 : Steps) * Batch * spec.OutputSize];
        model.Run(RandomData.Uniform(Seed, Steps * Batch * spec.InputSize), outputs, new() { Steps = Steps, Sequences = Batch });
        return outputs;
    }

    private static OnnxGolden Load()
    {
        using Stream stream = typeof(OnnxGraphGoldenTests).Assembly.GetManifestResourceStream("onnx_graphs.json")!;
        return JsonSerializer.Deserialize<OnnxGolden>(stream, JsonSerializerOptions.Web)!;
    }
}
