using System.Text.RegularExpressions;
using FastRnn.Peers.Results;
using FastRnn.Tests.House;

namespace FastRnn.Tests.Peers;

/// <summary>What the repository shows of comparisons is what the writers make of the figures beside it; nothing is typed.</summary>
public sealed partial class CommittedComparisonTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(SourceFile.LibraryFolder, "..", ".."));

    private static readonly string[] Processors =
    [
        .. (Directory.Exists(Path.Combine(Root, ResultsWriter.Folder))
                ? Directory.EnumerateFiles(Path.Combine(Root, ResultsWriter.Folder), "*.json")
                : [])
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Repository_comparisons_areThere() => Assert.NotEmpty(Processors);

    [Fact]
    public void Repository_filesOfEveryComparison_areWhatItsFiguresMake()
        => Assert.All(Processors, processor => Assert.All(
            ResultsWriter.Files(ComparisonJson.Read(Read($"{ResultsWriter.Folder}/{processor}.json")), processor, Root),
            file => Assert.Equal((file.File, file.Text), (file.File, Read(file.File)))));

    [Fact]
    public void Repository_readme_showsOneComparisonThatIsThere()
    {
        Match marker = Assert.Single(Markers().Matches(Read("README.md")));
        string json = marker.Groups[1].Value;
        Assert.Contains(json, Processors.Select(processor => $"{ResultsWriter.Folder}/{processor}.json"));
        Assert.False(string.IsNullOrWhiteSpace(ReadmeSection.Find(Read("README.md"), json)), $"The section of {json} is empty.");
    }

    [Fact]
    public void Repository_folderOfComparisons_holdsNothingElse()
        => Assert.All(
            Directory.Exists(Path.Combine(Root, ResultsWriter.Folder))
                ? Directory.EnumerateFileSystemEntries(Path.Combine(Root, ResultsWriter.Folder))
                : [],
            file => Assert.Contains(Path.GetFileNameWithoutExtension(file), Processors));

    private static string Read(string file)
        => File.Exists(Path.Combine(Root, file)) ? File.ReadAllText(Path.Combine(Root, file)) : $"{file} is not there.";

    [GeneratedRegex("^<!-- comparison: (.*) -->$", RegexOptions.Multiline)]
    private static partial Regex Markers();
}
