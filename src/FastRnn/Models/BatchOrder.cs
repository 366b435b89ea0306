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

    /// <summary>Sorts a batch.</summary>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="memory">at least <see cref="MemoryLength"/>; keeps the order, see the other constructor</param>
    internal BatchOrder(BatchShape shape, Span<int> memory)
    {
        int steps = shape.Steps, batch = shape.Sequences;
        ReadOnlySpan<int> lengths = shape.Lengths;
        if (lengths.IsEmpty || !lengths.ContainsAnyExcept(steps))
        {
            if (!memory.IsEmpty)
            {
                memory[0] = 0;
            }

            _batch = batch;
            Sequences = new Sequences(steps, batch);
            return;
        }

        memory[0] = 1;
        var order = new LengthOrder(memory[1..], batch, steps);
        order.Sort(lengths);
        _batch = batch;
        _places = order.Places;
        Sequences = order.Sequences;
    }

    /// <summary>The order of a batch that has been sorted.</summary>
    /// <param name="size">of the batch</param>
    /// <param name="memory">as sorting has left it</param>
    internal BatchOrder(BatchSize size, Span<int> memory)
    {
        _batch = size.Batch;
        if (memory.IsEmpty || memory[0] == 0)
        {
            Sequences = new Sequences(size.Steps, size.Batch);
            return;
        }

        var order = new LengthOrder(memory[1..], size.Batch, size.Steps);
        _places = order.Places;
        Sequences = order.Sequences;
    }

    internal Sequences Sequences { get; private init; }

    /// <summary>Whether rows have to be moved.</summary>
    internal bool Moves => !_places.IsEmpty;

    /// <summary>How many ints the order takes.</summary>
    internal static long MemoryLength(BatchSize size) => size.HasLengths ? 1 + LengthOrder.MemoryLength(size.Batch, size.Steps) : 0;

    /// <summary>The order with what the sequences attend to.</summary>
    /// <param name="memory">in the caller's order</param>
    internal BatchOrder Attending(AttentionMemory memory)
        => this with { Sequences = Sequences with { Memory = memory with { Places = _places } } };

    /// <summary>Brings some steps' rows into the layers' order; one row a sequence as those of the first step.</summary>
    /// <param name="source">[T, N, width]</param>
    /// <param name="start">the first of the steps</param>
    /// <param name="count">how many steps</param>
    /// <param name="width">the items of a row</param>
    /// <param name="destination">[R of these steps, width]</param>
    internal void Pack<T>(ReadOnlySpan<T> source, int start, int count, int width, Span<T> destination)
        => Pack(source, start, count, width, destination, width);

    /// <inheritdoc cref="Pack{T}(ReadOnlySpan{T}, int, int, int, Span{T})"/>
    /// <param name="source">[T, N, width]</param>
    /// <param name="start">the first of the steps</param>
    /// <param name="count">how many steps</param>
    /// <param name="width">the items of a row</param>
    /// <param name="destination">begins with the first row's</param>
    /// <param name="distance">items from one row of the destination to the next</param>
    internal void Pack<T>(ReadOnlySpan<T> source, int start, int count, int width, Span<T> destination, int distance)
    {
        for (int step = start; step < start + count; step++)
        {
            for (int i = 0; i < Sequences.Count(step); i++)
            {
                source.Slice((step * _batch + Place(i)) * width, width)
                    .CopyTo(destination[((Sequences.Start(step) - Sequences.Start(start) + i) * distance)..]);
            }
        }
    }

    /// <summary>Brings some steps' rows back, one row a sequence as those of the first step; padding is left as it is.</summary>
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

    private int Place(int sequence) => _places.IsEmpty ? sequence : _places[sequence];
}
