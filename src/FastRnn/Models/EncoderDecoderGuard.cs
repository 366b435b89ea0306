using FastRnn.Layers;

namespace FastRnn;

/// <summary>The checks of an encoder and a decoder together: that they meet, and that what they are given fits both.</summary>
internal static class EncoderDecoderGuard
{
    /// <summary>Two networks that can be joined.</summary>
    internal static void Specs(RnnSpec encoder, RnnSpec decoder)
    {
        if (encoder.Shape == SequenceShape.OneToMany)
        {
            throw new ArgumentException($"Expected an encoder that reads a sequence, but its shape is {encoder.Shape}.", nameof(encoder));
        }

        if (decoder.Shape != SequenceShape.ManyToMany)
        {
            throw new ArgumentException(
                $"Expected a decoder of shape {SequenceShape.ManyToMany}, but its shape is {decoder.Shape}.", nameof(decoder));
        }

        OneInput(encoder, nameof(encoder));
        OneInput(decoder, nameof(decoder));
        decoder.RequireCausal(name => new ArgumentException(
            $"Expected a decoder whose layers see no later step, but {name} of the decoder sees later ones.", nameof(decoder)));
        CheckStates(StatesOf(encoder), StatesOf(decoder));
        CheckAttention(encoder, decoder);
    }

    private static void OneInput(RnnSpec spec, string parameter)
    {
        if (spec.Several is { } several)
        {
            throw new ArgumentException(
                $"Expected {parameter} of values or of one index, but it has {several.Inputs.Count} inputs.", parameter);
        }
    }

    private static void CheckAttention(RnnSpec encoder, RnnSpec decoder)
    {
        encoder.RequireNoMemory(name => new ArgumentException(
            $"Expected attention in the decoder alone, but {name} of the encoder attends to an encoder's outputs.", nameof(encoder)));
        foreach ((string name, int size) in decoder.Memories)
        {
            if (encoder.HasOneOutput)
            {
                throw new ArgumentException(
                    $"Expected an encoder with outputs of all steps, since {name} of the decoder attends to them, but its shape is "
                    + $"{encoder.Shape}.", nameof(encoder));
            }

            if (size != encoder.OutputSize)
            {
                throw new ArgumentException(
                    $"Expected attention to the encoder's {encoder.OutputSize} outputs, but {name} of the decoder attends to {size}.",
                    nameof(decoder));
            }
        }
    }

    /// <summary>What the encoder keeps while it runs has to fit in a buffer.</summary>
    internal static void Encoding(Network encoder, BatchShape shape, string parameter)
    {
        long length = NetworkPass.MemoryLength(encoder, shape);
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(parameter, shape.Steps, $"what {shape.Steps} steps of the encoder keep is {length}");
        }
    }

    /// <summary>What the encoder hands over has to fit in a buffer too.</summary>
    internal static void HandedOver(long length, string parameter)
    {
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(parameter, length, $"what the encoder hands over is {length}");
        }
    }

    /// <summary>All that a run of whole sequences is given.</summary>
    internal static void Run(
        Network encoder, Network decoder, SequenceData source, BatchShape sourceShape, SequenceData inputs, ReadOnlySpan<float> outputs,
        BatchShape shape, ReadOnlySpan<float> attentionWeights, ReadOnlySpan<float> finalState)
    {
        var size = new MemorySize(sourceShape.Sequences, sourceShape.Steps);
        BatchGuard.Inputs(encoder.Spec, source, sourceShape, nameof(source), nameof(sourceShape));
        Encoding(encoder, sourceShape, nameof(sourceShape));
        HandedOver(EncodedSource.Length(encoder.Spec, decoder.Spec, size, hasGradient: false), nameof(sourceShape));
        BatchGuard.Run(decoder, inputs, outputs, shape, [], finalState, EncodedSource.SizeFor(decoder.Spec, size));
        BatchGuard.SameSequences(sourceShape, shape);
        Weights(decoder.Spec, attentionWeights, shape, sourceShape.Steps);
        Guard.Overlap(attentionWeights.Overlaps(outputs), nameof(attentionWeights), nameof(outputs));
        Guard.Overlap(attentionWeights.Overlaps(finalState), nameof(attentionWeights), nameof(finalState));
        Guard.Overlap(attentionWeights.Overlaps(inputs.Values), nameof(attentionWeights), nameof(inputs));
        Guard.Overlap(attentionWeights.Overlaps(BatchGuard.LengthBits(shape)), nameof(attentionWeights), nameof(shape));
        Apart(attentionWeights, nameof(attentionWeights), source, sourceShape);
        Apart(outputs, nameof(outputs), source, sourceShape);
        Apart(finalState, nameof(finalState), source, sourceShape);
    }

    /// <summary>A buffer for the weights of attention [T, N, Tx], or none.</summary>
    internal static void Weights(RnnSpec decoder, ReadOnlySpan<float> attentionWeights, BatchShape shape, int sourceSteps)
    {
        if (attentionWeights.IsEmpty)
        {
            return;
        }

        if (!decoder.NeedsMemory)
        {
            throw new ArgumentException(
                "Expected no room for weights of attention, since the decoder has none.", nameof(attentionWeights));
        }

        int length = Guard.SequenceLength(shape.Steps, shape.Sequences, sourceSteps, nameof(shape));
        Guard.Length(attentionWeights.Length, length, nameof(attentionWeights), "[T, N, Tx]");
    }

    private static void Apart(ReadOnlySpan<float> written, string name, SequenceData source, BatchShape sourceShape)
    {
        Guard.Overlap(written.Overlaps(source.Values), name, nameof(source));
        Guard.Overlap(written.Overlaps(BatchGuard.LengthBits(sourceShape)), name, nameof(sourceShape));
    }

    /// <summary>The layers that have a state, with the names and sizes of its parts, of both directions together where there are two.
    /// </summary>
    private static List<(string Name, string Parts)> StatesOf(RnnSpec spec)
        =>
        [
            .. from part in spec.StateParts
               group part by part.Layer into layer
               let parts = layer.GroupBy(part => part.Name)
                   .Select(part => $"{part.Key[(part.Key.LastIndexOf('.') + 1)..]} [{part.Sum(direction => direction.Length)}]")
               select (spec.LayerName(layer.Key), string.Join(", ", parts)),
        ];

    /// <summary>State for state the same parts of the same sizes: an h is not to become a c, nor half of one.</summary>
    private static void CheckStates(List<(string Name, string Parts)> encoder, List<(string Name, string Parts)> decoder)
    {
        if (encoder.Count == 0)
        {
            throw new ArgumentException(
                "Expected an encoder whose final state can be handed over, but no layer has a state.", nameof(encoder));
        }

        for (int i = 0; i < Math.Max(encoder.Count, decoder.Count); i++)
        {
            string expected = i < encoder.Count ? Describe("encoder", encoder[i]) : "nothing more of the encoder";
            string actual = i < decoder.Count ? Describe("decoder", decoder[i]) : "nothing more of the decoder";
            if (i >= encoder.Count || i >= decoder.Count || encoder[i].Parts != decoder[i].Parts)
            {
                throw new ArgumentException($"Expected states that meet, but {actual} is to go on from {expected}.", nameof(decoder));
            }
        }

        static string Describe(string model, (string Name, string Parts) state) => $"{state.Name} of the {model} with {state.Parts}";
    }
}
