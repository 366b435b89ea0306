namespace FastRnn.Training;

/// <summary>
/// What training makes small: L = 1/(T·N) · Σ over steps and sequences of a loss at one output. The choices are the properties of
/// this class.
/// </summary>
public abstract class Loss
{
    private protected Loss()
    {
    }

    /// <summary>
    /// ½‖ŷ − y‖² at an output, for heads <see cref="Head.Linear"/> and <see cref="Head.Sigmoid"/> or no head. Targets are values
    /// [T, N, O].
    /// </summary>
    public static Loss SquaredError { get; } = new SquaredError();

    /// <summary>
    /// −ln softmax(o)[y] at an output, computed from the logits o = Wya·a + by, for heads <see cref="Head.Softmax"/> and
    /// <see cref="Head.Linear"/>. Targets are class indices y [T, N] from 0 to O − 1.
    /// </summary>
    public static Loss CrossEntropy { get; } = new CrossEntropy();

    /// <summary>
    /// Σ over outputs of −y·ln σ(o) − (1 − y)·ln(1 − σ(o)), computed from the logits o = Wya·a + by, for heads
    /// <see cref="Head.Sigmoid"/> and <see cref="Head.Linear"/>. Targets are probabilities [T, N, O] from 0 to 1.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new BinaryCrossEntropy();

    /// <summary>The name of the loss.</summary>
    public override string ToString() => GetType().Name;

    /// <summary>Whether the loss is defined for outputs of this head.</summary>
    internal abstract bool Accepts(Head? head);
}

/// <summary>A loss whose targets are of type <typeparamref name="TTarget"/>.</summary>
internal abstract class Loss<TTarget> : Loss
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
