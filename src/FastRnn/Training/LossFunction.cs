namespace FastRnn.Training;

/// <summary>The mathematics of a loss.</summary>
internal abstract class LossFunction
{
    /// <summary>Whether the loss is defined for outputs of this head.</summary>
    internal abstract bool Accepts(Head? head);
}

/// <summary>A loss whose targets are of type <typeparamref name="TTarget"/>.</summary>
internal abstract class LossFunction<TTarget> : LossFunction
{
    /// <summary>How many targets an output of size O has.</summary>
    internal abstract int TargetSize(int outputSize);

    /// <summary>Throws for a target out of range, naming <paramref name="parameter"/>, the place and the value.</summary>
    internal abstract void Check(ReadOnlySpan<TTarget> targets, int outputSize, string parameter);

    /// <summary>Σ over rows of the loss of a row, and its gradient times <paramref name="scale"/>.</summary>
    /// <param name="logits">o [R, O] in, scale·∂/∂o out</param>
    /// <param name="targets">[R, target size], checked</param>
    /// <param name="head">g₂; null is the identity</param>
    /// <param name="scale">factor of the gradient</param>
    internal abstract double Evaluate(Span<float> logits, ReadOnlySpan<TTarget> targets, Head? head, float scale);
}
