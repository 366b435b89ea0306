using System.Runtime.InteropServices;
using FastRnn.Cli.CommandLine;

namespace FastRnn.Cli.Convert;

/// <summary>Defers the first signal to terminate until a file is complete, so that no partial file is left behind.</summary>
internal sealed class DeferredTermination : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _isRequested;

    internal DeferredTermination()
        => _registrations = Array.ConvertAll(
            (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP],
            signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !_isRequested;
                _isRequested = true;
            }));

    /// <exception cref="CommandException">A signal came while the file was being written.</exception>
    internal void ThrowIfRequested(string path)
    {
        if (_isRequested)
        {
            throw new CommandException($"{path}: the file is complete; the program ends because of a signal");
        }
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
}
