namespace FastRnn.Layers;

/// <summary>
/// Which rows of a buffer [R, F] belong to which step of which sequence. Sequences are sorted by length, longest first, and a step's
/// rows are those of the sequences that have it: no row is padding, R is the sum of lengths, and a step's rows stand behind those of
/// the step before. With equal lengths that is time-major [T, N, F].
/// </summary>
internal readonly ref struct Sequences
{
    /// <summary>[T + 1], the row at which each step begins; empty where all sequences have T steps.</summary>
    private readonly ReadOnlySpan<int> _starts;

    /// <summary>[N], the steps of each sequence, counted from <see cref="_skipped"/> steps before the first.</summary>
    private readonly ReadOnlySpan<int> _lengths;
    private readonly int _skipped;

    /// <summary>N sequences of T steps.</summary>
    internal Sequences(int steps, int batch)
    {
        Steps = steps;
        Batch = batch;
        Rows = steps * batch;
    }

    /// <param name="starts">[T + 1], the row at which each step begins, and the number of rows</param>
    /// <param name="lengths">[N], falling</param>
    /// <param name="skipped">steps that the lengths count before the first of these</param>
    internal Sequences(ReadOnlySpan<int> starts, ReadOnlySpan<int> lengths, int skipped = 0)
    {
        _starts = starts;
        _lengths = lengths;
        _skipped = skipped;
        Steps = starts.Length - 1;
        Rows = starts[Steps] - starts[0];
        Batch = starts[1] - starts[0];
    }

    /// <summary>T</summary>
    internal int Steps { get; }

    /// <summary>N, the number of sequences at the first step.</summary>
    internal int Batch { get; }

    /// <summary>R</summary>
    internal int Rows { get; }

    /// <summary>What the sequences attend to; empty where there is no attention.</summary>
    internal AttentionMemory Memory { get; init; }

    /// <summary>What a trace of all rows at once is laid out for.</summary>
    internal TraceSize Size => new(Rows, Batch, Memory.Size);

    /// <summary>One row of each sequence.</summary>
    internal Sequences Reduced => new(1, Batch) { Memory = Memory };

    /// <summary>Whether all sequences have T steps.</summary>
    internal bool IsUniform => _starts.IsEmpty;

    /// <summary>The row at which a step begins; R for T.</summary>
    internal int Start(int step) => IsUniform ? step * Batch : _starts[step] - _starts[0];

    /// <summary>How many sequences have the step: the first so many.</summary>
    internal int Count(int step) => IsUniform ? Batch : _starts[step + 1] - _starts[step];

    /// <summary>How many steps a sequence has.</summary>
    internal int Length(int sequence) => IsUniform ? Steps : Math.Min(_lengths[sequence] - _skipped, Steps);

    /// <summary>Some of the steps.</summary>
    internal Sequences Slice(int start, int count)
        => IsUniform
            ? new Sequences(count, Batch) { Memory = Memory }
            : new Sequences(_starts.Slice(start, count + 1), _lengths, _skipped + start) { Memory = Memory };
}
