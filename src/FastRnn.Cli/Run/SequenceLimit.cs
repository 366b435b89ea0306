namespace FastRnn.Cli.Run;

/// <summary>The longest sequence that can be run as a whole.</summary>
internal static class SequenceLimit
{
    /// <summary>The most steps that <see cref="RnnModel.Run"/> takes of one sequence; 0 where it takes not even one.</summary>
    internal static int Of(RnnModel model)
    {
        // The memory of a run grows with the steps, so that a binary search finds the most.
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
        long inputs = spec.TakesIndices ? 1 : spec.InputSize, outputs = spec.HasOneOutput ? 0 : spec.OutputSize;
        return steps * Math.Max(inputs, outputs) <= Guard.LargestBuffer
            && NetworkPass.MemoryLength(model.Network, new() { Steps = steps, Sequences = 1 }) <= Guard.LargestBuffer;
    }
}
