using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>What a decoder gets of an encoder, laid out in a buffer: final states, and outputs where it attends to them.</summary>
internal readonly ref struct EncodedSource
{
    private readonly MemorySize _size;
    private readonly Span<float> _values;
    private readonly Span<float> _gradient;

    /// <param name="encoder">what the encoder is</param>
    /// <param name="decoder">what the decoder is</param>
    /// <param name="size">N and Tx</param>
    /// <param name="hasGradient">whether there is a backward pass</param>
    /// <param name="memory">where it lies</param>
    internal EncodedSource(RnnSpec encoder, RnnSpec decoder, MemorySize size, bool hasGradient, scoped ref SpanAllocator memory)
    {
        _size = SizeFor(decoder, size);
        long length = (long)_size.Rows * encoder.OutputSize;
        State = memory.Take((long)size.Sources * decoder.StateSize);
        _values = memory.Take(length);
        _gradient = memory.Take(hasGradient ? length : 0);
        Outputs = size.Sources == 1 ? _values : memory.Take(length);
    }

    /// <summary>The encoder's final state [N, S], or its gradient.</summary>
    internal Span<float> State { get; }

    /// <summary>The encoder's outputs [Tx, N, M], or their gradient; empty where the decoder has no attention.</summary>
    internal Span<float> Outputs { get; }

    /// <summary>What there is to attend to: nothing without attention.</summary>
    internal static MemorySize SizeFor(RnnSpec decoder, MemorySize size) => decoder.NeedsMemory ? size : default;

    /// <summary>The floats that it takes; may be more than a buffer can hold.</summary>
    internal static long Length(RnnSpec encoder, RnnSpec decoder, MemorySize size, bool hasGradient)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new EncodedSource(encoder, decoder, size, hasGradient, ref counting);
        return counting.Used;
    }

    /// <summary>Brings the outputs into the order of <see cref="Memory"/>.</summary>
    internal void TakeOutputs()
    {
        if (_size.Sources > 1)
        {
            RowOrder.Transpose(Outputs, _size.Steps, _size.Sources, _values);
        }
    }

    /// <summary>What the decoder attends to, with a gradient where there is one.</summary>
    /// <param name="lengths">[N], of the sources; empty where all have Tx steps</param>
    internal AttentionMemory Memory(ReadOnlySpan<int> lengths) => new(_values, _size) { Lengths = lengths, Gradient = _gradient };

    /// <summary>Before the backward pass of the decoder, which adds to it.</summary>
    internal void ClearGradient() => _gradient.Clear();

    /// <summary>After the backward pass of the decoder: ∂L/∂outputs [Tx, N, M].</summary>
    internal ReadOnlySpan<float> TakeGradient()
    {
        if (_size.Sources <= 1)
        {
            return _gradient;
        }

        RowOrder.Transpose(_gradient, _size.Sources, _size.Steps, Outputs);
        return Outputs;
    }
}
