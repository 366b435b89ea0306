using System.Text.RegularExpressions;
using FastRnn.Peers.Results;
using FastRnn.Tests.House;

namespace FastRnn.Tests.Peers;

/// <summary>What the repository shows of comparisons is what the writers make of the figures beside it; nothing is typed.</summary>
public sealed partial class CommittedComparisonTests
{
    private const string Readme = "README.md";

    private static readonly string Root = Path.GetFullPath(Path.Combine(HouseAssembly.SourceFolder, ".."));

    [Fact]
    public void Repository_comparisons_areThere()
        => Assert.False(Processors().Length == 0, $"There are no figures in {ResultsWriter.Folder}: `results` measures them.");

    [Fact]
    public void Repository_filesOfEveryComparison_areWhatItsFiguresMake()
        => Assert.All(Processors(), processor => Assert.All(
            ResultsWriter.Files(ComparisonJson.Read(Read(JsonOf(processor))), processor, Root),
            file => Assert.True(
                file.Text == Read(file.File), $"{file.File} is not what {JsonOf(processor)} makes: `results --again` writes it.")));

    [Fact]
    public void Repository_readme_showsOneComparisonThatIsThere()
    {
        string readme = Read(Readme);
        MatchCollection markers = Markers().Matches(readme);
        Assert.True(markers.Count == 1, $"{Readme} has {markers.Count} markers of comparisons, one was expected.");
        string json = markers[0].Groups["json"].Value;
        Assert.True(File.Exists(Path.Combine(Root, json)), $"{Readme} names {json}, which is not there.");
        Assert.Contains(json, Processors().Select(JsonOf));
        Assert.False(string.IsNullOrWhiteSpace(ReadmeSection.Find(readme, json)), $"The section of {json} in {Readme} is empty.");
    }

    [Fact]
    public void Repository_folderOfComparisons_holdsFiguresPageAndChartOnly()
        => Assert.Equal(
            Processors().SelectMany(processor => (string[])[$"{processor}.json", $"{processor}.md", $"{processor}.svg"])
                .Order(StringComparer.Ordinal),
            Entries().Order(StringComparer.Ordinal));

    private static string[] Processors()
        =>
        [
            .. Entries().Where(name => Path.GetExtension(name) == ".json").Select(name => Path.GetFileNameWithoutExtension(name))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The names in the folder; none where it is not there. What the system hides is not the repository's.</summary>
    private static string[] Entries()
    {
        var folder = new DirectoryInfo(Path.Combine(Root, ResultsWriter.Folder));
        return folder.Exists ? [.. folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => name[0] != '.')] : [];
    }

    private static string JsonOf(string processor) => $"{ResultsWriter.Folder}/{processor}.json";

    private static string Read(string file)
        => File.Exists(Path.Combine(Root, file)) ? File.ReadAllText(Path.Combine(Root, file)) : $"{file} is not there.";

    [GeneratedRegex("^<!-- comparison: (?<json>.*) -->$", RegexOptions.Multiline)]
    private static partial Regex Markers();
}
