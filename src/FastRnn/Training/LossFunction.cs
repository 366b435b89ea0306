namespace FastRnn.Training;

/// <summary>The mathematics of a loss.</summary>
internal abstract class LossFunction
{
    /// <summary>Whether targets are indices and not values.</summary>
    internal abstract bool TakesIndices { get; }

    /// <summary>Whether the loss is computed from the logits and not from the outputs.</summary>
    internal abstract bool TakesLogits { get; }

    /// <summary>Whether the loss is defined for outputs of this activation; null is that of a layer that is not dense.</summary>
    internal abstract bool Accepts(Activation? activation);

    /// <summary>How many targets an output of size O has.</summary>
    internal int TargetSize(int outputSize) => TakesIndices ? 1 : outputSize;

    /// <summary>Throws for a target out of range, naming the place and the value. Targets beyond a sequence's end are not looked at. Where
    /// any value is in range, one that is not finite makes the loss not finite.</summary>
    /// <param name="targets">[T, N, target size]</param>
    /// <param name="outputSize">O</param>
    /// <param name="batch">N</param>
    /// <param name="lengths">[N], or none</param>
    internal virtual void Check(SequenceData targets, int outputSize, int batch, ReadOnlySpan<int> lengths)
    {
    }

    /// <summary>Σ over rows of the loss of a row, and its gradient times <paramref name="scale"/>.</summary>
    /// <param name="outputs">ŷ or o [R, O] in, scale·∂/∂ŷ or scale·∂/∂o out</param>
    /// <param name="targets">[R, target size], checked; the bits of indices</param>
    /// <param name="scale">factor of the gradient</param>
    internal abstract double Evaluate(Span<float> outputs, ReadOnlySpan<float> targets, float scale);
}
