using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Processes;

/// <summary>A peer's process and the asking end of the protocol. Files are named relative to the folder that it is started in.</summary>
internal sealed class PeerProcess : IDisposable
{
    /// <summary>Libraries that would start threads of their own are held to one.</summary>
    private static readonly string[] ThreadCounts = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    /// <summary>They would have libraries do with less than the processor has. Removed, each takes the best that it knows.</summary>
    private static readonly string[] Restrictions =
        ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"];

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PrepareTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan TimingTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan QuitTime = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ErrorTail _errors = new();

    private PeerProcess(PeerCommand command, Process process)
    {
        Peer = command.Peer;
        _process = process;
        process.ErrorDataReceived += (_, line) => _errors.Add(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Its name in records.</summary>
    internal string Peer { get; }

    /// <summary>What it says of itself, once it is ready.</summary>
    internal string Version { get; private set; } = "";

    /// <summary>Whether it can still be asked.</summary>
    internal bool IsAlive { get; private set; } = true;

    /// <exception cref="PeerFailedException">The program can't be started.</exception>
    internal static PeerProcess Start(PeerCommand command, string folder)
    {
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (string variable in ThreadCounts)
        {
            start.Environment[variable] = "1";
        }

        foreach (string variable in Restrictions)
        {
            start.Environment.Remove(variable);
        }

        if (command.CountsHeap && PeerCatalog.HeapCounter is { } counter)
        {
            start.Environment["LD_PRELOAD"] = counter;
        }

        try
        {
            return new PeerProcess(command, Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new PeerFailedException($"{command.Peer} can't be started: {exception.Message}", exception);
        }
    }

    /// <summary>Waits until it is ready.</summary>
    /// <exception cref="PeerFailedException">It is not.</exception>
    internal void AwaitReady()
    {
        const string Ready = "ready ";
        string line = Read(StartTime, "start");
        Version = line.StartsWith(Ready, StringComparison.Ordinal) ? line[Ready.Length..].Trim() : throw Failure($"started with '{line}'");
    }

    /// <summary>Has it prepare a work and run it once; returns why it can't, or null when it has.</summary>
    /// <exception cref="PeerFailedException">It has failed.</exception>
    internal string? Prepare(PeerWork work, string dataFile, string resultFile)
    {
        string answer = Ask($"prepare {work.ToRequest()} {dataFile} {resultFile}", PrepareTime);
        return answer.Split(' ', 2) switch
        {
            ["prepared"] => null,
            ["unsupported", .. var reason] => reason.FirstOrDefault("unsupported"),
            _ => throw Failure($"answered '{answer}' to {work}"),
        };
    }

    /// <summary>Nanoseconds and, where it can count them, bytes a call of what is prepared.</summary>
    /// <exception cref="PeerFailedException">It has failed.</exception>
    internal (double Nanoseconds, double? Bytes) Time(double milliseconds)
    {
        string answer = Ask(string.Create(CultureInfo.InvariantCulture, $"time {milliseconds}"), TimingTime);
        return answer.Split(' ') is ["timed", var time, _, var bytes] && Number(time) is { } nanoseconds and > 0
            ? (nanoseconds, Number(bytes))
            : throw Failure($"answered '{answer}' to a request for its time");
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Write("quit\n");
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!_process.WaitForExit(QuitTime))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static double? Number(string word)
        => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    private string Ask(string request, TimeSpan time)
    {
        try
        {
            _process.StandardInput.Write(request + "\n");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            IsAlive = false;
            throw Failure($"ended before '{request}'");
        }

        return Read(time, request);
    }

    private string Read(TimeSpan time, string request)
    {
        try
        {
            string? line = _process.StandardOutput.ReadLineAsync().WaitAsync(time).GetAwaiter().GetResult();
            if (line is not null)
            {
                return line.TrimEnd('\r');
            }
        }
        catch (TimeoutException)
        {
            // At work it would disturb the others' times.
            IsAlive = false;
            _process.Kill(entireProcessTree: true);
            throw Failure($"did not answer '{request}' within {time.TotalSeconds} s");
        }

        IsAlive = false;
        _process.WaitForExit(QuitTime);
        _errors.AwaitEnd(QuitTime);
        throw Failure($"ended at '{request}'{(_process.HasExited ? $" with exit code {_process.ExitCode}" : "")}");
    }

    private PeerFailedException Failure(string what) => new($"{Peer} {what}.{_errors}");
}
