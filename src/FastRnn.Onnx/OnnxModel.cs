using FastRnn.Onnx.Import;
using FastRnn.Serialization;

namespace FastRnn.Onnx;

/// <summary>
/// A model that was read from an ONNX file, and what the file's graph says beside it: the axes of its input and output, and which of its
/// inputs and outputs are states. Immutable.
/// </summary>
/// <remarks>
/// The graph has RNN, LSTM and GRU nodes, products, convolutions over time, embeddings or one-hot vectors before them, activations,
/// normalizations, scales and shifts, poolings over time and attention pooling, and what exporters put between them; or some of these
/// alone. Where values part and meet again, by a sum, difference, product, mean or Concat, the parts between are branches of a
/// <see cref="ParallelSpec"/>. What exporters write in several nodes becomes one layer: SiLU, GELU in both forms, mish, hard swish and hard
/// sigmoid, layer and RMS normalization, attention pooling. A Conv becomes a time-delay layer if there are as many steps behind it as
/// before, or a Slice makes them as many; if a Concat puts an input before it, that is the window of past inputs, whose steps are states.
/// <para>Scales, shifts, activations and selected features are folded into the dense layers and convolutions before them, and scales and
/// shifts into a dense layer behind them where rounding loses nothing. What is left is an <see cref="AffineSpec"/>, which training changes
/// unless it has one number for all features or is the first or the last of the network: the scale of inputs, or of outputs. A dense layer
/// that several branches share is in each of them. A selection of features that nothing takes is a dense layer of zeros and ones.</para>
/// <para>FastRnn takes and gives values as <c>[T, N, F]</c>, whatever the graph's axes are. In a graph of dense layers and embeddings alone
/// nothing tells time from batch, and no result depends on it: of two axes the first is taken as time, a single one as batch.</para>
/// <para>These results differ from ONNX's. An index that is not in the vocabulary is refused when the model is run; ONNX has zeros for an
/// index beyond the depth of one-hot vectors, and counts from the end for one below 0. Behind a sequence's end outputs are zeros, even if
/// the graph would add a bias to them. A NaN or ∞ among features of which a
/// dense layer selects some makes all of them NaN. Clip bounds the inputs of the gates' functions but not c on its way to h, as in ONNX
/// Runtime. Zeros that are repeated as initial states, which PyTorch writes for packed sequences, are zeros for any number of sequences,
/// even if the graph fixes the number that the exporter has seen.</para>
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

    /// <summary>The axes of the graph's output; if it joins several to one, such as steps and sequences, each of them.</summary>
    public IReadOnlyList<OnnxAxis> OutputAxes => _imported.Output.Axes;

    /// <summary>The name of the graph's input that has the lengths of sequences; null where there is none.</summary>
    public string? LengthsName => _imported.LengthsName;

    /// <summary>The lengths of sequences that the graph fixes, [N]; null where it fixes none. The model does not have them: give them to
    /// <see cref="RnnModel.Run"/>.</summary>
    public IReadOnlyList<int>? FixedLengths => _imported.FixedLengths;

    /// <summary>The number of sequences, N, for which the graph has an initial state each; <see cref="InitialState"/> takes no other. Null
    /// where the graph has no initial states, or one that all sequences share.</summary>
    public int? FixedBatch => _imported.InitialBatch > 1 ? _imported.InitialBatch : null;

    /// <summary>The states of the recurrent and time-delay layers, piece by piece.</summary>
    public IReadOnlyList<OnnxState> States => _imported.States;

    /// <summary>What may be wrong with the graph although it can be read; each is a sentence that begins with the node or input. There are
    /// two: values of half precision, which are computed with in floats; and a GRU with linear_before_reset 0 in a file of PyTorch, whose
    /// own GRU resets after the product, which one of its exporters got wrong. There is none for weights that are NaN or ∞.</summary>
    public IReadOnlyList<string> Warnings => _imported.Warnings;

    /// <summary>Reads an ONNX file: opset 7 to 22, values in the file or in files beside it.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="FastRnnFormatException">The file is not ONNX (a folder or a pipe is not either), or its graph has something that
    /// FastRnn has no counterpart of; the message names the node and the attribute or input. Examples: quotients of two values, a pooling
    /// or a last place where sequences have lengths, convolutions that change the number of steps, layers with a state that branches share
    /// which do not meet where they have parted, one-hot vectors that are not the network's input, states whose axes are not [parts, N, H]
    /// or [N, parts, H].</exception>
    public static OnnxModel Load(string path) => new(GraphImport.Load(path));

    /// <summary>The state before the first step, [N, S], for <see cref="RnnModel.Run"/>: what the graph fixes of it, and zeros elsewhere.
    /// </summary>
    /// <param name="batch">The number of sequences, N; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1 or not <see cref="FixedBatch"/>, or the
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
