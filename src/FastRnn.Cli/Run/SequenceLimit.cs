namespace FastRnn.Cli.Run;

/// <summary>How long a sequence may be to be run whole.</summary>
internal static class SequenceLimit
{
    /// <summary>The most steps that <see cref="RnnModel.Run"/> takes of one sequence; 0 where it takes not even one.</summary>
    internal static int Of(RnnModel model)
    {
        // What a run takes grows with the steps: half of what may be is dropped each time.
        int most = 0, beyond = Guard.LargestBuffer;
        while (beyond - most > 1)
        {
            int middle = most + (beyond - most) / 2;
            (most, beyond) = Fits(model, middle) ? (middle, beyond) : (most, middle);
        }

        return most;
    }

    private static bool Fits(RnnModel model, int steps)
    {
        RnnSpec spec = model.Spec;
        long inputs = spec.TakesIndices ? 1 : spec.InputSize, outputs = spec.Shape == SequenceShape.ManyToOne ? 0 : spec.OutputSize;
        return steps * Math.Max(inputs, outputs) <= Guard.LargestBuffer
            && SequenceRun.MemoryLength(model.Network, steps) <= Guard.LargestBuffer;
    }
}
