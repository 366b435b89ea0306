using System.CommandLine;
using System.Text.Json;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class PeersProgramTests
{
    private static readonly string NoFolder = Path.Combine(Path.GetTempPath(), "fastrnn-tests-no-such-folder", "records.json");

    [Theory]
    [InlineData("--hidden", "0", "Option '--hidden': expected a whole number from 1 to 1024, but got '0'.")]
    [InlineData("--hidden", "many", "Option '--hidden': expected a whole number from 1 to 1024, but got 'many'.")]
    [InlineData("--cell", "rnn", "Option '--cell': expected one of elman, gru, lstm, but got 'rnn'.")]
    [InlineData("--mode", "steps", "Option '--mode': expected one of step, sequence, train, but got 'steps'.")]
    [InlineData(
        "--peer", "tensorflow", "Option '--peer': expected one of fastrnn, onnxruntime, onednn, eigen, pytorch, but got 'tensorflow'.")]
    [InlineData("--rounds", "0", "Option '--rounds': expected a whole number from 1 to 1000, but got '0'.")]
    [InlineData("--rounds", "x", "Option '--rounds': expected a whole number from 1 to 1000, but got 'x'.")]
    [InlineData("--json", "", "Option '--json': expected a file, but got ''.")]
    [InlineData("--json", ".", "Option '--json': expected a file, but got '.'.")]
    [InlineData("--unknown", "1", "'--unknown'")]
    public void PeersProgram_badOption_isRejectedWithItsNameAndValue(string option, string value, string expected)
        => AssertRejected(expected, option, value);

    [Fact]
    public void PeersProgram_jsonInNoFolder_isRejectedWithTheFolder()
        => AssertRejected($"Option '--json': there is no folder '{Path.GetDirectoryName(NoFolder)}'.", "--json", NoFolder);

    [Theory]
    [InlineData("tail")]
    [InlineData("startup")]
    [InlineData("decay")]
    [InlineData("results")]
    public void PeersProgram_badCellOfACommand_isRejected(string command)
        => AssertRejected("Option '--cell': expected one of elman, gru, lstm, but got 'rnn'.", command, "--cell", "rnn");

    [Fact]
    public void PeersProgram_optionWithoutValue_isRejectedWithItsName() => AssertRejected("'--hidden'", "--hidden");

    [Fact]
    public void PeersProgram_fastRnnAlone_printsItsTimeAndWritesItsRecord()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastrnn-tests-{Guid.NewGuid()}.json");
        try
        {
            Outcome outcome = Run(
                "--quick", "--peer", "fastrnn", "--cell", "gru", "--mode", "step", "--hidden", "4", "--json", path);

            Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
            Assert.All(
                ["A streamed step", "gru", "of limit", "GFLOP/s", ".NET"],
                text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
            PeerRecord record = Assert.Single(JsonSerializer.Deserialize<PeerRecord[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!);
            Assert.Equal(("fastrnn", "gru", "step", 4, 4), (record.Peer, record.Cell, record.Mode, record.InputSize, record.HiddenSize));
            Assert.Equal((1, 1, 0.0, 0.0), (record.Batch, record.Steps, record.AllocatedBytesPerStep, record.MaxAbsDifference));
            Assert.True(record.NanosecondsPerStep > 0 && record.FractionOfLimit > 0);
            Assert.Equal(2 * 3 * 4 * 8 / record.NanosecondsPerStep, record.Gigaflops, 1e-9);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void PeersProgram_help_namesOptionsAndCommands()
    {
        Outcome outcome = Run("--help");

        Assert.Equal(0, outcome.ExitCode);
        Assert.All(
            [
                "--quick", "--cell", "--mode", "--hidden", "--peer", "--json", "--rounds", "results", "tail", "startup", "decay",
                PeersFolder.SetUp,
            ],
            text => Assert.Contains(text, outcome.Help, StringComparison.Ordinal));
    }

    [Fact]
    public void PeerProcess_Start_missingProgram_failsWithThePeersName()
    {
        var command = new PeerCommand("eigen", Path.Combine(AppContext.BaseDirectory, "no-such-program"), [], CountsHeap: false);

        Assert.Contains(
            "eigen can't be started",
            Assert.Throws<PeerFailedException>(() => PeerProcess.Start(command, AppContext.BaseDirectory)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void PeerProcess_AwaitReady_programThatEnds_failsWithItsCodeAndLastWords()
    {
        (string file, IReadOnlyList<string> arguments) = ThisProgram.Command("--hidden", "0");
        using var peer = PeerProcess.Start(new PeerCommand("eigen", file, arguments, CountsHeap: false), AppContext.BaseDirectory);
        string message = Assert.Throws<PeerFailedException>(peer.AwaitReady).Message;

        Assert.False(peer.IsAlive);
        Assert.StartsWith("eigen ended at 'start' with exit code 2.", message, StringComparison.Ordinal);
        Assert.Contains("Option '--hidden'", message, StringComparison.Ordinal);
    }

    private static void AssertRejected(string expected, params string[] args)
    {
        Outcome outcome = Run(args);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    private static Outcome Run(params string[] args)
    {
        using var console = new PlainConsole();
        using var help = new StringWriter();
        using var error = new StringWriter();
        var configuration = new InvocationConfiguration { Output = help, Error = error };
        int exitCode = FastRnn.Peers.Program.Run(args, console.Console, configuration);
        return new Outcome(exitCode, console.Text, help.ToString(), error.ToString());
    }

    private sealed record Outcome(int ExitCode, string Output, string Help, string Error);
}
