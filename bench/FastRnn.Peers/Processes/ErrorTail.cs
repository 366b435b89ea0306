namespace FastRnn.Peers.Processes;

/// <summary>The last lines that a process has written to its standard error; lines come on threads of the runtime.</summary>
internal sealed class ErrorTail
{
    private const int Lines = 8;

    private readonly Queue<string> _lines = new();

    internal void Add(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line.TrimEnd());
            if (_lines.Count > Lines)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>Empty, or a line break and the lines.</summary>
    public override string ToString()
    {
        lock (_lines)
        {
            return string.Concat(_lines.Select(line => $"\n    {line}"));
        }
    }
}
