using System.ComponentModel;
using System.Diagnostics;
using FastRnn.Peers.Processes;

namespace FastRnn.Peers.Latency;

/// <summary>Runs this program once more and reads what it prints.</summary>
internal static class FreshProcess
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(5);

    /// <summary>Returns the only line and a timestamp of just before the start.</summary>
    /// <exception cref="PeerFailedException">The process has failed.</exception>
    internal static (string Line, long Started) Run(params IReadOnlyList<string> arguments)
    {
        (string file, IReadOnlyList<string> all) = ThisProgram.Command(arguments);
        var start = new ProcessStartInfo(file, all) { RedirectStandardOutput = true, RedirectStandardError = true };
        var errors = new ErrorTail();
        try
        {
            long started = Stopwatch.GetTimestamp();
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, line) => errors.Add(line.Data);
            process.BeginErrorReadLine();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Time))
            {
                process.Kill(entireProcessTree: true);
                throw new PeerFailedException($"'{string.Join(' ', arguments)}' did not end within {Time.TotalMinutes} minutes.");
            }

            string line = output.GetAwaiter().GetResult().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && line != ""
                ? (line, started)
                : throw new PeerFailedException($"'{string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.{errors}");
        }
        catch (Win32Exception exception)
        {
            throw new PeerFailedException($"This program can't be started again: {exception.Message}", exception);
        }
    }
}
