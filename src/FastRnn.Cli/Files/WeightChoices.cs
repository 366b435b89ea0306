using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What the user decides where names and shapes of other frameworks' weights leave something open.</summary>
/// <param name="Keras">the options for files of Keras, which have all others too</param>
/// <param name="Given">the names of the tool's options that were given</param>
internal sealed record WeightChoices(KerasOptions Keras, IReadOnlyList<string> Given)
{
    internal PyTorchOptions PyTorch => new()
    {
        Order = Keras.Order,
        Activation = Keras.Activation,
        Activations = Keras.Activations,
        OutputActivation = Keras.OutputActivation,
        Epsilon = Keras.Epsilon,
        Epsilons = Keras.Epsilons,
        VectorModule = Keras.VectorModule,
        VectorModules = Keras.VectorModules,
        Convolutions = Keras.Convolutions,
        TakesIndices = Keras.TakesIndices,
        Shape = Keras.Shape,
    };
}
