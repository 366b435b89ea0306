using System.Diagnostics;
using System.Globalization;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

/// <summary>The tool as a process among others.</summary>
public sealed class ToolProcessTests : IDisposable
{
    private const int Seed = 2;
    private const string OfUnix = "Windows has other pipes and no signals.";

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunCommand_pipeThatNobodyReadsOn_endsQuietly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OfUnix);
        using Process tool = Start("run", Save());
        try
        {
            Task writing = WriteRows(tool);
            string? row = await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.Equal(3, row?.Split(',').Length);
            tool.StandardOutput.Close();
            await End(tool);
            await writing;
            string error = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal((0, string.Empty), (tool.ExitCode, error));
        }
        finally
        {
            tool.Kill();
        }
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task RunCommand_signalWhileAFileIsWritten_leavesNothingOfIt(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OfUnix);
        string model = Save();
        string[] names = _folder.Names;
        using Process tool = Start("run", model, "--output", _folder["out.csv"]);
        try
        {
            // More than a pipe holds: when it is taken, the tool is reading rows.
            string rows = string.Concat(Enumerable.Repeat("1,2\n", 1 << 18));
            await tool.StandardInput.WriteAsync(rows.AsMemory(), TestContext.Current.CancellationToken);
            await tool.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(names, _folder.Names);
            using Process kill = Process.Start("kill", [signal, tool.Id.ToString(CultureInfo.InvariantCulture)]);
            await End(tool);
            Assert.NotEqual(0, tool.ExitCode);
            Assert.Equal(names, _folder.Names);
        }
        finally
        {
            tool.Kill();
        }
    }

    /// <summary>Into a pipe that takes no more, the tool is writing as long as the test wants.</summary>
    [Fact]
    public async Task ConvertCommand_signalWhileAFileIsWritten_completesItAndEnds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OfUnix);
        string model = _folder["large.safetensors"], pipe = _folder.Pipe("pipe");
        RnnModel.Create(new RnnSpec(64, Cell.Elman(512)), Seed).Save(model);
        using Process tool = Start("convert", model, pipe, "--to", "fastrnn");
        try
        {
            byte[] read = await Task.Run(
                async () =>
                {
                    using FileStream stream = File.OpenRead(pipe);
                    int first = stream.ReadByte();
                    using (Process kill = Process.Start("kill", ["-TERM", tool.Id.ToString(CultureInfo.InvariantCulture)]))
                    {
                        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
                    }

                    // The signal takes its way through the other process while that can't go on.
                    await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
                    using var rest = new MemoryStream();
                    await stream.CopyToAsync(rest, TestContext.Current.CancellationToken);
                    return (byte[])[(byte)first, .. rest.ToArray()];
                },
                TestContext.Current.CancellationToken);
            await End(tool);
            Assert.Equal(1, tool.ExitCode);
            Assert.Equal(File.ReadAllBytes(model), read);
            Assert.Contains(
                "the file is complete", await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }
        finally
        {
            tool.Kill();
        }
    }

    [Fact]
    public void Tool_help_hasTheNameOfTheTool()
    {
        Assert.Contains("  fastrnn [command]", ToolRun.Of("--help").Done().Rows, StringComparison.Ordinal);
        Assert.Contains("  fastrnn run <MODEL>", ToolRun.Of("run", "--help").Done().Rows, StringComparison.Ordinal);
    }

    private static Process Start(params string[] args)
        => Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "FastRnn.Cli.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static Task End(Process tool)
        => tool.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(LongestTime, TestContext.Current.CancellationToken);

    /// <summary>Writes rows until nobody takes them.</summary>
    private static Task WriteRows(Process tool) => Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                await tool.StandardInput.WriteAsync("1,2\n");
            }
        }
        catch (IOException)
        {
            // The tool has ended, or is about to: how, its exit code tells.
            return;
        }
    });

    private string Save()
    {
        string path = _folder["model.safetensors"];
        RnnModel.Create(new RnnSpec(2, Cell.Elman(3)), Seed).Save(path);
        return path;
    }
}
