using FastRnn.Layers;

namespace FastRnn;

/// <summary>
/// Between the caller's rows [T, N, F], with padding, and the rows that the layers see: sequences sorted by length, no padding, see
/// <see cref="Sequences"/>. Where all have T steps both are the same, and nothing has to be moved.
/// </summary>
internal readonly ref struct BatchOrder
{
    private readonly int _batch;

    /// <summary>[N], the caller's place of each sequence; empty where both orders are the same.</summary>
    private readonly ReadOnlySpan<int> _places;

    /// <param name="shape">T, N and the lengths</param>
    /// <param name="memory">at least <see cref="MemoryLength"/></param>
    internal BatchOrder(BatchShape shape, Span<int> memory)
    {
        int steps = shape.Steps, batch = shape.Sequences;
        ReadOnlySpan<int> lengths = shape.Lengths;
        _batch = batch;
        if (!lengths.ContainsAnyExcept(steps))
        {
            Sequences = new Sequences(steps, batch);
            return;
        }

        Span<int> places = memory[..batch];
        Span<int> sorted = memory.Slice(batch, batch);
        Span<int> starts = memory.Slice(2 * batch, steps + 1);
        Span<int> next = memory.Slice(2 * batch + steps + 1, steps + 1);

        // next[l] counts the sequences that are longer than l, which is how many have step l, and where those of length l go.
        next.Clear();
        int longest = 0;
        foreach (int length in lengths)
        {
            next[length - 1]++;
            longest = Math.Max(longest, length);
        }

        for (int step = steps - 1; step >= 0; step--)
        {
            next[step] += next[step + 1];
        }

        starts[0] = 0;
        for (int step = 0; step < longest; step++)
        {
            starts[step + 1] = starts[step] + next[step];
        }

        for (int i = 0; i < batch; i++)
        {
            int place = next[lengths[i]]++;
            places[place] = i;
            sorted[place] = lengths[i];
        }

        _places = places;
        Sequences = new Sequences(starts[..(longest + 1)], sorted);
    }

    internal Sequences Sequences { get; }

    /// <summary>Whether rows have to be moved.</summary>
    internal bool Moves => !_places.IsEmpty;

    /// <summary>How many ints the order takes.</summary>
    internal static long MemoryLength(int steps, int batch, bool hasLengths) => hasLengths ? 2L * batch + 2L * steps + 2 : 0;

    /// <summary>Brings some steps' rows into the layers' order.</summary>
    /// <param name="source">[T, N, width]</param>
    /// <param name="start">the first of the steps</param>
    /// <param name="count">how many steps</param>
    /// <param name="width">the items of a row</param>
    /// <param name="destination">[R of these steps, width]</param>
    internal void Pack<T>(ReadOnlySpan<T> source, int start, int count, int width, Span<T> destination)
    {
        for (int step = start; step < start + count; step++)
        {
            for (int i = 0; i < Sequences.Count(step); i++)
            {
                source.Slice((step * _batch + Place(i)) * width, width)
                    .CopyTo(destination[((Sequences.Start(step) - Sequences.Start(start) + i) * width)..]);
            }
        }
    }

    /// <summary>Brings some steps' rows back; padding is left as it is.</summary>
    /// <param name="source">[R of these steps, width]</param>
    /// <param name="start">the first of the steps</param>
    /// <param name="count">how many steps</param>
    /// <param name="width">the items of a row</param>
    /// <param name="destination">[T, N, width]</param>
    internal void Unpack(ReadOnlySpan<float> source, int start, int count, int width, Span<float> destination)
    {
        for (int step = start; step < start + count; step++)
        {
            for (int i = 0; i < Sequences.Count(step); i++)
            {
                source.Slice((Sequences.Start(step) - Sequences.Start(start) + i) * width, width)
                    .CopyTo(destination[((step * _batch + Place(i)) * width)..]);
            }
        }
    }

    /// <summary>Brings one row a sequence into the layers' order.</summary>
    internal void PackRows<T>(ReadOnlySpan<T> source, int width, Span<T> destination)
    {
        for (int i = 0; i < _batch; i++)
        {
            source.Slice(Place(i) * width, width).CopyTo(destination[(i * width)..]);
        }
    }

    /// <summary>Brings one row a sequence back.</summary>
    internal void UnpackRows(ReadOnlySpan<float> source, int width, Span<float> destination)
    {
        for (int i = 0; i < _batch; i++)
        {
            source.Slice(i * width, width).CopyTo(destination[(Place(i) * width)..]);
        }
    }

    private int Place(int sequence) => _places.IsEmpty ? sequence : _places[sequence];
}
