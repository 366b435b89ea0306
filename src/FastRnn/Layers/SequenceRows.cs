namespace FastRnn.Layers;

/// <summary>The rows of one sequence, step by step, and their gradients.</summary>
/// <param name="sequences">which row is whose</param>
/// <param name="sequence">the sequence</param>
/// <param name="inputs">[R, I]</param>
/// <param name="inputGradient">[R, I]; empty when not wanted</param>
/// <param name="width">I</param>
internal readonly ref struct SequenceRows(
    Sequences sequences, int sequence, ReadOnlySpan<float> inputs, Span<float> inputGradient, int width)
{
    private readonly Sequences _sequences = sequences;
    private readonly ReadOnlySpan<float> _inputs = inputs;
    private readonly Span<float> _inputGradient = inputGradient;

    /// <summary>How many there are.</summary>
    internal int Count => _sequences.Length(sequence);

    /// <summary>x⟨t⟩ [I]</summary>
    internal ReadOnlySpan<float> this[int step] => _inputs.Slice((_sequences.Start(step) + sequence) * width, width);

    /// <summary>Where ∂L/∂x⟨t⟩ [I] goes; empty when not wanted.</summary>
    internal Span<float> GradientOf(int step)
        => _inputGradient.IsEmpty ? [] : _inputGradient.Slice((_sequences.Start(step) + sequence) * width, width);
}
