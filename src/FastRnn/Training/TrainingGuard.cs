using FastRnn.Layers;

namespace FastRnn.Training;

/// <summary>The checks of training.</summary>
internal static class TrainingGuard
{
    /// <summary>A loss that is defined for the spec's last layer.</summary>
    internal static void Loss(LossFunction loss, RnnSpec spec)
    {
        if (!loss.Accepts(spec.OutputSize, spec.OutputActivation))
        {
            string last = spec.LayerName(spec.Layers.Count - 1);
            string activation = spec.OutputActivation is { } known ? $" with {known}" : string.Empty;
            throw new ArgumentException($"Expected a loss that is defined for {last}{activation}, but got {loss}.", nameof(loss));
        }
    }

    /// <summary>A network that is trained by itself.</summary>
    internal static void NoMemory(RnnSpec spec, string parameter)
        => spec.RequireNoMemory(name => new ArgumentException(
            $"Expected layers that need no encoder, but {name} attends to one's outputs: use EncoderDecoderTrainer.",
            parameter));

    /// <summary>A batch whose activations fit in memory.</summary>
    internal static void Size(Backpropagation bptt, BatchShape shape, string shapeName = "shape", MemorySize attended = default)
    {
        long length = bptt.WorkspaceLength(shape, attended);
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(
                shapeName, length,
                $"what {nameof(shape.Steps)} {shape.Steps} × {nameof(shape.Sequences)} {shape.Sequences} × {bptt.Spec.OutputSize} and more "
                + $"keep is {length}");
        }
    }

    /// <summary>Targets of the kind and number that the loss takes, each in range, and weights of at least 0, if any.</summary>
    internal static void Targets(LossFunction loss, RnnSpec spec, SequenceData targets, BatchShape shape, ReadOnlySpan<float> weights)
    {
        if (targets.IsIndices != loss.TakesIndices)
        {
            string kind = loss.TakesIndices ? "class indices (int)" : "values (float)";
            throw new ArgumentException(
                $"Expected targets that are {kind}, as {loss} takes, but got {targets.Describe()}.", nameof(targets));
        }

        bool isOne = spec.HasOneOutput;
        int steps = spec.OutputSteps(shape.Steps);
        string expected = (isOne, loss.TakesIndices) switch
        {
            (false, false) => "[T, N, O]",
            (false, true) => "[T, N]",
            (true, false) => "[N, O]",
            (true, true) => "[N]",
        };
        int length = Guard.SequenceLength(steps, shape.Sequences, loss.GetTargetSize(spec.OutputSize), nameof(shape));
        Guard.Length(targets.Length, length, nameof(targets), expected);
        if (!weights.IsEmpty)
        {
            Guard.Length(weights.Length, steps * shape.Sequences, nameof(weights), isOne ? "[N]" : "[T, N]");
            Weights(weights);
        }

        loss.Check(targets, spec.OutputSize, shape.Sequences, isOne ? [] : shape.Lengths, weights);
    }

    /// <summary>Finite weights of at least 0.</summary>
    internal static void Weights(ReadOnlySpan<float> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && float.IsFinite(weights[i])))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(weights), weights[i],
                    FormattableString.Invariant($"Expected finite weights of at least 0, but {nameof(weights)}[{i}] is {weights[i]}."));
            }
        }
    }
}
