using System.Runtime.InteropServices;

namespace FastRnn.Cli.Run;

/// <summary>A file that is being written: when the program is told to end before it is whole, it is removed, and the program ends as it
/// would without.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly PosixSignalRegistration[] _registrations;

    internal UnfinishedFile(FileStream stream)
        => _registrations = Array.ConvertAll(Signals, signal => PosixSignalRegistration.Create(signal, _ => Remove(stream)));

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
