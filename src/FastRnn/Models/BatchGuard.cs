namespace FastRnn;

/// <summary>The checks of what a network is given: that it fits the network's spec.</summary>
internal static class BatchGuard
{
    /// <summary>Inputs that a batch of a spec can have: their kind, count and lengths, and indices within the vocabulary.</summary>
    internal static void Inputs(
        RnnSpec spec, SequenceData inputs, int steps, int batch, ReadOnlySpan<int> lengths,
        string inputsName = "inputs", string stepsName = "steps", string lengthsName = "lengths")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps, stepsName);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        Guard.Lengths(lengths, steps, batch, lengthsName);
        bool isOne = spec.Shape == SequenceShape.OneToMany;
        if (isOne && inputs.Length == 0)
        {
            return;
        }

        Kind(spec, inputs, inputsName);
        int width = spec.TakesIndices ? 1 : spec.InputSize;
        string shape = (isOne, spec.TakesIndices) switch
        {
            (false, false) => "[T, N, I]",
            (false, true) => "[T, N]",
            (true, false) => "[N, I]",
            (true, true) => "[N]",
        };
        int inputSteps = isOne ? 1 : steps;
        Guard.Length(inputs.Length, Guard.SequenceLength(inputSteps, batch, width, stepsName), inputsName, shape);
        if (spec.TakesIndices)
        {
            Guard.Indices(inputs.Indices, batch, isOne ? [] : lengths, spec.InputSize, inputsName);
        }
    }

    /// <summary>Indices or values, as the spec takes them.</summary>
    internal static void Kind(RnnSpec spec, SequenceData inputs, string parameter)
    {
        if (inputs.IsIndices != spec.TakesIndices)
        {
            string expected = spec.TakesIndices ? "indices (int)" : "values (float)";
            throw new ArgumentException($"Expected {expected}, as the network takes, but got {inputs.Describe()}.", parameter);
        }
    }

    /// <summary>The states [N, S] of a batch, or none.</summary>
    internal static void State(RnnSpec spec, ReadOnlySpan<float> state, int batch, string parameter)
    {
        if (!state.IsEmpty)
        {
            Guard.Length(state.Length, Guard.SequenceLength(1, batch, spec.StateSize), parameter, "[N, S]");
        }
    }
}
