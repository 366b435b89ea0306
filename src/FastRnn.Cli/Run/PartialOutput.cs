using System.Runtime.InteropServices;

namespace FastRnn.Cli.Run;

/// <summary>Deletes a file that is not complete yet when a signal ends the program; the program still ends as it would without.</summary>
internal sealed class PartialOutput : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly string _target;
    private readonly PosixSignalRegistration[] _registrations;
    private volatile FileStream? _stream;

    /// <param name="target">the path of the complete file</param>
    internal PartialOutput(string target)
    {
        _target = Path.GetFullPath(target);
        _registrations = Array.ConvertAll(Signals, signal => PosixSignalRegistration.Create(signal, _ => Delete()));
    }

    /// <summary>Sets the file to delete, unless it is the target itself: a device is written to directly.</summary>
    internal void Watch(FileStream stream) => _stream = stream.Name == _target ? null : stream;

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Delete()
    {
        if (_stream is not { } stream)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // Windows can't delete an open file.
            stream.Dispose();
        }

        File.Delete(stream.Name);
    }
}
