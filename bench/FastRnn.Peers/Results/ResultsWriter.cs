using FastRnn.Benchmarks.Results;

namespace FastRnn.Peers.Results;

/// <summary>
/// Writes what a comparison found: the figures, the page and the chart of this processor, and the README's section where it names them.
/// </summary>
internal static class ResultsWriter
{
    /// <summary>Where they are, as seen from the root of the repository.</summary>
    internal const string Folder = "bench/results/peers";

    private const string Readme = "README.md";

    /// <summary>Writes all files of this processor.</summary>
    /// <param name="comparison">what was found</param>
    /// <param name="repositoryRoot">the folder of the README</param>
    /// <returns>the files, as seen from the root</returns>
    internal static IReadOnlyList<string> Write(Comparison comparison, string repositoryRoot)
        => Write(comparison, Machine.Slug, repositoryRoot);

    /// <param name="slug">the files' name without an ending</param>
    internal static IReadOnlyList<string> Write(Comparison comparison, string slug, string repositoryRoot)
    {
        (string File, string Text)[] files = [.. Files(comparison, slug, repositoryRoot)];

        // Beside the files and renamed, when all are there: whatever happens, a file is an old one or a new one, and whole.
        Directory.CreateDirectory(Path.Combine(repositoryRoot, Folder));
        foreach ((string file, string text) in files)
        {
            File.WriteAllText(Unfinished(file), text);
        }

        foreach ((string file, _) in files)
        {
            File.Move(Unfinished(file), Path.Combine(repositoryRoot, file), overwrite: true);
        }

        return [.. files.Select(file => file.File)];

        string Unfinished(string file) => Path.Combine(repositoryRoot, $"{file}.new");
    }

    /// <summary>Writes the files of every processor anew from the figures that are there.</summary>
    internal static IReadOnlyList<string> WriteAgain(string repositoryRoot)
        =>
        [
            .. Directory.EnumerateFiles(Path.Combine(repositoryRoot, Folder), "*.json").Order(StringComparer.Ordinal).ToArray()
                .SelectMany(file => Write(
                    ComparisonJson.Read(File.ReadAllText(file)), Path.GetFileNameWithoutExtension(file), repositoryRoot)),
        ];

    /// <summary>What a comparison's files are to hold.</summary>
    internal static IEnumerable<(string File, string Text)> Files(Comparison comparison, string slug, string repositoryRoot)
    {
        string files = $"{Folder}/{slug}";
        string json = $"{files}.json";
        yield return (json, ComparisonJson.Write(comparison));
        yield return ($"{files}.md", ComparisonPage.Write(comparison, $"{slug}.svg"));
        yield return ($"{files}.svg", ComparisonChart.Write(comparison));

        string readme = File.ReadAllText(Path.Combine(repositoryRoot, Readme));
        if (ReadmeSection.Replace(readme, json, ReadmeSection.Write(comparison, files)) is { } text)
        {
            yield return (Readme, text);
        }
    }
}
