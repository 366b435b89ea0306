namespace FastRnn.Peers.Processes;

/// <summary>The last lines that a process has written to its standard error; lines come on threads of the runtime.</summary>
internal sealed class ErrorTail
{
    private const int Lines = 8;

    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="line">the next one; null stands for the end</param>
    internal void Add(string? line)
    {
        if (line is null)
        {
            _end.TrySetResult();
        }

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

    /// <summary>Waits for the last line, at most so long: a process may have left its standard error to another one.</summary>
    internal void AwaitEnd(TimeSpan time) => Task.WaitAny([_end.Task], time);

    /// <summary>Empty, or a line break and the lines.</summary>
    public override string ToString()
    {
        lock (_lines)
        {
            return string.Concat(_lines.Select(line => $"\n    {line}"));
        }
    }
}
