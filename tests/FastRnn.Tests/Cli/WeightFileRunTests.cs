using System.Globalization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

/// <summary>Files of other frameworks, run as they are, against what the frameworks put out.</summary>
public sealed class WeightFileRunTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files
        => [.. WeightFileCase.PyTorch.Concat(WeightFileCase.Keras).Select(golden => golden.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void RunCommand_weightsOfAFramework_givesItsOutputs(string name)
    {
        var golden = WeightFileCase.Find(name);
        string[] options = WeightFileArguments.Of(golden.Options);
        string rows = Rows(golden);
        ToolRun run = ToolRun.Of(["run", golden.Path, "--input", Write(rows), .. options]).Done();
        Compare.Near(golden.Outputs, ToTimeMajor(run.Rows, golden), relative: 0, Tolerance, name);
    }

    [Fact]
    public void RunCommand_onnxFile_givesTheGraphsOutputs()
    {
        OnnxCase golden = OnnxGolden.Find("test_simple_rnn_defaults");
        string model = _folder["model.onnx"];
        File.WriteAllBytes(model, golden.Model);
        double[] x = golden.Inputs["X"].Values;
        string rows = string.Join("\n\n", x.Chunk(2).Select(row => string.Join(';', row.Select(Text))));
        string[] results = ToolRun.Of("run", model, "--input", Write(rows)).Done().Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        float[] values = [.. results.SelectMany(row => row.Split(',')).Select(Number)];
        Compare.Near(golden.Outputs["Y_h"].Values, values, relative: 0, Tolerance, "Y_h");
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The sequences of a batch one below the other.</summary>
    private static string Rows(WeightFileCase golden)
    {
        int width = golden.Inputs.Length / golden.Steps / golden.Batch;
        var lines = new List<string>();
        for (int sequence = 0; sequence < golden.Batch; sequence++)
        {
            for (int step = 0; step < golden.Steps; step++)
            {
                float[] row = golden.Inputs[((step * golden.Batch + sequence) * width)..][..width];
                lines.Add(string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
            }

            lines.Add(string.Empty);
        }

        return string.Join('\n', lines);
    }

    private static float[] ToTimeMajor(string rows, WeightFileCase golden)
    {
        string[] lines = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(golden.Steps * golden.Batch, lines.Length);
        return
        [
            .. from step in Enumerable.Range(0, golden.Steps)
               from sequence in Enumerable.Range(0, golden.Batch)
               from text in lines[sequence * golden.Steps + step].Split(',')
               select Number(text),
        ];
    }

    private string Write(string rows)
    {
        File.WriteAllText(_folder["in.csv"], rows);
        return _folder["in.csv"];
    }
}
