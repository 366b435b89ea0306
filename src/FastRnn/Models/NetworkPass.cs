using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// A batch's way forward through a network, some steps at a time through all layers: all at once where a backward pass follows, otherwise
/// so few that what the layers keep stays in the cache, and one by one where outputs are fed back.
/// </summary>
internal readonly ref struct NetworkPass
{
    /// <summary>Floats that the layers keep at a time, unless a few steps take more: what a second-level cache holds.</summary>
    private const int ChunkLength = 64 * 1024;

    /// <summary>Rows that a chunk has at least, if there are as many: fewer would read the weights too often.</summary>
    private const int ChunkRows = 96;

    private readonly Network _network;
    private readonly bool _keepsTrace;
    private readonly int _traceLength;
    private readonly TraceSize _traceSize;
    private readonly Span<int> _orderMemory;
    private readonly Span<float> _inputs;
    private readonly Span<float> _trace;

    /// <summary>The weights of attention of steps that are run at once, [R, Tx], on their way to the caller.</summary>
    private readonly Span<float> _weights;

    /// <param name="network">the layers</param>
    /// <param name="size">of the batch</param>
    /// <param name="keepsTrace">whether inputs and traces of all steps are kept for a backward pass</param>
    /// <param name="memory">where it lies</param>
    internal NetworkPass(Network network, BatchSize size, bool keepsTrace, scoped ref SpanAllocator memory)
    {
        RnnSpec spec = network.Spec;
        _network = network;
        _keepsTrace = keepsTrace;
        StepsAtOnce = spec.FeedsBack ? 1 : keepsTrace ? size.Steps : ChunkOf(network, size);
        long rows = keepsTrace ? size.Rows : (long)StepsAtOnce * size.Batch;
        _traceSize = new TraceSize(spec.FeedsBack ? size.Batch : (int)rows, size.Batch, size.Memory);
        long traceLength = SpanAllocator.LengthOf(network.Layers.TraceLength(_traceSize));
        _traceLength = (int)Math.Min(traceLength, int.MaxValue);
        _orderMemory = MemoryMarshal.Cast<float, int>(memory.Take(BatchOrder.MemoryLength(size)));
        State = memory.Take((long)size.Batch * spec.StateSize);
        _inputs = memory.Take(MovesInputs(spec, size) ? rows * network.Layers.InputWidth : 0);
        _trace = memory.Take(keepsTrace && spec.FeedsBack ? size.Steps * traceLength : traceLength);
        _weights = memory.Take(keepsTrace ? 0 : rows * size.Memory.Steps);
    }

    /// <summary>How many steps go through the layers at a time.</summary>
    internal int StepsAtOnce { get; }

    /// <summary>The state of each sequence, in the order of the layers [N, S].</summary>
    internal Span<float> State { get; }

    /// <summary>Runs whole sequences; everything has been checked. Empty outputs are not wanted.</summary>
    /// <param name="network">the layers</param>
    /// <param name="inputs">the caller's</param>
    /// <param name="outputs">receives the outputs</param>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="initialState">[N, S]; empty for zeros</param>
    /// <param name="finalState">receives [N, S]; empty when not wanted</param>
    /// <param name="attended">what the sequences attend to, in the caller's order</param>
    /// <param name="weights">receives the weights of attention [T, N, Tx]; empty when not wanted</param>
    internal static void Run(
        Network network, SequenceData inputs, Span<float> outputs, BatchShape shape, ReadOnlySpan<float> initialState,
        Span<float> finalState, AttentionMemory attended = default, Span<float> weights = default)
    {
        AlignedBuffer buffer = AlignedPool.Rent((int)MemoryLength(network, shape, attended.Size));
        var memory = new SpanAllocator(buffer.Span);
        var pass = new NetworkPass(network, new BatchSize(shape) { Memory = attended.Size }, keepsTrace: false, ref memory);
        BatchOrder order = pass.Begin(shape, initialState)
            .Attending(attended with { Weights = weights.IsEmpty ? [] : pass._weights });
        pass.Forward(order, inputs, outputs, isSorted: false, activates: true, trainingStep: 0, weights);
        if (!finalState.IsEmpty)
        {
            order.Unpack(pass.State, 0, 1, network.Spec.StateSize, finalState);
        }

        AlignedPool.Return(buffer);
    }

    /// <summary>The floats that a run takes; may be more than a buffer can hold.</summary>
    internal static long MemoryLength(Network network, BatchShape shape, MemorySize attended = default)
    {
        if ((long)shape.Steps * shape.Sequences > Guard.LargestBuffer)
        {
            return (long)shape.Steps * shape.Sequences;
        }

        SpanAllocator counting = SpanAllocator.Counting;
        _ = new NetworkPass(network, new BatchSize(shape) { Memory = attended }, keepsTrace: false, ref counting);
        return counting.Used;
    }

    /// <summary>Whether layers see other rows than the caller gives: those of sequences that are sorted, outputs that are fed back, or
    /// indices and values in one row.</summary>
    internal static bool MovesInputs(RnnSpec spec, BatchSize size) => size.HasLengths || spec.FeedsBack || spec.Several is not null;

    /// <summary>How many steps are run at a time where nothing is kept.</summary>
    internal static int ChunkOf(Network network, BatchSize size)
    {
        if (!network.Spec.CanStream)
        {
            return size.Steps;
        }

        long step = Math.Max(1, network.Layers.TraceLength(new TraceSize(size.Batch, size.Batch, size.Memory)));
        return (int)Math.Clamp(Math.Max(ChunkLength / step, (ChunkRows + size.Batch - 1) / size.Batch), 1, size.Steps);
    }

    /// <summary>Sorts the batch and takes its initial state; empty is zeros.</summary>
    internal BatchOrder Begin(BatchShape shape, ReadOnlySpan<float> initialState)
    {
        var order = new BatchOrder(shape, _orderMemory);
        if (initialState.IsEmpty)
        {
            State.Clear();
        }
        else
        {
            order.Pack(initialState, 0, 1, _network.Spec.StateSize, State);
        }

        return order;
    }

    /// <summary>The order that <see cref="Begin"/> has found.</summary>
    internal BatchOrder Order(BatchSize size) => new(size, _orderMemory);

    /// <summary>All steps of all layers.</summary>
    /// <param name="order">as <see cref="Begin"/> has found it</param>
    /// <param name="inputs">the caller's</param>
    /// <param name="outputs">receives the outputs, or logits; empty when not wanted</param>
    /// <param name="isSorted">whether outputs go into the order of the layers, [R, O], instead of the caller's</param>
    /// <param name="activates">whether outputs are wanted, and not logits</param>
    /// <param name="trainingStep">counts from 1; 0 when not training</param>
    /// <param name="weights">receives the weights of attention in the caller's order; empty when not wanted</param>
    internal void Forward(
        in BatchOrder order, SequenceData inputs, Span<float> outputs, bool isSorted, bool activates, long trainingStep,
        Span<float> weights = default)
    {
        Sequences sequences = order.Sequences;
        RnnSpec spec = _network.Spec;
        if (order.Moves && !isSorted)
        {
            outputs.Clear();
            weights.Clear();
        }

        int count;
        for (int start = 0; start < sequences.Steps; start += count)
        {
            count = Math.Min(StepsAtOnce, sequences.Steps - start);
            Sequences part = sequences.Slice(start, count);
            ReadOnlySpan<float> rows = TakeInputs(order, inputs, start, count);
            var pass = new ForwardPass(part, _keepsTrace ? part.Size : _traceSize)
            {
                HasMore = start + count < sequences.Steps,
                IsContinuation = start > 0,
                TrainingStepNumber = DropoutStep(trainingStep, start),
            };
            Span<float> results = _network.Layers.Forward(pass, rows, new StateRows(State, spec.StateSize), TraceOf(start));
            if (!weights.IsEmpty)
            {
                order.Unpack(_weights, start, count, part.Memory.Size.Steps, weights);
            }

            if (results.IsEmpty)
            {
                continue;
            }

            // Outputs that are fed back are needed, whatever is wanted of them.
            int first = _network.Layers.ReducesTime ? 0 : start, kept = _network.Layers.ReducesTime ? 1 : count;
            Put(order, activates ? [] : results, first, kept, outputs, isSorted);
            if (activates || spec.FeedsBack)
            {
                _network.Activate(results);
            }

            Put(order, activates ? results : [], first, kept, outputs, isSorted);
            if (spec.FeedsBack && pass.HasMore)
            {
                _network.FeedBack(results, sequences.Count(start + 1), KeptInputs(sequences, start + 1));
            }
        }
    }

    /// <summary>What the layers have seen of some steps that have been run at once, [R, I].</summary>
    internal ReadOnlySpan<float> InputsOf(scoped in BatchOrder order, ReadOnlySpan<float> inputs, int start, int count)
    {
        Sequences sequences = order.Sequences;
        int length = sequences.Slice(start, count).Rows * _network.Layers.InputWidth;
        return order.Moves || _network.Spec.FeedsBack || _network.Spec.Several is not null
            ? KeptInputs(sequences, start)[..length]
            : inputs.Slice(sequences.Start(start) * _network.Layers.InputWidth, length);
    }

    /// <summary>The trace of steps that have been run at once.</summary>
    internal Span<float> TraceOf(int start)
        => _keepsTrace && _network.Spec.FeedsBack ? _trace.Slice(start * _traceLength, _traceLength) : _trace;

    private ReadOnlySpan<float> TakeInputs(scoped in BatchOrder order, SequenceData inputs, int start, int count)
    {
        int width = _network.Layers.InputWidth;
        if (_network.Spec.Several is { } several)
        {
            Span<float> rows = KeptInputs(order.Sequences, start);
            order.Pack(inputs.IsIndices ? inputs.Values : [], start, count, several.IndexCount, rows, width);
            order.Pack(
                inputs.IsIndices ? inputs.Beside : inputs.Values, start, count, several.ValueCount, rows[several.IndexCount..], width);
        }
        else if (!_network.Spec.FeedsBack)
        {
            if (order.Moves)
            {
                order.Pack(inputs.Values, start, count, width, KeptInputs(order.Sequences, start));
            }
        }
        else if (start == 0 && inputs.Length == 0)
        {
            _inputs[..(order.Sequences.Batch * width)].Clear();
        }
        else if (start == 0)
        {
            order.Pack(inputs.Values, 0, 1, width, _inputs);
        }

        return InputsOf(order, inputs.Values, start, count);
    }

    private Span<float> KeptInputs(scoped in Sequences sequences, int start)
        => _keepsTrace ? _inputs[(sequences.Start(start) * _network.Layers.InputWidth)..] : _inputs;

    private void Put(in BatchOrder order, ReadOnlySpan<float> results, int start, int count, Span<float> outputs, bool isSorted)
    {
        if (outputs.IsEmpty || results.IsEmpty)
        {
            return;
        }

        int width = _network.Spec.OutputSize;
        if (order.Moves && !isSorted)
        {
            order.Unpack(results, start, count, width, outputs);
        }
        else
        {
            results.CopyTo(outputs[(order.Sequences.Start(start) * width)..]);
        }
    }

    /// <summary>Steps that are run one by one drop different values.</summary>
    private static long DropoutStep(long trainingStep, int start) => trainingStep == 0 ? 0 : trainingStep + ((long)start << 32);
}
