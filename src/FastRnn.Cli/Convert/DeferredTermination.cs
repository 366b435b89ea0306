using System.Runtime.InteropServices;

namespace FastRnn.Cli.Convert;

/// <summary>While a file is being written the program does not end when it is told to for the first time, but when the file is whole:
/// nothing is left over beside it.</summary>
internal sealed class DelayedEnding : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _isDue;

    internal DelayedEnding()
        => _registrations = Array.ConvertAll(
            (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP],
            signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !_isDue;
                _isDue = true;
            }));

    /// <exception cref="CommandFault">The program was told to end.</exception>
    internal void ThrowIfDue(string path)
    {
        if (_isDue)
        {
            throw new CommandFault($"{path}: written whole before the program ended, as it was told to");
        }
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
}
