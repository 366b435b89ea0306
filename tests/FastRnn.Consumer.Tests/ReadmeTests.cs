using System.Text.RegularExpressions;
using FastRnn.Training;
using Xunit;

namespace FastRnn.Consumer.Tests;

/// <summary>The code of the README is the code that stands here between the markers, compiled and run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_code_shown_equalsTheCompiledCode()
    {
        string source = Repository.Read("tests", "FastRnn.Consumer.Tests", "ReadmeTests.cs");
        string compiled = Unindent(Marked().Match(source).Groups[1].Value);
        string shown = CodeBlock().Match(Repository.Read("README.md")).Groups[1].Value;
        Assert.Equal(compiled, shown);
    }

    [Fact]
    public void Readme_code_run_continuesASine()
    {
        const int Steps = 50;
        const int Batch = 8;
        float[] inputs = new float[Steps * Batch];
        float[] targets = new float[Steps * Batch];
        for (int t = 0; t < Steps; t++)
        {
            for (int n = 0; n < Batch; n++)
            {
                inputs[t * Batch + n] = Sine(t, n);
                targets[t * Batch + n] = Sine(t + 1, n);
            }
        }

        float[] x = [Sine(0, 0)];
        float[] y = new float[1];

        // README begin
        var spec = new RnnSpec(inputSize: 1, Cell.Elman(hiddenSize: 32), Layer.Dense(outputSize: 1));
        using var trainer = new RnnTrainer(spec, new Adam(learningRate: 3e-3f), Loss.SquaredError, seed: 7);
        for (int i = 0; i < 300; i++)
        {
            trainer.Step(inputs, targets, steps: 50, batch: 8);  // [T, N, I], [T, N, O]: forward, BPTT, update
        }

        RnnModel model = trainer.ToModel();                      // immutable: share it between threads
        using RnnSession session = model.CreateSession();        // one stream: keeps the state between steps
        session.Step(x, y);                                      // a value in, a forecast out, 0 bytes allocated
        // README end

        for (int t = 1; t < Steps; t++)
        {
            x[0] = Sine(t, 0);
            session.Step(x, y);
        }

        Assert.Equal(Sine(Steps, 0), y[0], tolerance: 0.1f);
    }

    private static float Sine(int t, int sequence) => MathF.Sin(0.2f * t + sequence);

    private static string Unindent(string code)
    {
        string[] lines = code.Trim('\n').Split('\n');
        int indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line.TrimStart()));
    }

    [GeneratedRegex(@"// README begin\n(.*?)\n\s*// README end", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
