namespace FastRnn.Training;

/// <summary>What the sequences of a set have at each step: values or indices, and targets of one kind.</summary>
public sealed record SequenceLayout
{
    /// <summary>The layout that a network and a loss take.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="loss">What it is trained with.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The network is one-to-many: it has no inputs for each step.</exception>
    public static SequenceLayout Of(RnnSpec spec, LossFunction loss)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(loss);
        return OfInputs(spec, loss.TakesIndices ? 0 : loss.GetTargetSize(spec.OutputSize)) with { HasOneTarget = spec.HasOneOutput };
    }

    /// <summary>The layout of what a network takes, without targets.</summary>
    /// <param name="spec">What the network is.</param>
    /// <exception cref="ArgumentNullException">The spec is null.</exception>
    /// <exception cref="ArgumentException">The network is one-to-many: it has no inputs for each step.</exception>
    public static SequenceLayout OfInputs(RnnSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return OfInputs(spec, targetSize: 0) with { HasTargets = false };
    }

    /// <summary>How many values a step of the inputs has; 0 where it is an index alone.</summary>
    public required int InputSize { get; init; }

    /// <summary>How many indices there are for inputs; 0 where they are values, or where any index may come.</summary>
    public int Vocabulary { get; init; }

    /// <summary>How many values a target has; 0 where it is the index of a class.</summary>
    public required int TargetSize { get; init; }

    /// <summary>The inputs of a network that has several; empty for one.</summary>
    public IReadOnlyList<InputSpec> Inputs => Several?.Inputs ?? [];

    /// <summary>Whether a sequence has one target, as many-to-one networks take it, and not one at each step.</summary>
    public bool HasOneTarget { get; init; }

    /// <summary>Whether there are targets; a set of inputs alone has none.</summary>
    public bool HasTargets { get; init; } = true;

    /// <summary>The several inputs; null for one.</summary>
    internal InputsSpec? Several { get; init; }

    /// <summary>Whether a step has indices.</summary>
    internal bool TakesIndices => Several is null ? InputSize == 0 : Several.IndexCount > 0;

    /// <summary>Indices of a step or, where it has none, values.</summary>
    internal int InputWidth
        => Several is null ? Math.Max(1, InputSize) : Several.IndexCount > 0 ? Several.IndexCount : Several.ValueCount;

    /// <summary>Values of a step beside indices.</summary>
    internal int BesideWidth => Several is { IndexCount: > 0 } ? Several.ValueCount : 0;

    /// <summary>Floats, or indices, of a target.</summary>
    internal int TargetWidth => Math.Max(1, TargetSize);

    /// <summary>How many targets a sequence has.</summary>
    internal int TargetsOf(int steps) => !HasTargets ? 0 : HasOneTarget ? 1 : steps;

    /// <summary>Refuses data of another layout; their vocabulary may be unknown.</summary>
    /// <param name="actual">that of the data</param>
    /// <param name="what">what they are</param>
    /// <param name="parameter">for the exception</param>
    internal void Require(SequenceLayout actual, string what, string parameter)
    {
        if (this with { Vocabulary = 0 } != actual with { Vocabulary = 0 })
        {
            throw new ArgumentException($"Expected {what} of the layout {this}, but got {actual}.", parameter);
        }
    }

    private static SequenceLayout OfInputs(RnnSpec spec, int targetSize)
        => spec.Shape != SequenceShape.OneToMany
            ? new SequenceLayout
            {
                InputSize = spec.ValueCount,
                Vocabulary = spec.TakesIndices ? spec.InputSize : 0,
                Several = spec.Several,
                TargetSize = targetSize,
            }
            : throw new ArgumentException(
                $"Expected a network that reads a sequence, but its shape is {spec.Shape}: train it with Step.", nameof(spec));
}
