using System.Diagnostics;
using System.Numerics.Tensors;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// y = [x; c] with c = Σ a⟨s⟩·m⟨s⟩ and a = softmax of the scores of x and all rows m⟨s⟩ of the <see cref="AttentionMemory"/>. A row of
/// outputs has the same bits whatever other rows there are. Sources: D. Bahdanau, K. Cho and Y. Bengio, ICLR 2015; M.-T. Luong, H. Pham
/// and C. D. Manning, EMNLP 2015.
/// </summary>
/// <param name="inputWidth">I</param>
/// <param name="memoryWidth">M</param>
/// <param name="query">makes queries [Q] of inputs; null where inputs are queries</param>
internal abstract class AttentionLayer(int inputWidth, int memoryWidth, DenseProjection? query) : NetworkLayer
{
    internal sealed override int InputWidth => inputWidth;

    internal sealed override int OutputSize => inputWidth + memoryWidth;

    /// <summary>M</summary>
    private protected int MemoryWidth => memoryWidth;

    /// <summary>Q</summary>
    private protected int QuerySize => query?.OutputSize ?? inputWidth;

    internal override void Pack(ParameterBuffer parameters) => query?.Pack(parameters);

    internal sealed override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
        => throw new InvalidOperationException("A layer of attention has to see a source.");

    internal sealed override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        Sequences sequences = pass.Sequences;
        AttentionMemory memory = sequences.Memory;
        Debug.Assert(memory.Width == memoryWidth && memory.Size == pass.Size.Memory, "the memory must be [sources, Tx, M]");
        var allocator = new SpanAllocator(trace);
        var parts = new Trace(this, ref allocator, pass.Size);
        if (!pass.IsContinuation)
        {
            MakeKeys(memory, parts.Keys);
        }

        scoped ReadOnlySpan<float> queries = inputs;
        if (query is not null)
        {
            Span<float> products = parts.Queries[..(sequences.Rows * QuerySize)];
            query.Forward(inputs, sequences.Rows, products);
            queries = products;
        }

        RowOrder.Copy(sequences.Rows, inputs, inputWidth, parts.Outputs, OutputSize, inputWidth);
        int steps = memory.Size.Steps;
        for (int step = 0; step < sequences.Steps; step++)
        {
            for (int i = 0; i < sequences.Count(step); i++)
            {
                int row = sequences.Start(step) + i, source = memory.SourceOf(i);
                Span<float> weights = parts.Weights.Slice(row * steps, steps);
                Span<float> own = weights[..memory.LengthOf(source)];
                Score(queries.Slice(row * QuerySize, QuerySize), memory, source, parts.Keys, own);
                Softmax.Normalize(own, own);
                weights[own.Length..].Clear();
                RowProducts.Combine(
                    memory.RowsOf(memory.Values, source, memoryWidth), own,
                    parts.Outputs.Slice(row * OutputSize + inputWidth, memoryWidth));
            }
        }

        if (!memory.Weights.IsEmpty)
        {
            parts.Weights[..(sequences.Rows * steps)].CopyTo(memory.Weights);
        }
    }

    internal sealed override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        AttentionMemory memory = sequences.Memory;
        var allocator = new SpanAllocator(trace);
        var parts = new Trace(this, ref allocator, sequences.Size);
        allocator = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref allocator, sequences.Size);
        spare.Keys.Clear();
        ReadOnlySpan<float> queries = query is null ? inputs : parts.Queries;
        int steps = memory.Size.Steps;
        for (int step = 0; step < sequences.Steps; step++)
        {
            for (int i = 0; i < sequences.Count(step); i++)
            {
                int row = sequences.Start(step) + i, source = memory.SourceOf(i);
                Span<float> scoreGradient = spare.Scores[..memory.LengthOf(source)];
                BackwardWeights(
                    memory, source, parts.Weights.Slice(row * steps, scoreGradient.Length),
                    outputGradient.Slice(row * OutputSize + inputWidth, memoryWidth), scoreGradient);
                BackwardScores(
                    queries.Slice(row * QuerySize, QuerySize), memory, source, parts.Keys, scoreGradient,
                    spare.Queries.Slice(row * QuerySize, QuerySize), spare);
            }
        }

        BackwardKeys(memory, spare, gradients);
        query?.AddGradients(inputs, spare.Queries, sequences.Rows, gradients, spare.Inner);
        if (inputGradient.IsEmpty)
        {
            return;
        }

        RowOrder.Copy(sequences.Rows, outputGradient, OutputSize, inputGradient, inputWidth, inputWidth);
        if (query is null)
        {
            TensorPrimitives.Add(inputGradient, spare.Queries, inputGradient);
        }
        else
        {
            query.Propagate(spare.Queries, sequences.Rows, inputGradient, add: true);
        }
    }

    private protected sealed override void LayOutTrace(ref SpanAllocator memory, TraceSize size) => _ = new Trace(this, ref memory, size);

    private protected sealed override void LayOutScratch(ref SpanAllocator memory, TraceSize size)
        => _ = new Scratch(this, ref memory, size);

    /// <summary>The floats that are computed once of the whole memory.</summary>
    private protected virtual long KeysLength(MemorySize size) => 0;

    /// <summary>The floats of the gradient of what is computed of the memory, and of the work for it.</summary>
    private protected virtual long KeyGradientLength(MemorySize size) => 0;

    /// <summary>More scratch floats for gradient sums.</summary>
    private protected virtual long GradientScratchLength => query?.GradientScratchLength ?? 0;

    /// <summary>Computes what all scores need of the memory.</summary>
    private protected virtual void MakeKeys(in AttentionMemory memory, Span<float> keys)
    {
    }

    /// <summary>The scores of one query.</summary>
    /// <param name="query">[Q]</param>
    /// <param name="memory">what is attended to</param>
    /// <param name="source">which part of it</param>
    /// <param name="keys">as <see cref="MakeKeys"/> has left them</param>
    /// <param name="scores">receives a score for each of the source's steps</param>
    private protected abstract void Score(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, Span<float> scores);

    /// <summary>From the gradient of one query's scores to those of the query and of what it was compared with.</summary>
    /// <param name="query">[Q]</param>
    /// <param name="memory">what is attended to</param>
    /// <param name="source">which part of it</param>
    /// <param name="keys">as <see cref="MakeKeys"/> has left them</param>
    /// <param name="scoreGradient">∂L/∂score of each of the source's steps</param>
    /// <param name="queryGradient">receives ∂L/∂query [Q]</param>
    /// <param name="spare">whose gradient of keys is added to</param>
    private protected abstract void BackwardScores(
        ReadOnlySpan<float> query, in AttentionMemory memory, int source, Span<float> keys, ReadOnlySpan<float> scoreGradient,
        Span<float> queryGradient, in Scratch spare);

    /// <summary>From the gradient of what was computed of the memory to that of the memory.</summary>
    private protected virtual void BackwardKeys(in AttentionMemory memory, in Scratch spare, ParameterBuffer gradients)
    {
    }

    /// <summary>From ∂L/∂c to those of the memory and of the scores: ∂L/∂score⟨s⟩ = a⟨s⟩·(g⟨s⟩ − Σ a·g) with g⟨s⟩ = ∂L/∂c·m⟨s⟩.</summary>
    private void BackwardWeights(
        in AttentionMemory memory, int source, ReadOnlySpan<float> weights, ReadOnlySpan<float> contextGradient,
        Span<float> scoreGradient)
    {
        RowProducts.Dot(memory.RowsOf(memory.Values, source, memoryWidth), contextGradient, scoreGradient);
        TensorPrimitives.Subtract(scoreGradient, TensorPrimitives.Dot(weights, scoreGradient), scoreGradient);
        TensorPrimitives.Multiply(scoreGradient, weights, scoreGradient);
        AddProducts(weights, contextGradient, memory.RowsOf(memory.Gradient, source, memoryWidth));
    }

    /// <summary>row⟨s⟩ += factor[s]·x</summary>
    private protected static void AddProducts(ReadOnlySpan<float> factors, ReadOnlySpan<float> x, Span<float> rows)
    {
        for (int s = 0; s < factors.Length; s++)
        {
            Span<float> row = rows.Slice(s * x.Length, x.Length);
            TensorPrimitives.MultiplyAdd(x, factors[s], row, row);
        }
    }

    private readonly ref struct Trace(AttentionLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>[R, I + M]</summary>
        internal Span<float> Outputs { get; } = memory.Take((long)size.Rows * layer.OutputSize);

        /// <summary>[R, Tx]</summary>
        internal Span<float> Weights { get; } = memory.Take((long)size.Rows * size.Memory.Steps);

        /// <summary>[R, Q], where they are not the inputs.</summary>
        internal Span<float> Queries { get; } = memory.Take(layer.InputsAreQueries ? 0 : (long)size.Rows * layer.QuerySize);

        internal Span<float> Keys { get; } = memory.Take(layer.KeysLength(size.Memory));
    }

    private bool InputsAreQueries => query is null;

    private protected readonly ref struct Scratch(AttentionLayer layer, ref SpanAllocator memory, TraceSize size)
    {
        /// <summary>∂L/∂queries [R, Q].</summary>
        internal Span<float> Queries { get; } = memory.Take((long)size.Rows * layer.QuerySize);

        /// <summary>∂L/∂scores of one row, [Tx].</summary>
        internal Span<float> Scores { get; } = memory.Take(size.Memory.Steps);

        /// <summary>∂L/∂keys, zeros at first.</summary>
        internal Span<float> Keys { get; } = memory.Take(layer.KeyGradientLength(size.Memory));

        internal Span<float> Inner { get; } = memory.Take(layer.GradientScratchLength);
    }
}
