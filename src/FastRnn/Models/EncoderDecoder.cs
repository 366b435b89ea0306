using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// Two models, of which the second starts from the state in which the first ends: it maps sequences to sequences of other lengths.
/// Immutable: any number of threads may use it at once.
/// </summary>
/// <remarks>
/// Layer by layer the states have to be of one kind: as many parts (h, or h and c) of the same size. A bidirectional encoder layer has the
/// state of a layer of twice the size. A time-delay layer's window is state too. A decoder with <see cref="Layer.Attention"/> looks at the
/// encoder's outputs as well, of all steps. A decoder of values without attention can be stepped: run <see cref="Encoder"/> for its final
/// state, give it to a session of <see cref="Decoder"/> by <see cref="RnnSession.SetState"/>, and step.
/// <para>Sources: K. Cho et al., Learning phrase representations using RNN encoder–decoder, EMNLP 2014; I. Sutskever, O. Vinyals and
/// Q. V. Le, Sequence to sequence learning with neural networks, NIPS 2014.</para>
/// </remarks>
public sealed class EncoderDecoder
{
    /// <summary>Joins two models.</summary>
    /// <param name="encoder">Reads the source; its outputs are used by attention alone.</param>
    /// <param name="decoder">Writes the result, starting from the encoder's final state.</param>
    /// <exception cref="ArgumentNullException">A model is null.</exception>
    /// <exception cref="ArgumentException">The states do not meet, a model's shape does not suit its part, or attention is to another size
    /// than that of the encoder's outputs, or stands in the encoder.</exception>
    public EncoderDecoder(RnnModel encoder, RnnModel decoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        EncoderDecoderGuard.Specs(encoder.Spec, decoder.Spec);
        Encoder = encoder;
        Decoder = decoder;
    }

    /// <summary>The model that reads the source.</summary>
    public RnnModel Encoder { get; }

    /// <summary>The model that writes the result.</summary>
    public RnnModel Decoder { get; }

    /// <summary>Makes both models with random weights, see <see cref="RnnModel.Create(RnnSpec, int)"/>.</summary>
    /// <param name="encoder">What the encoder is.</param>
    /// <param name="decoder">What the decoder is: with states that meet the encoder's.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException">A spec is null.</exception>
    /// <exception cref="ArgumentException">The states do not meet, a spec's shape does not suit its part, or attention is to another size
    /// than that of the encoder's outputs, or stands in the encoder.</exception>
    public static EncoderDecoder Create(RnnSpec encoder, RnnSpec decoder, int seed)
        => Create(encoder, decoder, seed, WeightInitialization.Default);

    /// <summary>Makes both models with random weights that start as told.</summary>
    /// <param name="encoder">What the encoder is.</param>
    /// <param name="decoder">What the decoder is: with states that meet the encoder's.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="initialization">How weights start.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The specs do not fit each other, see <see cref="Create(RnnSpec, RnnSpec, int)"/>, or the
    /// initialization does not fit one of them.</exception>
    public static EncoderDecoder Create(RnnSpec encoder, RnnSpec decoder, int seed, WeightInitialization initialization)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        EncoderDecoderGuard.Specs(encoder, decoder);
        return new EncoderDecoder(
            RnnModel.Create(encoder, seed, initialization), RnnModel.Create(decoder, unchecked(seed + 1), initialization));
    }

    /// <summary>
    /// Finds a likely sequence of indices for a source by beam search: of all beginnings, the <paramref name="beamWidth"/> most likely are
    /// gone on with at every step. With a width of 1 that is greedy decoding, the likeliest index at every step.
    /// </summary>
    /// <remarks>Allocates nothing once the pool holds the memory. The decoder has to take indices and to end with a dense layer of as many
    /// outputs, with <see cref="Activation.Softmax"/>, <see cref="Activation.LogSoftmax"/> or <see cref="Activation.Identity"/>. A NaN
    /// among the outputs ends a hypothesis for good; where that leaves none, nothing is written and the probability is NaN.</remarks>
    /// <param name="source">The source, T steps of one sequence: values [T, I] or indices [T].</param>
    /// <param name="startIndex">What the decoder gets at its first step.</param>
    /// <param name="endIndex">The index that ends a sequence.</param>
    /// <param name="outputs">Receives the indices, without the end; as many steps are taken at most. It is written when all is found, so
    /// it may overlap <paramref name="source"/>.</param>
    /// <param name="beamWidth">How many beginnings are kept; at least 1.</param>
    /// <param name="attentionWeights">Receives, for each index that is written, the weights over the source's steps at the step that has
    /// chosen it: a row of [indices, T], as many as there is room for in <paramref name="outputs"/>. Rows behind the last index are left
    /// as they are. Of several layers of attention they are the last one's. Empty when not wanted.</param>
    /// <returns>How many indices were written, and how likely they are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in its vocabulary, or the width is below 1 or more than
    /// buffers can hold.</exception>
    /// <exception cref="ArgumentException">The source has another kind or count, there is no room for an output, or weights are asked for
    /// in a buffer of another size, of a decoder without attention, or over the outputs; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">The decoder does not put out probabilities of indices.</exception>
    public DecodedSequence Decode(
        SequenceData source, int startIndex, int endIndex, Span<int> outputs, int beamWidth = 1, Span<float> attentionWeights = default)
    {
        RnnSpec decoder = Decoder.Spec;
        if (!decoder.GivesIndices)
        {
            throw new InvalidOperationException($"Expected as the decoder {decoder.ExpectedOfIndices}.");
        }

        RnnSpec encoder = Encoder.Spec;
        BatchGuard.Kind(encoder, source, nameof(source));
        int width = encoder.TakesIndices ? 1 : encoder.InputSize;
        int steps = Math.Max(1, source.Length / width);
        int expected = Guard.SequenceLength(steps, 1, width, nameof(source));
        Guard.Length(source.Length, expected, nameof(source), encoder.TakesIndices ? "[T]" : "[T, I]");
        if (encoder.TakesIndices)
        {
            Guard.Indices(source.Indices, 1, [], encoder.InputSize, nameof(source));
        }

        EncoderDecoderGuard.Encoding(Encoder.Network, new() { Steps = steps, Sequences = 1 }, nameof(source));
        Guard.Index(startIndex, decoder.InputSize, nameof(startIndex));
        Guard.Index(endIndex, decoder.InputSize, nameof(endIndex));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beamWidth);
        long length = BeamSearch.MemoryLength(
            Encoder.Network, Decoder.Network, steps, beamWidth, outputs.Length, !attentionWeights.IsEmpty);
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(nameof(beamWidth), beamWidth, $"{beamWidth} beginnings of up to {outputs.Length} indices take {length}");
        }

        if (outputs.IsEmpty)
        {
            throw new ArgumentException("Expected room for at least 1 index, but got 0.", nameof(outputs));
        }

        EncoderDecoderGuard.Weights(decoder, attentionWeights, new() { Steps = outputs.Length, Sequences = 1 }, steps);
        Guard.Overlap(
            attentionWeights.Overlaps(MemoryMarshal.Cast<int, float>(outputs)), nameof(attentionWeights), nameof(outputs));
        return BeamSearch.Run(
            Encoder.Network, Decoder.Network, source, steps, startIndex, endIndex, outputs, beamWidth, attentionWeights);
    }

    /// <summary>
    /// Runs N sources of Tx steps through the encoder and, from its final states, N sequences of given inputs of Ty steps through the
    /// decoder. Each sequence gets the same bits whatever the others are. Safe on any number of threads at once.
    /// </summary>
    /// <remarks>Allocates nothing once the pool holds the memory. See <see cref="RnnModel.Run"/> for what lengths, infinities and small
    /// values of the state do.</remarks>
    /// <param name="source">The sources: x [Tx, N, I], time-major and contiguous, or indices [Tx, N].</param>
    /// <param name="sourceShape">Tx, N and, where they differ, the lengths of the sources: no weight is on what stands behind an end.
    /// </param>
    /// <param name="inputs">What the decoder is given, [Ty, N, I] or indices [Ty, N].</param>
    /// <param name="outputs">Receives ŷ [Ty, N, O], zeros beyond a sequence's end.</param>
    /// <param name="shape">Ty, N and, where they differ, the lengths of the decoder's sequences.</param>
    /// <param name="attentionWeights">Receives the weights of attention [Ty, N, Tx], a row's sum being 1, zeros beyond either end. Of
    /// several layers of attention they are the last one's. Empty when not wanted.</param>
    /// <param name="finalState">Receives the decoder's state after each sequence's own last step, [N, S]; empty when not wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps or sequences of a shape are below 1 or more than buffers can hold, a length
    /// is out of its range, or an index is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">The shapes differ in their number of sequences, a count does not fit, there are values where
    /// indices are expected or the other way round, weights are asked for of a decoder without attention, or a buffer that is written
    /// overlaps another one. As with every exception, nothing has been written.</exception>
    public void Run(
        SequenceData source,
        BatchShape sourceShape,
        SequenceData inputs,
        Span<float> outputs,
        BatchShape shape,
        Span<float> attentionWeights = default,
        Span<float> finalState = default)
    {
        EncoderDecoderGuard.Run(
            Encoder.Network, Decoder.Network, source, sourceShape, inputs, outputs, shape, attentionWeights, finalState);
        var size = new MemorySize(sourceShape.Sequences, sourceShape.Steps);
        RnnSpec encoder = Encoder.Spec, decoder = Decoder.Spec;
        AlignedBuffer buffer = AlignedPool.Rent((int)EncodedSource.Length(encoder, decoder, size, hasGradient: false));
        var memory = new SpanAllocator(buffer.Span);
        var encoded = new EncodedSource(encoder, decoder, size, hasGradient: false, ref memory);
        NetworkPass.Run(Encoder.Network, source, encoded.Outputs, sourceShape, [], encoded.State);
        encoded.TakeOutputs();
        NetworkPass.Run(
            Decoder.Network, inputs, outputs, shape, encoded.State, finalState, encoded.Memory(sourceShape.Lengths), attentionWeights);
        AlignedPool.Return(buffer);
    }
}
