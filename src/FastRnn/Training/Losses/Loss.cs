namespace FastRnn.Training;

/// <summary>The losses: what training makes small. Options are set by <c>with</c>, as in
/// <c>Loss.CrossEntropy with { LabelSmoothing = 0.1f }</c>.</summary>
public static class Loss
{
    /// <summary>½‖ŷ − y‖² at an output: half the squared error, summed over the O values and not averaged.</summary>
    public static HalfSquaredErrorLoss HalfSquaredError { get; } = new();

    /// <summary>The mean of (ŷ − y)² over the O values too: the mean squared error, PyTorch's <c>MSELoss</c>.</summary>
    public static SquaredErrorLoss SquaredError { get; } = new();

    /// <summary>The mean of |ŷ − y| over the O values too: the mean absolute error, PyTorch's <c>L1Loss</c>.</summary>
    public static AbsoluteErrorLoss AbsoluteError { get; } = new();

    /// <summary>The squared error of small deviations and the absolute error of large ones, PyTorch's <c>HuberLoss</c>, with
    /// <see cref="HuberLoss.Delta"/> 1.</summary>
    public static HuberLoss Huber { get; } = new();

    /// <summary>−ln softmax(o)[y], PyTorch's <c>CrossEntropyLoss</c>. Targets are class indices.</summary>
    public static CrossEntropyLoss CrossEntropy { get; } = new();

    /// <summary>The mean of −y·ln σ(o) − (1 − y)·ln(1 − σ(o)) over the O values too, PyTorch's <c>BCEWithLogitsLoss</c>.</summary>
    public static BinaryCrossEntropyLoss BinaryCrossEntropy { get; } = new();

    /// <summary>Connectionist temporal classification: labels of a sequence without their places, PyTorch's <c>CTCLoss</c>. See
    /// <see cref="CtcLoss"/> for the targets.</summary>
    public static CtcLoss Ctc { get; } = new();

    /// <summary>The negative logarithm of a normal distribution's density, whose mean and logarithm of the variance are outputs.</summary>
    public static GaussianLoss Gaussian { get; } = new();

    /// <summary>Quantiles of the targets; see <see cref="QuantileLoss"/>.</summary>
    /// <param name="levels">Each above 0 and below 1, in increasing order; the outputs are as many for each target.</param>
    /// <exception cref="ArgumentNullException">The levels are null.</exception>
    /// <exception cref="ArgumentException">There is none, or they do not increase.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A level is out of its range.</exception>
    public static QuantileLoss Quantile(params IReadOnlyList<float> levels) => new(levels);
}
