namespace FastRnn.Peers.Output;

/// <summary>What is being done, on one line of a terminal that is written over; nothing where errors do not go to a terminal.</summary>
internal sealed class StatusLine : IDisposable
{
    private readonly TextWriter? _terminal = Console.IsErrorRedirected ? null : Console.Error;
    private int _length;

    internal void Show(string text)
    {
        _terminal?.Write($"\r{text.PadRight(_length)}");
        _length = text.Length;
    }

    public void Dispose()
    {
        Show("");
        _terminal?.Write('\r');
    }
}
