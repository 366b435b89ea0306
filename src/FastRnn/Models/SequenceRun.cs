using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>Runs whole sequences through a network, some steps at a time through all layers, so that what they keep stays in the cache.
/// </summary>
internal readonly ref struct SequenceRun
{
    /// <summary>Floats that the layers keep at a time, unless a few steps take more: what a second-level cache holds.</summary>
    private const int ChunkLength = 64 * 1024;

    /// <summary>Rows that a chunk has at least, if there are as many: fewer would read the weights too often.</summary>
    private const int ChunkRows = 96;

    private readonly Network _network;
    private readonly int _chunk;
    private readonly Span<int> _orderMemory;
    private readonly Span<float> _state;
    private readonly Span<float> _inputs;
    private readonly Span<float> _last;
    private readonly Span<float> _trace;

    private SequenceRun(Network network, BatchShape shape, SpanAllocator pieces)
    {
        int steps = shape.Steps, batch = shape.Sequences;
        bool hasLengths = !shape.Lengths.IsEmpty;
        _network = network;
        _chunk = ChunkOf(network, steps, batch);
        bool isOne = network.Spec.Shape == SequenceShape.ManyToOne;
        bool movesInputs = hasLengths || network.Spec.Shape == SequenceShape.OneToMany;
        long rows = (long)_chunk * batch;
        _orderMemory = MemoryMarshal.Cast<float, int>(pieces.Take(BatchOrder.MemoryLength(steps, batch, hasLengths)));
        _state = pieces.Take((long)batch * network.Spec.StateSize);
        _inputs = pieces.Take(movesInputs ? rows * network.Body.InputWidth : 0);
        _last = pieces.Take(isOne ? (long)batch * network.Body.OutputSize : 0);
        _trace = pieces.Take(Math.Max(
            network.Body.TraceLength((int)rows, batch), network.Tail?.TraceLength(batch, batch) ?? 0));
        Length = pieces.Used;
    }

    /// <summary>The floats that the run takes.</summary>
    private long Length { get; }

    /// <summary>Runs; everything has been checked. Empty outputs are not wanted.</summary>
    internal static void Run(
        Network network, SequenceData inputs, Span<float> outputs, BatchShape shape,
        ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        AlignedBuffer buffer = AlignedPool.Rent((int)MemoryLength(network, shape));
        var run = new SequenceRun(network, shape, new SpanAllocator(buffer.Span));
        var order = new BatchOrder(shape, run._orderMemory);
        if (initialState.IsEmpty)
        {
            run._state.Clear();
        }
        else
        {
            order.PackRows(initialState, network.Spec.StateSize, run._state);
        }

        run.Run(order, inputs.Values, outputs);
        if (!finalState.IsEmpty)
        {
            order.UnpackRows(run._state, network.Spec.StateSize, finalState);
        }

        AlignedPool.Return(buffer);
    }

    /// <summary>The floats that a run takes; may be more than a buffer can hold.</summary>
    internal static long MemoryLength(Network network, BatchShape shape)
    {
        long rows = (long)ChunkOf(network, shape.Steps, shape.Sequences) * shape.Sequences;
        return rows > Guard.LargestBuffer ? rows : new SequenceRun(network, shape, SpanAllocator.Counting).Length;
    }

    /// <summary>How many steps are run at a time.</summary>
    internal static int ChunkOf(Network network, int steps, int batch)
    {
        if (network.Spec.Shape == SequenceShape.OneToMany)
        {
            return 1;
        }

        if (!network.IsCausal)
        {
            return steps;
        }

        long step = Math.Max(1, network.Body.TraceLength(batch, batch));
        return (int)Math.Clamp(Math.Max(ChunkLength / step, (ChunkRows + batch - 1) / batch), 1, steps);
    }

    private void Run(BatchOrder order, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        Sequences sequences = order.Sequences;
        int outputSize = _network.Spec.OutputSize;
        if (order.Moves)
        {
            outputs.Clear();
        }

        int count;
        for (int start = 0; start < sequences.Steps; start += count)
        {
            count = Math.Min(_chunk, sequences.Steps - start);
            Sequences part = sequences.Slice(start, count);
            ReadOnlySpan<float> rows = Inputs(order, inputs, start, count, part.Rows);
            Span<float> results = _network.Body.Forward(part, rows, _state, _network.Spec.StateSize, _trace, trainingStep: 0);
            switch (_network.Spec.Shape)
            {
                case SequenceShape.ManyToOne:
                    LastRows.Gather(part, results, _network.Body.OutputSize, _network.ReverseColumn, _last);
                    continue;
                case SequenceShape.OneToMany:
                    _network.Activate(results);
                    _network.FeedBack(results, part.Rows, _inputs);
                    break;
                default:
                    _network.Activate(results);
                    break;
            }

            if (outputs.IsEmpty)
            {
                continue;
            }

            if (order.Moves)
            {
                order.Unpack(results, start, count, outputSize, outputs);
            }
            else
            {
                results.CopyTo(outputs[(sequences.Start(start) * outputSize)..]);
            }
        }

        if (_network.Spec.Shape == SequenceShape.ManyToOne && !outputs.IsEmpty)
        {
            RunTail(order, outputs);
        }
    }

    private ReadOnlySpan<float> Inputs(BatchOrder order, ReadOnlySpan<float> inputs, int start, int count, int rows)
    {
        int width = _network.Body.InputWidth;
        if (_network.Spec.Shape == SequenceShape.OneToMany)
        {
            if (start == 0 && inputs.IsEmpty)
            {
                _inputs.Clear();
            }
            else if (start == 0)
            {
                order.PackRows(inputs, width, _inputs);
            }

            return _inputs[..(rows * width)];
        }

        if (!order.Moves)
        {
            return inputs.Slice(order.Sequences.Start(start) * width, rows * width);
        }

        order.Pack(inputs, start, count, width, _inputs);
        return _inputs[..(rows * width)];
    }

    private void RunTail(BatchOrder order, Span<float> outputs)
    {
        int batch = order.Sequences.Batch;
        Span<float> results = _last;
        if (_network.Tail is { } tail)
        {
            results = tail.Forward(new Sequences(1, batch), _last, [], 0, _trace, trainingStep: 0);
        }

        _network.Activate(results);
        order.UnpackRows(results, _network.Spec.OutputSize, outputs);
    }
}
