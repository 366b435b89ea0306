using FastRnn.Benchmarks.Results;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ResultsWriterTests : IDisposable
{
    private const string Begin = "before\n<!-- comparison: bench/results/peers/some-processor.json -->\n";
    private const string End = "<!-- /comparison -->\nafter\n";

    private readonly string _root = Directory.CreateTempSubdirectory("fastrnn-results-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ResultsWriter_Write_comparison_makesFourWholeFiles()
    {
        File.WriteAllText(Full("README.md"), Begin + End);
        string[] expected =
        [
            "bench/results/peers/some-processor.json", "bench/results/peers/some-processor.md", "bench/results/peers/some-processor.svg",
            "README.md",
        ];
        Comparison comparison = MadeUpComparison.Full();
        Assert.Equal(expected, ResultsWriter.Write(comparison, "some-processor", _root));
        Assert.Equal(
            expected.Select(Full).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Equal(ComparisonPage.Write(comparison, "some-processor.svg"), Read(expected[1]));
        Assert.Equal(ComparisonChart.Write(comparison), Read(expected[2]));
        Assert.Equal(Begin + ReadmeSection.Write(comparison, "bench/results/peers/some-processor") + End, Read(expected[3]));
    }

    [Fact]
    public void ResultsWriter_WriteAgain_committedFigures_changesNothing()
    {
        File.WriteAllText(Full("README.md"), Begin + End);
        IReadOnlyList<string> files = ResultsWriter.Write(MadeUpComparison.Full(), "some-processor", _root);
        string[] before = [.. files.Select(Read)];
        Assert.Equal(files, ResultsWriter.WriteAgain(_root));
        Assert.Equal(before, files.Select(Read));
    }

    [Fact]
    public void ResultsWriter_Write_readmeOfAnotherProcessor_isLeft()
    {
        File.WriteAllText(Full("README.md"), Begin + End);
        Assert.DoesNotContain("README.md", ResultsWriter.Write(MadeUpComparison.Full(), "another", _root));
        Assert.Equal(Begin + End, Read("README.md"));
    }

    [Fact]
    public void ResultsWriter_WriteAside_comparison_leavesWhatIsKept()
    {
        File.WriteAllText(Full("README.md"), Begin + End);
        IReadOnlyList<string> kept = ResultsWriter.Write(MadeUpComparison.Full(), Machine.Slug, _root);
        string[] before = [.. kept.Select(Read)];
        Comparison other = MadeUpComparison.Of(MadeUpComparison.Record("fastrnn", "gru", 16, 100));
        IReadOnlyList<string> aside = ResultsWriter.WriteAside(other, _root);
        Assert.Equal(((string[])["json", "md", "svg"]).Select(ending => $"artifacts/peers/{Machine.Slug}.{ending}"), aside);
        Assert.Equal(ComparisonJson.Write(other), Read(aside[0]));
        Assert.Equal(before, kept.Select(Read));
    }

    [Fact]
    public void ResultsWriter_Write_noRepository_writesNothing()
    {
        Assert.Throws<FileNotFoundException>(() => ResultsWriter.Write(MadeUpComparison.Full(), "some-processor", _root));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void Machine_Slug_ofThisProcessor_isAFileName() => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", Machine.Slug);

    private string Full(string file) => Path.Combine(_root, file);

    private string Read(string file) => File.ReadAllText(Full(file));
}
