using FastRnn.Benchmarks.Results;

namespace FastRnn.Peers.Results;

/// <summary>
/// Writes what a comparison found: the figures, the page and the chart of this processor, and the README's section where it names them.
/// </summary>
internal static class ResultsWriter
{
    /// <summary>Where they are, as seen from the root of the repository.</summary>
    internal const string Folder = "bench/results/peers";

    /// <summary>Where those are that are for a look.</summary>
    internal const string FolderAside = "artifacts/peers";

    private const string Readme = "README.md";

    /// <summary>Writes all files of this processor.</summary>
    /// <param name="comparison">what was found</param>
    /// <param name="repositoryRoot">the folder of the README</param>
    /// <returns>the files, as seen from the root</returns>
    internal static IReadOnlyList<string> Write(Comparison comparison, string repositoryRoot)
        => Write(comparison, Machine.Slug, repositoryRoot);

    /// <param name="slug">the files' name without an ending</param>
    internal static IReadOnlyList<string> Write(Comparison comparison, string slug, string repositoryRoot)
        => Write([.. Files(comparison, slug, repositoryRoot)], repositoryRoot);

    /// <summary>Writes figures, page and chart to where nothing is kept, and leaves the README alone.</summary>
    /// <returns>the files, as seen from the root</returns>
    internal static IReadOnlyList<string> WriteAside(Comparison comparison, string repositoryRoot)
        => Write([.. OwnFiles(comparison, Machine.Slug, FolderAside)], repositoryRoot);

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
        string readme = File.ReadAllText(Path.Combine(repositoryRoot, Readme));
        (string File, string Text)[] own = [.. OwnFiles(comparison, slug, Folder)];
        return ReadmeSection.Replace(readme, $"{files}.json", ReadmeSection.Write(comparison, files)) is { } text
            ? [.. own, (Readme, text)]
            : own;
    }

    private static IEnumerable<(string File, string Text)> OwnFiles(Comparison comparison, string slug, string folder)
    {
        yield return ($"{folder}/{slug}.json", ComparisonJson.Write(comparison));
        yield return ($"{folder}/{slug}.md", ComparisonPage.Write(comparison, $"{slug}.svg"));
        yield return ($"{folder}/{slug}.svg", ComparisonChart.Write(comparison));
    }

    private static IReadOnlyList<string> Write((string File, string Text)[] files, string repositoryRoot)
    {
        // Beside the files and renamed, when all are there: whatever happens, a file is an old one or a new one, and whole.
        try
        {
            foreach ((string file, string text) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Unfinished(file))!);
                File.WriteAllText(Unfinished(file), text);
            }

            foreach ((string file, _) in files)
            {
                File.Move(Unfinished(file), Path.Combine(repositoryRoot, file), overwrite: true);
            }
        }
        finally
        {
            foreach ((string file, _) in files.Where(file => File.Exists(Unfinished(file.File))))
            {
                File.Delete(Unfinished(file));
            }
        }

        return [.. files.Select(file => file.File)];

        string Unfinished(string file) => Path.Combine(repositoryRoot, $"{file}.new");
    }
}
