using FastRnn.Onnx.Import;
using FastRnn.Serialization;

namespace FastRnn.Onnx;

/// <summary>
/// A model out of an ONNX file, and what the file's graph says beside it: which axes its input and output have, and which of its inputs and
/// outputs are states. Immutable.
/// </summary>
/// <remarks>
/// The graph is a chain of RNN, LSTM and GRU nodes with products, biases and activations around them, an embedding or one-hot vectors
/// before them, and what exporters put between; or products and embeddings alone. A Conv over time becomes a time-delay layer, if it is
/// padded with zeros before the first step alone, or a Concat puts an input there, the window of past inputs, whose steps are states then.
/// An index beyond the depth of one-hot vectors, for which ONNX has zeros, or below 0, from where it counts from the end, is refused when
/// the model is run. FastRnn takes and gives values as <c>[T, N, F]</c> whatever the graph's axes are. In a graph of dense layers and
/// embeddings alone nothing tells time from batch, nor depends on it: of two axes the first is taken as time, a single one is batch. Beyond
/// a sequence's end outputs are zeros, also where the graph would add a bias to them. An activation or a bias by itself becomes a dense
/// layer that changes nothing else, through which a value that is NaN or ∞ makes all features of its step NaN. A clip bounds what goes into
/// the functions of the gates, not c on its way to h, as ONNX Runtime has it. Zeros that are repeated as initial states, which PyTorch
/// writes for packed sequences, are zeros for any number of sequences, also where they stand for so many as the exporter has seen.
/// </remarks>
public sealed class OnnxModel
{
    private readonly ImportedModel _imported;

    private OnnxModel(ImportedModel imported) => _imported = imported;

    /// <summary>The network with its weights.</summary>
    public RnnModel Model => _imported.Model;

    /// <summary>The name of the graph's input x.</summary>
    public string InputName => _imported.Input.Name;

    /// <summary>The axes of the graph's input.</summary>
    public IReadOnlyList<OnnxAxis> InputAxes => _imported.Input.Axes;

    /// <summary>The name of the graph's output ŷ.</summary>
    public string OutputName => _imported.Output.Name;

    /// <summary>The axes of the graph's output; those that it has joined to one, as steps and sequences, one by one.</summary>
    public IReadOnlyList<OnnxAxis> OutputAxes => _imported.Output.Axes;

    /// <summary>The name of the graph's input that has the lengths of sequences; null where there is none.</summary>
    public string? LengthsName => _imported.LengthsName;

    /// <summary>The lengths of sequences that the graph fixes, [N], which <see cref="RnnModel.Run"/> has to be given: the model by itself
    /// does not have them. Null where the graph fixes none.</summary>
    public IReadOnlyList<int>? FixedLengths => _imported.FixedLengths;

    /// <summary>The number of sequences, N, that <see cref="InitialState"/> has to be asked for: the graph has initial states of so many,
    /// each its own. Null where it has none, or one that all sequences share.</summary>
    public int? FixedBatch => _imported.InitialBatch > 1 ? _imported.InitialBatch : null;

    /// <summary>The states of the recurrent and time-delay layers, piece by piece.</summary>
    public IReadOnlyList<OnnxState> States => _imported.States;

    /// <summary>What may be wrong with the graph though it can be read, a sentence each that begins with the node: a GRU with
    /// linear_before_reset 0 in a file of PyTorch, whose GRU resets after the product, and one of whose exporters has written that
    /// nonetheless. Weights that are NaN or ∞ are none.</summary>
    public IReadOnlyList<string> Warnings => _imported.Warnings;

    /// <summary>Reads an ONNX file: opset 7 to 22, values in the file or in files beside it.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="FastRnnFormatException">The file is not ONNX (a folder or a pipe is not either), or its graph has something that
    /// FastRnn has no counterpart of; the message names the node and the attribute or input. Examples: activations other than Tanh,
    /// Sigmoid, Relu and an Affine with alpha 1 and beta 0, activations that differ between the directions, convolutions that are not
    /// time-delay layers, one-hot vectors that are not the network's input, states whose axes are not [parts, N, H] or [N, parts, H].
    /// </exception>
    public static OnnxModel Load(string path) => new(GraphImport.Load(path));

    /// <summary>The state before the first step that the graph fixes, zeros elsewhere: [N, S], for <see cref="RnnModel.Run"/>.</summary>
    /// <param name="batch">The number of sequences, N; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1, another than <see cref="FixedBatch"/>, or the
    /// states are more than an array holds.</exception>
    public float[] InitialState(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (FixedBatch is { } expected && batch != expected)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"Expected {expected} sequences, for which the graph has initial states, but got {batch}.");
        }

        long length = (long)batch * Model.Spec.StateSize;
        if (length > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"Expected states of at most {Array.MaxLength} values, but there are {length}.");
        }

        var states = new float[length];
        for (int sequence = 0; sequence < batch && _imported.InitialStates.Length > 0; sequence++)
        {
            int row = sequence % _imported.InitialBatch * Model.Spec.StateSize;
            _imported.InitialStates.AsSpan(row, Model.Spec.StateSize).CopyTo(states.AsSpan(sequence * Model.Spec.StateSize));
        }

        return states;
    }
}
