namespace FastRnn.Training;

/// <summary>
/// What training makes small: L = 1/R · Σ over R outputs of a loss at one output, R being T·N, the sum of the lengths where those are
/// given, or N for many-to-one. The choices are the properties of this class.
/// </summary>
public sealed class Loss
{
    private Loss(LossFunction function) => Function = function;

    /// <summary>
    /// ½‖ŷ − y‖² at an output: half the squared error, summed over the O values and not averaged. For any last layer but a dense one with
    /// <see cref="Activation.Softmax"/>. Targets are values [T, N, O], many-to-one [N, O].
    /// </summary>
    public static Loss HalfSquaredError { get; } = new(new HalfSquaredError());

    /// <summary>
    /// −ln softmax(o)[y] at an output, computed from the logits o = W·x + b, for a dense last layer with
    /// <see cref="Activation.Softmax"/> or <see cref="Activation.Identity"/>. Targets are class indices y [T, N], many-to-one [N], from 0
    /// to O − 1.
    /// </summary>
    public static Loss CrossEntropy { get; } = new(new CrossEntropy());

    /// <summary>
    /// Σ over outputs of −y·ln σ(o) − (1 − y)·ln(1 − σ(o)), computed from the logits o = W·x + b, for a dense last
    /// layer with <see cref="Activation.Sigmoid"/> or <see cref="Activation.Identity"/>. Targets are probabilities [T, N, O], many-to-one
    /// [N, O], from 0 to 1.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new(new BinaryCrossEntropy());

    internal LossFunction Function { get; }

    /// <summary>The name of the loss.</summary>
    public override string ToString() => Function.GetType().Name;
}
