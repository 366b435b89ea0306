using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What the user decides where names and shapes of other frameworks' weights leave something open.</summary>
/// <param name="PyTorch">the options for files of PyTorch</param>
/// <param name="Keras">the options for files of Keras, which have all those too</param>
/// <param name="Given">the names of the tool's options that were given</param>
internal sealed record WeightChoices(PyTorchOptions PyTorch, KerasOptions Keras, IReadOnlyList<string> Given);
