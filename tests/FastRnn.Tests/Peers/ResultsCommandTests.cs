using System.CommandLine;
using FastRnn.Benchmarks.Results;
using FastRnn.Peers.Cli;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ResultsCommandTests : IDisposable
{
    private const string Processor = "some-processor";
    private const string Readme = "<!-- comparison: bench/results/peers/some-processor.json -->\n<!-- /comparison -->\n";

    private static readonly string Kept = $"{ResultsWriter.Folder}/{Machine.Slug}.json";
    private static readonly string Aside = $"{ResultsWriter.FolderAside}/{Machine.Slug}.json";

    private readonly string _root = Directory.CreateTempSubdirectory("fastrnn-results-").FullName;
    private readonly PlainConsole _console = new();
    private readonly StringWriter _error = new();

    public ResultsCommandTests() => File.WriteAllText(Full("README.md"), Readme);

    public void Dispose()
    {
        _console.Dispose();
        _error.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void ResultsCommand_again_pageChartAndReadme_areMadeOfTheFigures()
    {
        IReadOnlyList<string> files = ResultsWriter.Write(MadeUpComparison.Full(), Processor, _root);
        string[] expected = [.. files.Select(Read)];
        foreach (string file in files.Skip(1).Where(file => file != "README.md"))
        {
            File.WriteAllText(Full(file), "edited");
        }

        File.WriteAllText(Full("README.md"), Readme);
        Assert.Equal(0, Run("results", "--again"));
        Assert.Equal(expected, files.Select(Read));
        Assert.All(files, file => Assert.Contains($"Written: {file}", _console.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void ResultsCommand_again_noFigures_saysSo()
    {
        Assert.Equal(1, Run("results", "--again"));
        Assert.Contains("There are no figures in bench/results/peers.", $"{_error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("not JSON")]
    public void ResultsCommand_again_brokenFigures_saysSo(string text)
    {
        Directory.CreateDirectory(Full(ResultsWriter.Folder));
        File.WriteAllText(Full($"{ResultsWriter.Folder}/{Processor}.json"), text);
        Assert.Equal(1, Run("results", "--again"));
        Assert.StartsWith("The results can't be written: ", $"{_error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--quick")]
    [InlineData("--rounds", "9")]
    public void ResultsCommand_againWithAnotherOption_isRejected(params string[] options)
    {
        Assert.Equal(2, Run(["results", "--again", .. options]));
        Assert.Contains("Option '--again'", $"{_error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "--rounds", "7")]
    [InlineData(true, "--rounds", "20")]
    [InlineData(false, "--rounds", "6")]
    [InlineData(false, "--quick")]
    [InlineData(false, "--quick", "--rounds", "20")]
    [InlineData(false, "--peer", "fastrnn")]
    [InlineData(false, "--cell", "gru")]
    [InlineData(false, "--mode", "step")]
    [InlineData(false, "--hidden", "16")]
    public void ComparisonOptions_Read_anythingLess_isNotWhole(bool expected, params string[] args)
    {
        var options = new ComparisonOptions();
        var command = new RootCommand();
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        Assert.Equal(expected, options.Read(command.Parse(args)).IsWhole);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(14, 6)]
    public void Pace_WithRounds_rounds_scalesThoseOfLongCalls(int rounds, int expected)
    {
        Pace pace = Pace.Full.WithRounds(rounds);
        Assert.Equal((rounds, expected), (pace.RoundsOf(1), pace.RoundsOf(1e12)));
    }

    [Fact]
    public void Publication_Write_wholeWithoutProblems_isKept()
    {
        Assert.Equal(0, Publish(isWhole: true));
        Assert.True(File.Exists(Full(Kept)));
        Assert.False(File.Exists(Full(Aside)));
        Assert.Empty($"{_error}");
    }

    [Fact]
    public void Publication_Write_part_goesAside()
    {
        Assert.Equal(0, Publish(isWhole: false));
        Assert.False(File.Exists(Full(Kept)));
        Assert.True(File.Exists(Full(Aside)));
        Assert.Contains("bench/results/peers is left as it was", _console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Publication_Write_problem_leavesWhatIsKeptAndSaysWhy()
    {
        Assert.Equal(0, Publish(isWhole: true));
        File.WriteAllText(Full(Kept), "old");
        Assert.Equal(1, Publish(isWhole: true, "eigen differs from FastRnn."));
        Assert.Equal("old", Read(Kept));
        Assert.True(File.Exists(Full(Aside)));
        Assert.Contains("eigen differs from FastRnn.", $"{_error}", StringComparison.Ordinal);
    }

    [Fact]
    public void Publication_Create_run_namesMachineCommandAndFigures()
    {
        Comparison full = MadeUpComparison.Full();
        var run = new ComparisonRun(full.Peers, [], full.Records, [], [], 12.5);
        Comparison comparison = Publication.Create(run, full.Tail, full.StartUp, ["results", "--rounds", "9"]);
        Assert.Equal("dotnet run -c Release --project bench/FastRnn.Peers -- results --rounds 9", comparison.Command);
        Assert.StartsWith(Machine.Processor, comparison.Processor, StringComparison.Ordinal);
        Assert.Equal((12.5, MachineVectors.Bits), (comparison.PeakGigaflops, comparison.PeakVectorBits));
        Assert.Equal((full.Peers, full.Records), (comparison.Peers, comparison.Records));
        Assert.Equal((full.Tail, full.StartUp), (comparison.Tail, comparison.StartUp));
        Assert.StartsWith(".NET", comparison.Runtime, StringComparison.Ordinal);
    }

    private int Publish(bool isWhole, params string[] problems)
        => Publication.Write(_console.Console, _root, _error, MadeUpComparison.Full(), isWhole, problems);

    private int Run(params string[] args)
    {
        using var help = new StringWriter();
        var configuration = new InvocationConfiguration { Output = help, Error = _error };
        return FastRnn.Peers.Program.Run(args, _console.Console, configuration, _root);
    }

    private string Full(string file) => Path.Combine(_root, file);

    private string Read(string file) => File.ReadAllText(Full(file));
}
