namespace FastRnn;

/// <summary>The checks of what a network with several inputs is given.</summary>
internal static class InputsGuard
{
    /// <summary>Indices [T, N, K] and values [T, N, V], each index within its own vocabulary.</summary>
    internal static void Check(InputsSpec inputs, SequenceData data, BatchShape shape, string parameter, string shapeName)
    {
        Length(IndicesOf(data).Length, shape, inputs.IndexCount, "K", "indices", parameter, shapeName);
        Length(ValuesOf(data).Length, shape, inputs.ValueCount, "V", "values", parameter, shapeName);
        ReadOnlySpan<int> indices = IndicesOf(data);
        for (int row = 0; inputs.IndexCount > 0 && row < shape.Steps * shape.Sequences; row++)
        {
            if (shape.Lengths.IsEmpty || row / shape.Sequences < shape.Lengths[row % shape.Sequences])
            {
                Row(inputs, indices.Slice(row * inputs.IndexCount, inputs.IndexCount), row * inputs.IndexCount, parameter);
            }
        }
    }

    /// <summary>The indices of a step, [K].</summary>
    /// <param name="inputs">what they are of</param>
    /// <param name="indices">the indices</param>
    /// <param name="offset">of the first one, for messages</param>
    /// <param name="parameter">for the exception</param>
    internal static void Row(InputsSpec inputs, ReadOnlySpan<int> indices, int offset, string parameter)
    {
        int at = 0;
        for (int i = 0; i < inputs.Inputs.Count; i++)
        {
            InputSpec input = inputs.Inputs[i];
            bool hasEnded = false;
            for (int place = at; place < at + input.IndexCount; place++)
            {
                int index = indices[place];
                bool isEnd = input.Kind == InputKind.Sequence && index == -1;
                if (!isEnd && (hasEnded || (uint)index >= (uint)input.Size))
                {
                    string expected = hasEnded ? "-1 behind the last index of a sequence" : $"indices from 0 to {input.Size - 1}";
                    string orEnd = !hasEnded && input.Kind == InputKind.Sequence ? ", or -1 behind the last" : string.Empty;
                    throw new ArgumentOutOfRangeException(
                        parameter, index,
                        $"Expected {expected}{orEnd}, for inputs[{i}], but index {offset + place} of '{parameter}' is {index}.");
                }

                hasEnded |= isEnd;
            }

            at += input.IndexCount;
        }
    }

    /// <summary>The indices; none where there are values alone.</summary>
    internal static ReadOnlySpan<int> IndicesOf(SequenceData data) => data.IsIndices ? data.Indices : [];

    /// <summary>The values; none where there are indices alone.</summary>
    internal static ReadOnlySpan<float> ValuesOf(SequenceData data) => data.IsIndices ? data.Beside : data.Values;

    private static void Length(int actual, BatchShape shape, int width, string letter, string what, string parameter, string shapeName)
    {
        int expected = Guard.SequenceLength(shape.Steps, shape.Sequences, width, shapeName);
        if (actual != expected)
        {
            throw new ArgumentException(
                $"Expected [T, N, {letter}] = {expected} {what} for several inputs, but got {actual}.", parameter);
        }
    }
}
