namespace FastRnn.Layers;

/// <summary>The order of sequences by length, the longest first, those of one length as they come.</summary>
/// <param name="memory">at least <see cref="MemoryLength"/>; keeps the order once <see cref="Sort"/> has found it</param>
/// <param name="count">N</param>
/// <param name="steps">T, at least the longest length</param>
internal readonly ref struct LengthOrder(Span<int> memory, int count, int steps)
{
    private readonly Span<int> _memory = memory;

    /// <summary>[N], which sequence stands at each place.</summary>
    internal Span<int> Places => _memory[..count];

    /// <summary>Which row belongs to which step of which sequence.</summary>
    internal Sequences Sequences => new(Starts[..(Lengths[0] + 1)], Lengths);

    /// <summary>[N], the lengths in the order.</summary>
    private Span<int> Lengths => _memory.Slice(count, count);

    /// <summary>[T + 1], the row at which each step begins.</summary>
    private Span<int> Starts => _memory.Slice(2 * count, steps + 1);

    /// <summary>How many ints the order takes.</summary>
    internal static long MemoryLength(long count, long steps) => 2 * count + 2 * (steps + 1);

    /// <param name="lengths">[N], each at least 1</param>
    internal void Sort(ReadOnlySpan<int> lengths)
    {
        // next[l] counts the sequences that are longer than l, which is how many have step l, and where those of length l go.
        Span<int> next = _memory.Slice(2 * count + steps + 1, steps + 1), starts = Starts, places = Places, sorted = Lengths;
        next.Clear();
        foreach (int length in lengths)
        {
            next[length - 1]++;
        }

        for (int step = steps - 1; step >= 0; step--)
        {
            next[step] += next[step + 1];
        }

        starts[0] = 0;
        for (int step = 0; step < steps; step++)
        {
            starts[step + 1] = starts[step] + next[step];
        }

        for (int i = 0; i < count; i++)
        {
            int place = next[lengths[i]]++;
            places[place] = i;
            sorted[place] = lengths[i];
        }
    }
}
