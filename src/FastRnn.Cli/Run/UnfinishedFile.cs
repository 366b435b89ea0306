using System.Runtime.InteropServices;

namespace FastRnn.Cli.Run;

/// <summary>A file that is being written: when the program is told to end before it is whole, it is removed, and the program ends as it
/// would without.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="stream">the file</param>
    /// <param name="target">where it is to be when it is whole: what is written to there at once, as a device is, stays</param>
    internal UnfinishedFile(FileStream stream, string target)
    {
        PosixSignal[] signals = stream.Name == Path.GetFullPath(target) ? [] : Signals;
        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, _ => Remove(stream)));
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private static void Remove(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            // There a file that is open can't be removed.
            stream.Dispose();
        }

        File.Delete(stream.Name);
    }
}
