using System.Globalization;

namespace FastRnn.Tasks;

/// <summary>
/// Utterances of nine speakers, twelve cepstral coefficients a step, in blocks of lines. Source: M. Kudo, J. Toyama and M. Shimbo,
/// Multidimensional curve classification using passing-through regions, Pattern Recognition Letters 20 (1999); UCI Machine Learning
/// Repository.
/// </summary>
internal static class JapaneseVowels
{
    internal const int Coefficients = 12, Speakers = 9;

    /// <summary>How many utterances of the test part each speaker has; of the training part, 30 each.</summary>
    private static readonly int[] TestCounts = [31, 35, 88, 44, 29, 24, 40, 50, 29];

    /// <summary>[T, 12] and the speaker of each utterance.</summary>
    internal static List<(float[] Steps, int Speaker)> Training(string folder)
        => Read(Path.Combine(folder, "ae.train"), [.. Enumerable.Repeat(30, Speakers)]);

    /// <inheritdoc cref="Training"/>
    internal static List<(float[] Steps, int Speaker)> Test(string folder) => Read(Path.Combine(folder, "ae.test"), TestCounts);

    private static List<(float[] Steps, int Speaker)> Read(string path, int[] counts)
    {
        string[] blocks = File.ReadAllText(path).ReplaceLineEndings("\n")
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] speakers = [.. counts.SelectMany((count, speaker) => Enumerable.Repeat(speaker, count))];
        if (blocks.Length != speakers.Length)
        {
            throw new FormatException($"Expected {speakers.Length} utterances in {path}, but got {blocks.Length}.");
        }

        return [.. blocks.Select((block, i) => (
            block.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray(), speakers[i]))];
    }
}
