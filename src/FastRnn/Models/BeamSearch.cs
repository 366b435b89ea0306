using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// The search of <see cref="EncoderDecoder.Decode"/>. The beam holds hypotheses, the likeliest first, each open or ended; an open one has
/// a row of the decoder's state. A hypothesis only becomes less likely as it grows, so the search is over when the likeliest has ended.
/// </summary>
internal readonly ref struct BeamSearch
{
    /// <summary>In the place of an index: the hypothesis had ended before.</summary>
    private const int Ended = -1;

    private readonly Network _decoder;
    private readonly int _width;
    private readonly TraceSize _traceSize;

    /// <summary>The decoder's state before the step [B, S], a row for each open hypothesis, and room for the next.</summary>
    private readonly Span<float> _state;
    private readonly Span<float> _nextState;

    /// <summary>The last indices of the open hypotheses, [B].</summary>
    private readonly Span<float> _inputs;

    /// <summary>[V], where the logarithm of the sum is found; the probabilities themselves are not needed.</summary>
    private readonly Span<float> _probabilities;
    private readonly Span<float> _trace;

    /// <summary>For each step and place in the beam, [T, B]: the index that was added, and the place of what it was added to.</summary>
    private readonly Span<int> _indices;
    private readonly Span<int> _parents;

    /// <summary>ln P of each hypothesis, [B], and its row of the state or <see cref="Ended"/>.</summary>
    private readonly Span<float> _scores;
    private readonly Span<float> _nextScores;
    private readonly Span<int> _rows;

    /// <summary>The weights of attention of each step's open hypotheses, [T, B, Tx], and of each step's beam the rows, [T, B]; empty where
    /// not wanted.</summary>
    private readonly Span<float> _weights;
    private readonly Span<int> _weightRows;

    /// <param name="decoder">what is searched with</param>
    /// <param name="width">B</param>
    /// <param name="most">T</param>
    /// <param name="attended">the size of what the decoder attends to</param>
    /// <param name="keepsWeights">whether the weights of attention are wanted</param>
    /// <param name="pieces">where it lies</param>
    private BeamSearch(
        Network decoder, int width, int most, MemorySize attended, bool keepsWeights, scoped ref SpanAllocator pieces)
    {
        _decoder = decoder;
        _width = width;
        _traceSize = new TraceSize(width, width, attended);
        _state = pieces.Take((long)width * decoder.Spec.StateSize);
        _nextState = pieces.Take((long)width * decoder.Spec.StateSize);
        _inputs = pieces.Take(width);
        _indices = MemoryMarshal.Cast<float, int>(pieces.Take((long)most * width));
        _parents = MemoryMarshal.Cast<float, int>(pieces.Take((long)most * width));
        _scores = pieces.Take(width);
        _nextScores = pieces.Take(width);
        _rows = MemoryMarshal.Cast<float, int>(pieces.Take(width));
        _probabilities = pieces.Take(decoder.Spec.OutputSize);
        _trace = pieces.Take(decoder.Layers.TraceLength(_traceSize));
        _weights = pieces.Take(keepsWeights ? (long)most * width * attended.Steps : 0);
        _weightRows = MemoryMarshal.Cast<float, int>(pieces.Take(keepsWeights ? (long)most * width : 0));
    }

    /// <summary>The floats that a search takes; may be more than a buffer can hold.</summary>
    internal static long MemoryLength(Network encoder, Network decoder, int steps, int width, int most, bool keepsWeights)
    {
        MemorySize size = new(1, steps), attended = EncodedSource.SizeFor(decoder.Spec, size);
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new EncodedSource(encoder.Spec, decoder.Spec, size, hasGradient: false, ref counting);
        _ = new BeamSearch(decoder, width, most, attended, keepsWeights, ref counting);
        return counting.Used;
    }

    /// <summary>Runs the encoder and searches; everything has been checked.</summary>
    internal static DecodedSequence Run(
        Network encoder, Network decoder, SequenceData source, int steps, int start, int end, Span<int> outputs, int width,
        Span<float> weights)
    {
        int most = outputs.Length;
        MemorySize size = new(1, steps), attended = EncodedSource.SizeFor(decoder.Spec, size);
        AlignedBuffer buffer = AlignedPool.Rent((int)MemoryLength(encoder, decoder, steps, width, most, !weights.IsEmpty));
        var memory = new SpanAllocator(buffer.Span);
        var encoded = new EncodedSource(encoder.Spec, decoder.Spec, size, hasGradient: false, ref memory);
        var search = new BeamSearch(decoder, width, most, attended, !weights.IsEmpty, ref memory);
        NetworkPass.Run(encoder, source, encoded.Outputs, new() { Steps = steps, Sequences = 1 }, [], encoded.State);
        encoded.State.CopyTo(search._state);
        DecodedSequence found = search.Search(encoded.Memory([]), start, end, outputs, weights);
        AlignedPool.Return(buffer);
        return found;
    }

    private DecodedSequence Search(AttentionMemory memory, int start, int end, Span<int> outputs, Span<float> weights)
    {
        _rows[0] = 0;
        _scores[0] = 0;
        MemoryMarshal.Cast<float, int>(_inputs)[0] = start;
        int count = 1, open = 1;
        for (int step = 0; ; step++)
        {
            Span<float> logits = Forward(memory, open, step);
            if (!_weightRows.IsEmpty)
            {
                _rows[..count].CopyTo(_weightRows[(step * _width)..]);
            }

            count = Choose(logits, count, step);
            if (count == 0)
            {
                return new DecodedSequence(0, float.NaN, Ended: false);
            }

            open = Advance(count, step, end);
            if (_rows[0] == Ended || step + 1 == outputs.Length)
            {
                return new DecodedSequence(Write(step, end, outputs, weights), _scores[0], _rows[0] == Ended);
            }
        }
    }

    /// <summary>A step of the open hypotheses; returns their logits.</summary>
    private Span<float> Forward(AttentionMemory memory, int open, int step)
    {
        int length = _width * memory.Size.Steps;
        Span<float> weights = _weights.IsEmpty ? [] : _weights.Slice(step * length, length);
        var sequences = new Sequences(1, open) { Memory = memory with { Weights = weights } };
        var pass = new ForwardPass(sequences, _traceSize) { IsContinuation = step > 0 };
        return _decoder.Layers.Forward(pass, _inputs[..open], new StateRows(_state, _decoder.Spec.StateSize), _trace);
    }

    /// <summary>Fills the next beam with the likeliest continuations; returns how many there are.</summary>
    private int Choose(Span<float> logits, int count, int step)
    {
        int vocabulary = _decoder.Spec.OutputSize;
        int next = 0;
        for (int place = 0; place < count; place++)
        {
            if (_rows[place] == Ended)
            {
                next = Insert(_scores[place], Ended, place, next, step);
                continue;
            }

            // ln P = (o − max) − ln Σ exp(o − max): with the maximum off first, no digit of a large logit is lost, and none is above 0.
            Span<float> row = logits.Slice(_rows[place] * vocabulary, vocabulary);
            float logarithm = Softmax.Normalize(row, _probabilities, out float max);
            for (int index = 0; index < vocabulary; index++)
            {
                next = Insert(_scores[place] + (row[index] - max - logarithm), index, place, next, step);
            }
        }

        return next;
    }

    /// <summary>Puts a continuation where it belongs in the next beam, if it does; the first of equal ones stays first.</summary>
    private int Insert(float score, int index, int parent, int count, int step)
    {
        if (float.IsNaN(score) || (count == _width && score <= _nextScores[count - 1]))
        {
            return count;
        }

        Span<int> indices = _indices.Slice(step * _width, _width);
        Span<int> parents = _parents.Slice(step * _width, _width);
        int place = count < _width ? count++ : count - 1;
        for (; place > 0 && score > _nextScores[place - 1]; place--)
        {
            _nextScores[place] = _nextScores[place - 1];
            indices[place] = indices[place - 1];
            parents[place] = parents[place - 1];
        }

        _nextScores[place] = score;
        indices[place] = index;
        parents[place] = parent;
        return count;
    }

    /// <summary>Makes the next beam the present one; returns how many of its hypotheses are open.</summary>
    private int Advance(int count, int step, int end)
    {
        Span<int> inputs = MemoryMarshal.Cast<float, int>(_inputs);
        Span<int> nextRows = MemoryMarshal.Cast<float, int>(_nextScores);
        int size = _decoder.Spec.StateSize;
        int open = 0;
        _nextScores[..count].CopyTo(_scores);
        for (int place = 0; place < count; place++)
        {
            int index = _indices[step * _width + place];
            if (index == Ended || index == end)
            {
                nextRows[place] = Ended;
                continue;
            }

            _state.Slice(_rows[_parents[step * _width + place]] * size, size).CopyTo(_nextState[(open * size)..]);
            inputs[open] = index;
            nextRows[place] = open++;
        }

        nextRows[..count].CopyTo(_rows);
        _nextState[..(open * size)].CopyTo(_state);
        return open;
    }

    /// <summary>Writes the likeliest hypothesis, from its last index back; returns how many indices it has without the end.</summary>
    private int Write(int step, int end, Span<int> outputs, Span<float> weights)
    {
        int length = 0;
        for (int place = 0; step >= 0; place = _parents[step * _width + place], step--)
        {
            int index = _indices[step * _width + place];
            if (index != Ended && index != end)
            {
                outputs[step] = index;
                if (!weights.IsEmpty)
                {
                    int steps = _traceSize.Memory.Steps, row = _weightRows[step * _width + _parents[step * _width + place]];
                    _weights.Slice((step * _width + row) * steps, steps).CopyTo(weights[(step * steps)..]);
                }

                length = Math.Max(length, step + 1);
            }
        }

        return length;
    }
}
