namespace FastRnn.Training;

/// <summary>
/// What training makes small: L = 1/(T·N) · Σ over steps and sequences of a loss at one output. The choices are the properties of
/// this class.
/// </summary>
public sealed class Loss
{
    private Loss(LossFunction function) => Function = function;

    /// <summary>
    /// ½‖ŷ − y‖² at an output, for heads <see cref="Head.Linear"/> and <see cref="Head.Sigmoid"/> or no head. Targets are values
    /// [T, N, O].
    /// </summary>
    public static Loss SquaredError { get; } = new(new SquaredError());

    /// <summary>
    /// −ln softmax(o)[y] at an output, computed from the logits o = Wya·a + by, for heads <see cref="Head.Softmax"/> and
    /// <see cref="Head.Linear"/>. Targets are class indices y [T, N] from 0 to O − 1.
    /// </summary>
    public static Loss CrossEntropy { get; } = new(new CrossEntropy());

    /// <summary>
    /// Σ over outputs of −y·ln σ(o) − (1 − y)·ln(1 − σ(o)), computed from the logits o = Wya·a + by, for heads
    /// <see cref="Head.Sigmoid"/> and <see cref="Head.Linear"/>. Targets are probabilities [T, N, O] from 0 to 1.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new(new BinaryCrossEntropy());

    internal LossFunction Function { get; }

    /// <summary>The name of the loss.</summary>
    public override string ToString() => Function.GetType().Name;
}
