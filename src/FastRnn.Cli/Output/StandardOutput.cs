using Microsoft.Win32.SafeHandles;

namespace FastRnn.Cli;

/// <summary>Standard output for any number of lines. The console's own stream keeps to itself that nobody reads any more, as behind a pipe
/// into <c>head</c>, and a program that goes on as long as its input would never end.</summary>
internal static class StandardOutput
{
    /// <summary>Where standard output is in every process of Unix.</summary>
    private const int Descriptor = 1;

    /// <summary>EPIPE, which .NET gives as it is, of Linux and macOS.</summary>
    private const int BrokenPipe = 32;

    /// <summary>Opens a writer that tells by <see cref="IsClosed"/> that a pipe has been closed; on Windows, the console's.</summary>
    internal static TextWriter Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.Out;
        }

        try
        {
            // A file stays with the console's stream: another would not move the place that the next program writes at.
            var stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.Out : new StreamWriter(new PatientStream(stream)) { AutoFlush = true };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is closed: the console's writer then keeps everything to itself.
            return Console.Out;
        }
    }

    /// <summary>Whether a writer of <see cref="Open"/> has thrown since nobody reads.</summary>
    internal static bool IsClosed(IOException exception) => exception.HResult == BrokenPipe;
}
