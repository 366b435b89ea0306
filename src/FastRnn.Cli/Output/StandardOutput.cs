using Microsoft.Win32.SafeHandles;

namespace FastRnn.Cli.Output;

/// <summary>Standard output that reports a closed pipe. The console's own stream ignores that nobody reads any more, as behind a pipe into
/// <c>head</c>, so that a program with endless input would never end.</summary>
internal static class StandardOutput
{
    /// <summary>The file descriptor of standard output on Unix.</summary>
    private const int Descriptor = 1;

    /// <summary>EPIPE of Linux and macOS, which .NET passes on as HResult.</summary>
    private const int BrokenPipe = 32;

    /// <summary>Opens a writer that throws when a pipe is closed, as <see cref="IsClosed"/> tells; on Windows the console's.</summary>
    internal static TextWriter Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.Out;
        }

        try
        {
            // A file keeps the console's stream: another one would not move the position at which the next program writes.
            var stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.Out : new StreamWriter(new RetryingWriteStream(stream)) { AutoFlush = true };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Standard output is closed: the console's writer then discards everything.
            return Console.Out;
        }
    }

    /// <summary>Whether a writer of <see cref="Open"/> has thrown because nobody reads any more.</summary>
    internal static bool IsClosed(IOException exception) => exception.HResult == BrokenPipe;
}
