using FastRnn.Kernels;

namespace FastRnn.Layers;

/// <summary>Scores are products, m⟨s⟩·x or m⟨s⟩ᵀ·W·x: of queries of the memory's width with its rows.</summary>
/// <param name="inputWidth">I</param>
/// <param name="memoryWidth">M</param>
/// <param name="query">W [M, I]; null for the inputs themselves, I = M</param>
internal sealed class ProductAttentionLayer(int inputWidth, int memoryWidth, DenseProjection? query)
    : AttentionLayer(inputWidth, memoryWidth, query)
{
    private protected override void Score(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, Span<float> scores)
        => RowProducts.Dot(memory.RowsOf(memory.Values, source, MemoryWidth), query, scores);

    private protected override void BackwardScores(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, ReadOnlySpan<float> scoreGradient,
        Span<float> queryGradient, in Scratch spare)
    {
        RowProducts.Combine(memory.RowsOf(memory.Values, source, MemoryWidth), scoreGradient, queryGradient);
        AddProducts(scoreGradient, query, memory.RowsOf(memory.Gradient, source, MemoryWidth));
    }
}
