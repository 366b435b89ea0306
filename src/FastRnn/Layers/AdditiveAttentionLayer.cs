using System.Numerics.Tensors;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Scores are v·tanh(k⟨s⟩ + q) of keys k⟨s⟩ = Wm·m⟨s⟩, which are computed once, and queries q = Wq·x + b.</summary>
/// <param name="query">Wq [A, I] and b</param>
/// <param name="key">Wm [A, M]</param>
/// <param name="scoreWeights">v [1, A]</param>
internal sealed class AdditiveAttentionLayer(DenseProjection query, DenseProjection key, ParameterSlice scoreWeights)
    : AttentionLayer(query.InputWidth, key.InputWidth, query)
{
    private readonly AlignedBuffer _weights = AlignedBuffer.Allocate(scoreWeights.Length);

    private protected override long GradientScratchLength => Math.Max(base.GradientScratchLength, key.GradientScratchLength);

    private ReadOnlySpan<float> Weights => _weights.Slice(0, QuerySize);

    internal override void Pack(ParameterBuffer parameters)
    {
        base.Pack(parameters);
        key.Pack(parameters);
        parameters[scoreWeights].CopyTo(_weights.Span);
    }

    private protected override long KeysLength(MemorySize size) => Counted(size, isGradient: false);

    private protected override long KeyGradientLength(MemorySize size) => Counted(size, isGradient: true);

    private protected override void MakeKeys(in AttentionMemory memory, Span<float> keys)
    {
        var allocator = new SpanAllocator(keys);
        var parts = new Keys(this, ref allocator, memory.Size);
        key.Forward(memory.Values, memory.Size.Rows, parts.Values);
        AdditiveScores.Exponentials(parts.Values, parts.Exponentials);
        for (int source = 0; source < memory.Size.Sources; source++)
        {
            parts.AreWithinLimit[source] =
                AdditiveScores.IsWithinLimit(memory.RowsOf(parts.Values, source, QuerySize)) ? 1 : 0;
        }
    }

    private protected override void Score(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, Span<float> scores)
    {
        var allocator = new SpanAllocator(keys);
        var parts = new Keys(this, ref allocator, memory.Size);
        if (parts.AreWithinLimit[source] != 0 && AdditiveScores.IsWithinLimit(query))
        {
            AdditiveScores.Exponentials(query, parts.Row);
            AdditiveScores.ByExponentials(memory.RowsOf(parts.Exponentials, source, QuerySize), parts.Row, Weights, scores);
        }
        else
        {
            AdditiveScores.ByTanh(memory.RowsOf(parts.Values, source, QuerySize), query, Weights, parts.Row, scores);
        }
    }

    private protected override void BackwardScores(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, ReadOnlySpan<float> scoreGradient,
        Span<float> queryGradient, in Scratch spare)
    {
        int units = QuerySize;
        var allocator = new SpanAllocator(keys);
        var parts = new Keys(this, ref allocator, memory.Size);
        allocator = new SpanAllocator(spare.Keys);
        var gradient = new KeyGradient(this, ref allocator, memory.Size);
        Span<float> sums = memory.RowsOf(gradient.Values, source, units), row = parts.Row;
        ReadOnlySpan<float> values = memory.RowsOf(parts.Values, source, units);
        queryGradient.Clear();
        for (int s = 0; s < scoreGradient.Length; s++)
        {
            AdditiveScores.Tanh(values.Slice(s * units, units), query, row);
            TensorPrimitives.MultiplyAdd(row, scoreGradient[s], gradient.Weights, gradient.Weights);

            // ∂score/∂q = v ⊙ (1 − tanh²)
            TensorPrimitives.Multiply(row, row, row);
            TensorPrimitives.Subtract(1f, row, row);
            TensorPrimitives.Multiply(row, Weights, row);
            Span<float> sum = sums.Slice(s * units, units);
            TensorPrimitives.MultiplyAdd(row, scoreGradient[s], sum, sum);
            TensorPrimitives.MultiplyAdd(row, scoreGradient[s], queryGradient, queryGradient);
        }
    }

    private protected override void BackwardKeys(in AttentionMemory memory, in Scratch spare, ParameterBuffer gradients)
    {
        var allocator = new SpanAllocator(spare.Keys);
        var gradient = new KeyGradient(this, ref allocator, memory.Size);
        TensorPrimitives.Add(gradients[scoreWeights], gradient.Weights, gradients[scoreWeights]);
        key.AddGradients(memory.Values, gradient.Values, memory.Size.Rows, gradients, spare.Inner);
        key.Propagate(gradient.Values, memory.Size.Rows, memory.Gradient, add: true);
    }

    private long Counted(MemorySize size, bool isGradient)
    {
        SpanAllocator counting = SpanAllocator.Counting;
        if (isGradient)
        {
            _ = new KeyGradient(this, ref counting, size);
        }
        else
        {
            _ = new Keys(this, ref counting, size);
        }

        return counting.Used;
    }

    private readonly ref struct Keys(AdditiveAttentionLayer layer, ref SpanAllocator memory, MemorySize size)
    {
        /// <summary>k [sources, Tx, A]</summary>
        internal Span<float> Values { get; } = memory.Take((long)size.Rows * layer.QuerySize);

        /// <summary>e²ᵏ</summary>
        internal Span<float> Exponentials { get; } = memory.Take((long)size.Rows * layer.QuerySize);

        /// <summary>[sources], 1 where no exponential of a source is beyond use, else 0.</summary>
        internal Span<float> AreWithinLimit { get; } = memory.Take(size.Sources);

        /// <summary>[A], for one query after the other.</summary>
        internal Span<float> Row { get; } = memory.Take(layer.QuerySize);
    }

    private readonly ref struct KeyGradient(AdditiveAttentionLayer layer, ref SpanAllocator memory, MemorySize size)
    {
        /// <summary>∂L/∂k [sources, Tx, A]</summary>
        internal Span<float> Values { get; } = memory.Take((long)size.Rows * layer.QuerySize);

        /// <summary>∂L/∂v [A]</summary>
        internal Span<float> Weights { get; } = memory.Take(layer.QuerySize);
    }
}
