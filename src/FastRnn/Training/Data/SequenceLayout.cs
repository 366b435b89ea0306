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
        if (spec.Shape == SequenceShape.OneToMany)
        {
            throw new ArgumentException(
                $"Expected a network that reads a sequence, but its shape is {spec.Shape}: train it with Step.", nameof(spec));
        }

        return new SequenceLayout
        {
            InputSize = spec.TakesIndices ? 0 : spec.InputSize,
            Vocabulary = spec.TakesIndices ? spec.InputSize : 0,
            TargetSize = loss.TakesIndices ? 0 : loss.GetTargetSize(spec.OutputSize),
            HasOneTarget = spec.HasOneOutput,
        };
    }

    /// <summary>How many values a step of the inputs has; 0 where it is an index.</summary>
    public required int InputSize { get; init; }

    /// <summary>How many indices there are for inputs; 0 where they are values, or where any index may come.</summary>
    public int Vocabulary { get; init; }

    /// <summary>How many values a target has; 0 where it is the index of a class.</summary>
    public required int TargetSize { get; init; }

    /// <summary>Whether a sequence has one target, as many-to-one networks take it, and not one at each step.</summary>
    public bool HasOneTarget { get; init; }

    /// <summary>Floats, or indices, of a step's inputs.</summary>
    internal int InputWidth => Math.Max(1, InputSize);

    /// <summary>Floats, or indices, of a target.</summary>
    internal int TargetWidth => Math.Max(1, TargetSize);

    /// <summary>How many targets a sequence has.</summary>
    internal int TargetsOf(int steps) => HasOneTarget ? 1 : steps;
}
