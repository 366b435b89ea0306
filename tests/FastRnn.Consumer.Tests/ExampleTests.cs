using System.Text.RegularExpressions;
using FastRnn.Consumer.Tests.Examples;
using FastRnn.Training;
using Xunit;

namespace FastRnn.Consumer.Tests;

/// <summary>The five examples learn what they are given, and the guide shows them as they are.</summary>
[Trait("Category", "Learning")]
public sealed partial class ExampleTests
{
    [Fact]
    public void Guide_code_equalsTheCompiledExamples()
    {
        string[] compiled =
        [
            .. ((string[])["Text", "Tag", "Forecast", "Classification", "Transduction"]).Select(name => Unindent(
                Marked().Match(Repository.Read("tests", "FastRnn.Consumer.Tests", "Examples", $"{name}Example.cs")).Groups[1].Value)),
        ];
        string[] shown = [.. CodeBlock().Matches(Repository.Read("docs", "training.md")).Select(match => match.Groups[1].Value)];
        Assert.Equal(compiled, shown);
        Assert.All(compiled, code => Assert.InRange(code.Split('\n').Length, 10, 40));
    }

    [Fact]
    public void TextExample_GoOn_writesWordsThatItHasRead()
    {
        string[] words = ["the", "cat", "dog", "sat", "ran", "on", "a", "mat", "hill"];
        var random = new Random(1);
        string text = string.Join(
            ' ', Enumerable.Range(0, 500).Select(_ => $"the {words[1 + random.Next(2)]} {words[3 + random.Next(2)]} on a {words[7 + random.Next(2)]}."));
        string written = TextExample.GoOn(text, "the ", 200);
        string[] found = written.Split(' ')[..^1];
        Assert.InRange(found.Count(word => words.Contains(word.TrimEnd('.'))) / (double)found.Length, 0.95, 1);
        Assert.Contains(". the ", written, StringComparison.Ordinal);
    }

    /// <summary>Names are words that end in "ski" or come behind "mr"; most of those of the test have never been seen.</summary>
    [Fact]
    public void TagExample_Learn_findsUnknownNames()
    {
        EntityMetrics metrics = TagExample.Learn(Sentences(250, 1), Sentences(100, 2));
        Assert.True(metrics.F1 > 0.9, metrics.ToString());
        Assert.True(metrics.Count > 50);

        static List<(string[], string[])> Sentences(int count, int seed)
        {
            var random = new Random(seed);
            string[] plain = ["today", "we", "met", "in", "town", "and", "talked", "long"];
            var sentences = new List<(string[], string[])>();
            for (int i = 0; i < count; i++)
            {
                List<string> words = [], tags = [];
                for (int step = 0; step < 3 + random.Next(5); step++)
                {
                    if (random.Next(4) == 0)
                    {
                        string stem = string.Concat(Enumerable.Range(0, 2 + random.Next(3)).Select(_ => (char)('a' + random.Next(26))));
                        words.AddRange(random.Next(2) == 0 ? ["mr", stem] : [$"{stem}ski", stem]);
                        tags.AddRange(words[^2] == "mr" ? ["O", "B-NAME"] : ["B-NAME", "I-NAME"]);
                    }

                    words.Add(plain[random.Next(plain.Length)]);
                    tags.Add("O");
                }

                sentences.Add(([.. words], [.. tags]));
            }

            return sentences;
        }
    }

    [Fact]
    public void ForecastExample_Learn_coversWhatIsMeant()
    {
        var random = new Random(3);
        float[] series = new float[800];
        for (int t = 1; t < series.Length; t++)
        {
            series[t] = 100 + 20 * MathF.Sin(t * MathF.PI / 6) + 0.5f * (series[t - 1] - 100) + 4 * (random.NextSingle() + random.NextSingle() - 1);
        }

        IntervalMetrics metrics = ForecastExample.Learn(series, 0.8);
        Assert.InRange(metrics.Coverage, 0.7, 0.9);

        // The noise alone has a width of 4.4 between its quantiles 0.1 and 0.9.
        Assert.InRange(metrics.MeanWidth, 3.5, 7);
    }

    [Fact]
    public void ClassificationExample_Learn_tellsWavesApart()
    {
        ConfusionMatrix matrix = ClassificationExample.Learn(Waves(240, 1), Waves(120, 2), 2, ["slow", "fast", "noise"]);
        Assert.True(matrix.Accuracy > 0.95, matrix.ToString());

        static List<(float[], int)> Waves(int count, int seed)
        {
            var random = new Random(seed);
            var waves = new List<(float[], int)>();
            for (int i = 0; i < count; i++)
            {
                int steps = 12 + random.Next(12), label = i % 3;
                float phase = 6 * random.NextSingle(), frequency = label == 0 ? 0.4f : 1.2f;
                waves.Add(([.. Enumerable.Range(0, 2 * steps).Select(k => label == 2
                    ? 40 * (random.NextSingle() - 0.5f)
                    : 20 * MathF.Sin(phase + frequency * (k / 2) + k % 2) + 6 * (random.NextSingle() - 0.5f))], label));
            }

            return waves;
        }
    }

    [Fact]
    public void TransductionExample_Learn_writesWordsBackwards()
    {
        SequenceMatchMetrics metrics = TransductionExample.Learn(Words(1200, 1), Words(100, 2));
        Assert.True(metrics.ExactMatch > 0.9, metrics.ToString());

        static List<(string, string)> Words(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                string word = string.Concat(Enumerable.Range(0, 2 + random.Next(5)).Select(_ => (char)('a' + random.Next(8))));
                return (word, new string([.. word.Reverse()]));
            })];
        }
    }

    private static string Unindent(string code)
        => string.Join('\n', code.TrimEnd().Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));

    [GeneratedRegex(@"// Guide begin\n(.*?)\n *// Guide end", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
