using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What the user has decided of what other frameworks' names and shapes leave open.</summary>
internal sealed record WeightChoices
{
    /// <summary>The common choices.</summary>
    internal required PyTorchOptions Common { get; init; }

    /// <summary>What only Keras' weights leave open.</summary>
    internal bool? ResetAfter { get; init; }

    /// <inheritdoc cref="ResetAfter"/>
    internal bool? Bidirectional { get; init; }

    /// <summary>The options that were given, as they were.</summary>
    internal required IReadOnlyList<string> Given { get; init; }

    internal KerasOptions Keras => new()
    {
        Order = Common.Order,
        Activation = Common.Activation,
        Activations = Common.Activations,
        OutputActivation = Common.OutputActivation,
        TakesIndices = Common.TakesIndices,
        Shape = Common.Shape,
        ResetAfter = ResetAfter,
        Bidirectional = Bidirectional,
    };
}
