using System.Runtime.InteropServices;

namespace FastRnn.Cli.Run;

/// <summary>A file that is being written: when the program is told to end before it is whole, it is removed, and the program ends as it
/// would without.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly string _target;
    private readonly PosixSignalRegistration[] _registrations;
    private volatile FileStream? _stream;

    /// <param name="target">where the file is to be when it is whole</param>
    internal UnfinishedFile(string target)
    {
        _target = Path.GetFullPath(target);
        _registrations = Array.ConvertAll(Signals, signal => PosixSignalRegistration.Create(signal, _ => Remove()));
    }

    /// <summary>Has a file removed until it has come to its place. What is written to that place at once, as a device is, stays.</summary>
    internal void Watch(FileStream stream) => _stream = stream.Name == _target ? null : stream;

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Remove()
    {
        if (_stream is not { } stream)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // There a file that is open can't be removed.
            stream.Dispose();
        }

        File.Delete(stream.Name);
    }
}
