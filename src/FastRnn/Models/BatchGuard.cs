using System.Runtime.InteropServices;
using FastRnn.Layers;

namespace FastRnn;

/// <summary>The checks of what a network is given: that it fits the network's spec.</summary>
internal static class BatchGuard
{
    private const string LengthsName = $"shape.{nameof(BatchShape.Lengths)}";

    /// <summary>All that a run of whole sequences is given.</summary>
    internal static void Run(
        Network network, SequenceData inputs, ReadOnlySpan<float> outputs, BatchShape shape,
        ReadOnlySpan<float> initialState, ReadOnlySpan<float> finalState, MemorySize attended = default)
    {
        RnnSpec spec = network.Spec;
        Inputs(spec, inputs, shape);
        int length = Guard.SequenceLength(spec.OutputSteps(shape.Steps), shape.Sequences, spec.OutputSize, nameof(shape));
        Guard.Length(outputs.Length, length, nameof(outputs), spec.HasOneOutput ? "[N, O]" : "[T, N, O]");
        long kept = NetworkPass.MemoryLength(network, shape, attended);
        if (kept > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(nameof(shape), kept, $"what {shape.Steps} steps of {shape.Sequences} sequences keep is {kept}");
        }

        States(spec, inputs, shape, initialState, finalState);
        Guard.Overlap(inputs.Overlaps(outputs), nameof(outputs), nameof(inputs));
        Guard.Overlap(initialState.Overlaps(outputs), nameof(outputs), nameof(initialState));
        Guard.Overlap(finalState.Overlaps(outputs), nameof(finalState), nameof(outputs));
        Guard.Overlap(LengthBits(shape).Overlaps(outputs), nameof(outputs), LengthsName);
    }

    /// <summary>Inputs that a batch of a spec can have: its shape, their kind and count, and indices within the vocabulary.</summary>
    internal static void Inputs(
        RnnSpec spec, SequenceData inputs, BatchShape shape, string inputsName = "inputs", string shapeName = "shape")
    {
        Shape(shape, shapeName);
        bool isOne = spec.FeedsBack;
        if (isOne && inputs.Length == 0)
        {
            return;
        }

        Kind(spec, inputs, inputsName);
        if (spec.Several is { } several)
        {
            InputsGuard.Check(several, inputs, shape, inputsName, shapeName);
            return;
        }

        int width = spec.TakesIndices ? 1 : spec.InputSize;
        string expected = (isOne, spec.TakesIndices) switch
        {
            (false, false) => "[T, N, I]",
            (false, true) => "[T, N]",
            (true, false) => "[N, I]",
            (true, true) => "[N]",
        };
        int steps = spec.InputSteps(shape.Steps);
        Guard.Length(inputs.Length, Guard.SequenceLength(steps, shape.Sequences, width, shapeName), inputsName, expected);
        if (spec.TakesIndices)
        {
            Guard.Indices(inputs.Indices, shape.Sequences, isOne ? [] : shape.Lengths, spec.InputSize, inputsName);
        }
    }

    /// <summary>As many sources as sequences.</summary>
    internal static void SameSequences(BatchShape sourceShape, BatchShape shape)
    {
        if (sourceShape.Sequences != shape.Sequences)
        {
            throw new ArgumentException(
                $"Expected {shape.Sequences} as {nameof(sourceShape.Sequences)}, as '{nameof(shape)}' has, but got "
                + $"{sourceShape.Sequences}.",
                nameof(sourceShape));
        }
    }

    /// <summary>Indices or values, as the spec takes them.</summary>
    internal static void Kind(RnnSpec spec, SequenceData inputs, string parameter)
    {
        if (spec.Several is null && (inputs.IsIndices != spec.TakesIndices || !inputs.Beside.IsEmpty))
        {
            string expected = spec.TakesIndices ? "indices (int)" : "values (float)";
            throw new ArgumentException($"Expected {expected}, as the network takes, but got {inputs.Describe()}.", parameter);
        }
    }

    /// <summary>The states before and after a batch, each [N, S] or none; the final one apart from what the batch reads.</summary>
    internal static void States(
        RnnSpec spec, SequenceData inputs, BatchShape shape, ReadOnlySpan<float> initialState, ReadOnlySpan<float> finalState)
    {
        State(spec, initialState, shape, nameof(initialState));
        State(spec, finalState, shape, nameof(finalState));
        Guard.Overlap(inputs.Overlaps(finalState), nameof(finalState), nameof(inputs));
        Guard.Overlap(
            initialState.Overlaps(finalState, out int offset) && offset != 0, nameof(finalState), nameof(initialState));
        Guard.Overlap(LengthBits(shape).Overlaps(finalState), nameof(finalState), LengthsName);
    }

    /// <summary>At least one step of one sequence, and a length from 1 to T for each sequence, or none.</summary>
    internal static void Shape(BatchShape shape, string parameter)
    {
        AtLeastOne(shape.Steps, parameter, nameof(shape.Steps));
        AtLeastOne(shape.Sequences, parameter, nameof(shape.Sequences));
        ReadOnlySpan<int> lengths = shape.Lengths;
        if (!lengths.IsEmpty && lengths.Length != shape.Sequences)
        {
            throw new ArgumentException(
                $"Expected [N] = {shape.Sequences} values as {nameof(shape.Lengths)}, but got {lengths.Length}.", parameter);
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > shape.Steps)
            {
                throw new ArgumentOutOfRangeException(
                    parameter, lengths[i],
                    $"Expected {nameof(shape.Lengths)} from 1 to {shape.Steps}, but {nameof(shape.Lengths)}[{i}] is {lengths[i]}.");
            }
        }
    }

    private static void AtLeastOne(int value, string parameter, string member)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"Expected at least 1 as {member}, but got {value}.");
        }
    }

    private static void State(RnnSpec spec, ReadOnlySpan<float> state, BatchShape shape, string parameter)
    {
        if (!state.IsEmpty)
        {
            Guard.Length(state.Length, Guard.SequenceLength(1, shape.Sequences, spec.StateSize, nameof(shape)), parameter, "[N, S]");
        }
    }

    /// <summary>The lengths, to see whether they overlap.</summary>
    internal static ReadOnlySpan<float> LengthBits(BatchShape shape) => MemoryMarshal.Cast<int, float>(shape.Lengths);
}
