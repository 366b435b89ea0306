namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// A network of any layers and a batch for it: its weights, inputs, states, lengths and targets all follow from the sizes and the seed.
/// </summary>
/// <param name="Inputs">I, or the size of the vocabulary</param>
/// <param name="TakesIndices">whether inputs are indices, which the first layer sees as one-hot vectors</param>
/// <param name="HasLengths">whether the sequences end at different steps</param>
internal sealed record StackCase(
    int Inputs, LayerCase[] Layers, int Steps, int Batch, SequenceShape Shape, bool TakesIndices, bool HasLengths, int Seed)
{
    /// <summary>Seeds after which a network that is smooth for none of them is a mistake.</summary>
    private const int Tries = 1000;

    internal int Outputs => Layers.Outputs(Inputs);

    internal int ParameterCount => Sized.Sum(layer => layer.Layer.ParameterCount(layer.Inputs));

    internal int StateSize => Sized.Sum(layer => layer.Layer.StateSize(layer.Inputs));

    internal bool IsCausal => Layers.All(layer => layer.IsCausal);

    /// <summary>Rows of inputs: all steps' or, when outputs are fed back, the first step's.</summary>
    internal int InputRows => Shape == SequenceShape.OneToMany ? Batch : Steps * Batch;

    /// <summary>Rows of outputs and targets: all steps' or the one of each sequence.</summary>
    internal int OutputRows => Shape == SequenceShape.ManyToOne ? Batch : Steps * Batch;

    /// <summary>Each layer with the size of its inputs.</summary>
    internal IEnumerable<(LayerCase Layer, int Inputs)> Sized => Layers.Sized(Inputs);

    /// <summary>The losses that are defined for the last layer.</summary>
    internal ReferenceLoss[] Losses
        => (Layers[^1] as DenseCase)?.Activation.Kind switch
        {
            ActivationKind.Identity => ReferenceLoss.All,
            ActivationKind.Sigmoid => [ReferenceLoss.HalfSquaredError, ReferenceLoss.BinaryCrossEntropy],
            ActivationKind.Softmax or ActivationKind.LogSoftmax => [ReferenceLoss.CrossEntropy],
            _ => [ReferenceLoss.HalfSquaredError],
        };

    public override string ToString()
        => $"{Shape} of {Inputs} {(TakesIndices ? "indices" : "values")}, T {Steps}, N {Batch}"
            + $"{(HasLengths ? " of different lengths" : "")}, seed {Seed}: {string.Join(" → ", Layers.AsEnumerable())}";

    internal StackData Create() => new(this);

    /// <summary>Data whose forward pass stays away from kinks and ties: of the first seed from this one on that does.</summary>
    internal StackData CreateSmooth(double least)
        => Enumerable.Range(Seed, Tries).Select(seed => (this with { Seed = seed }).Create())
            .First(data => data.Reference().Smoothness.Least >= least);
}
