using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Steps through a decoder and puts its own outputs among the right inputs, see <see cref="ScheduledSampling"/>.</summary>
internal sealed class ScheduledSampler : IDisposable
{
    private readonly Workspace _workspace = new();

    /// <summary>Refuses a decoder whose outputs can't be its inputs.</summary>
    internal static void Check(RnnSpec decoder, string parameter)
    {
        bool givesIndices = decoder.OutputActivation?.Kind is ActivationKind.Softmax or ActivationKind.LogSoftmax;
        if (decoder.OutputSize != decoder.InputSize || (decoder.TakesIndices && !givesIndices))
        {
            string inputs = decoder.TakesIndices ? "indices, with Softmax or LogSoftmax" : "values";
            throw new ArgumentException(
                $"Expected a decoder with {decoder.InputSize} outputs, as many as its inputs, which are {inputs}, but "
                + $"{decoder.LayerName(decoder.Layers.Count - 1)} has {decoder.OutputSize} outputs with "
                + $"{decoder.OutputActivation ?? Activation.Identity}.",
                parameter);
        }
    }

    /// <summary>The inputs, some of which are outputs of the decoder; they stay until the next call.</summary>
    /// <param name="decoder">with the weights as they are</param>
    /// <param name="inputs">the right ones, [T, N, I] or [T, N]</param>
    /// <param name="shape">T, N and the lengths</param>
    /// <param name="state">before the first step, [N, S]</param>
    /// <param name="attended">what the decoder attends to</param>
    /// <param name="probability">of an output in the place of an input</param>
    /// <param name="random">draws</param>
    internal SequenceData Mix(
        Network decoder, SequenceData inputs, BatchShape shape, ReadOnlySpan<float> state, AttentionMemory attended, float probability,
        SplitMix64 random)
    {
        RnnSpec spec = decoder.Spec;
        int width = spec.TakesIndices ? 1 : spec.InputSize, rowLength = shape.Sequences * width;
        SpanAllocator counting = SpanAllocator.Counting;
        _ = new Parts(spec, shape, width, ref counting);
        _workspace.Reserve((int)counting.Used);
        var memory = new SpanAllocator(_workspace.All);
        var parts = new Parts(spec, shape, width, ref memory);
        state.CopyTo(parts.State);
        for (int step = 0; step < shape.Steps; step++)
        {
            Span<float> rows = parts.Inputs.Slice(step * rowLength, rowLength);
            for (int i = 0; i < shape.Sequences; i++)
            {
                Span<float> row = rows.Slice(i * width, width);
                if (!shape.Lengths.IsEmpty && step >= shape.Lengths[i])
                {
                    row.Clear();
                }
                else if (step == 0 || random.NextSingle() >= probability)
                {
                    inputs.Values.Slice(step * rowLength + i * width, width).CopyTo(row);
                }
                else
                {
                    Take(spec, parts.Outputs.Slice(i * spec.OutputSize, spec.OutputSize), row, ref random);
                }
            }

            if (step + 1 < shape.Steps)
            {
                NetworkPass.Run(
                    decoder, spec.TakesIndices ? MemoryMarshal.Cast<float, int>(rows) : rows, parts.Outputs,
                    new BatchShape { Steps = 1, Sequences = shape.Sequences }, parts.State, parts.State, attended);
            }
        }

        return spec.TakesIndices ? MemoryMarshal.Cast<float, int>(parts.Inputs) : parts.Inputs;
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>An output as the next input: the values, or an index drawn by its probability.</summary>
    private static void Take(RnnSpec spec, ReadOnlySpan<float> output, Span<float> row, ref SplitMix64 random)
    {
        if (!spec.TakesIndices)
        {
            output.CopyTo(row);
            return;
        }

        bool isLog = spec.OutputActivation?.Kind == ActivationKind.LogSoftmax;
        float left = random.NextSingle();
        int index = -1, last = 0;
        while (++index < output.Length && left >= 0)
        {
            float probability = isLog ? MathF.Exp(output[index]) : output[index];
            left -= probability;
            last = probability > 0 ? index : last;
        }

        MemoryMarshal.Cast<float, int>(row)[0] = last;
    }

    private readonly ref struct Parts(RnnSpec spec, BatchShape shape, int width, scoped ref SpanAllocator memory)
    {
        /// <summary>[T, N, I], or the bits of indices [T, N].</summary>
        internal Span<float> Inputs { get; } = memory.Take((long)shape.Steps * shape.Sequences * width);

        /// <summary>Of the last step, [N, O].</summary>
        internal Span<float> Outputs { get; } = memory.Take((long)shape.Sequences * spec.OutputSize);

        /// <summary>[N, S]</summary>
        internal Span<float> State { get; } = memory.Take((long)shape.Sequences * spec.StateSize);
    }
}
