using System.Collections.ObjectModel;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>Makes the model of a chain of layers, and says what of the graph's inputs and outputs stands where.</summary>
internal sealed class ModelBuilder(
    string path, GraphProto graph, IReadOnlyDictionary<string, GraphValue> values, LayerChain chain, RecurrentImport recurrent,
    ValueBudget budget)
{
    internal ImportedModel Build()
    {
        var names = new HashSet<string>();
        foreach (ValueInfoProto output in graph.Output)
        {
            if (!names.Add(output.Name))
            {
                throw new FastRnnFormatException(
                    path, $"output {DisplayText.Text(output.Name)}", "expected each output once, but it is there twice");
            }
        }

        (string Name, DynamicValue Value)[] outputs = [.. graph.Output.Select(output => (output.Name, Output(output.Name)))];
        int main = Array.FindIndex(outputs, output => output.Value.Source is ChainSource source && source.Version == chain.Version
            && (source.IsLast || !chain.IsLast));
        main = main >= 0 ? main : Array.FindIndex(outputs, output => output.Value.Source is StateSource state && chain.IsOutput(state));
        if (main < 0)
        {
            throw new FastRnnFormatException(
                path, "graph", "expected what the last layer puts out among the outputs, but they are "
                + (outputs.Length == 0 ? "none" : DisplayText.List(outputs.Select(output => output.Name))));
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (i != main && outputs[i].Value.Source is not StateSource)
            {
                throw new FastRnnFormatException(
                    path, $"output {DisplayText.Text(outputs[i].Name)}",
                    $"expected final states beside the output {DisplayText.Text(outputs[main].Name)}, but it is {outputs[i].Value}");
            }
        }

        if (recurrent is not { LengthsName: null, FixedLengths: null }
            && outputs.Any(output => output.Value.Source is StateSource { Pieces: { } pieces } && pieces.Any(piece => piece.Node.IsWindow)))
        {
            throw new FastRnnFormatException(
                path, "graph",
                "expected no sequence_lens with a window that is put out, which ends with the longest sequence, but there are both");
        }

        bool isLast = outputs[main].Value.Source is not ChainSource { IsLast: false };
        RnnModel model = Model(isLast ? SequenceShape.ManyToOne : SequenceShape.ManyToMany);
        List<OnnxState> states = States(outputs);
        float[] initialStates = InitialValues(model.Spec.StateSize, out int batch);
        return new ImportedModel(
            model, new NamedAxes(chain.Input!.Name, Roles(((DynamicValue)values[chain.Input.Name]).Axes)),
            new NamedAxes(outputs[main].Name, Roles(outputs[main].Value.Axes)), recurrent.LengthsName,
            recurrent.FixedLengths is { } lengths ? Array.AsReadOnly(Array.ConvertAll(lengths, length => (int)length)) : null,
            states.AsReadOnly(), initialStates, batch, recurrent.Warnings);
    }

    private DynamicValue Output(string name)
        => values.GetValueOrDefault(name) as DynamicValue
            ?? throw new FastRnnFormatException(
                path, $"output {DisplayText.Text(name)}", "expected what a node puts out and depends on the inputs");

    private RnnModel Model(SequenceShape shape)
    {
        try
        {
            LayerSpec[] layers = chain.Layers();
            RnnSpec spec = chain.Input!.IsIndices
                ? RnnSpec.ForIndices(chain.InputSize, layers) with { Shape = shape }
                : new RnnSpec(chain.InputSize, layers) { Shape = shape };
            return spec.ParameterCount == chain.ParameterCount
                ? RnnModel.FromParameters(spec, chain.Fill)
                : throw new FastRnnFormatException(
                    path, "graph",
                    $"expected {spec.ParameterCount} weights and biases in its layers, but there are {chain.ParameterCount}");
        }
        catch (ArgumentException exception)
        {
            throw new FastRnnFormatException(
                path, "graph", $"expected a network that the library can hold, but {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private List<OnnxState> States((string Name, DynamicValue Value)[] outputs)
    {
        Dictionary<StatePiece, OnnxStatePlace> finals = Finals(outputs);
        var states = new List<OnnxState>();
        int start = 0;
        foreach ((RecurrentNode node, InitialState hidden, InitialState? memory) in chain.Recurrent)
        {
            foreach ((InitialState? initial, bool isMemory) in ((InitialState?, bool)[])[(hidden, false), (memory, true)])
            {
                for (int direction = 0; initial is not null && direction < node.Directions; direction++)
                {
                    states.Add(new OnnxState(
                        node.Layer, isMemory, node.IsReverse(direction), start + node.Offset(isMemory, direction), node.HiddenSize,
                        initial.Input is { } input ? Place(input, direction) : null,
                        finals.GetValueOrDefault(new StatePiece(node, isMemory, direction))));
                }
            }

            start += node.StateSize;
        }

        return states;
    }

    private OnnxStatePlace Place(InputSource input, int direction)
        => new(
            input.Name, (input.FirstRow ?? 0) + direction,
            StateOrder.IsBatchFirst(((DynamicValue)values[input.Name]).Axes, parts: null) ?? throw OtherOrder($"input {DisplayText.Text(input.Name)}"));

    /// <summary>Where each final state stands among the outputs, in the first that has it.</summary>
    private Dictionary<StatePiece, OnnxStatePlace> Finals((string Name, DynamicValue Value)[] outputs)
    {
        var finals = new Dictionary<StatePiece, OnnxStatePlace>();
        HashSet<RecurrentNode> nodes = [.. chain.Recurrent.Select(layer => layer.Node)];
        foreach ((string name, DynamicValue value) in outputs)
        {
            if (value.Source is not StateSource { Pieces: { } pieces })
            {
                continue;
            }

            if (!pieces.All(piece => nodes.Contains(piece.Node)))
            {
                throw new FastRnnFormatException(
                    path, $"output {DisplayText.Text(name)}", "expected the window of a convolution as a final state, but no Conv follows on it");
            }

            budget.Spend($"output {DisplayText.Text(name)}", pieces.Length);
            bool isBatchFirst = StateOrder.IsBatchFirst(value.Axes, pieces.Length) ?? throw OtherOrder($"output {DisplayText.Text(name)}");
            for (int part = 0; part < pieces.Length; part++)
            {
                finals.TryAdd(pieces[part], new OnnxStatePlace(name, part, isBatchFirst));
            }
        }

        return finals;
    }

    private FastRnnFormatException OtherOrder(string item)
        => new(path, item, "expected states in the order [parts, N, H] or [N, parts, H], but their axes stand otherwise");

    /// <summary>The constant parts of initial states, [B, S]; empty where there are none.</summary>
    private float[] InitialValues(int stateSize, out int batch)
    {
        batch = 1;
        var constants = new List<(float[] Values, int Batch, RecurrentNode Node, bool IsMemory, int Start)>();
        int start = 0;
        foreach ((RecurrentNode node, InitialState hidden, InitialState? memory) in chain.Recurrent)
        {
            foreach ((InitialState? initial, bool isMemory) in ((InitialState?, bool)[])[(hidden, false), (memory, true)])
            {
                if (initial?.Values is { } given)
                {
                    constants.Add((given, initial.Batch, node, isMemory, start));
                    if (batch > 1 && initial.Batch > 1 && batch != initial.Batch)
                    {
                        throw new FastRnnFormatException(
                            path, "initial states",
                            $"expected states of as many sequences each, but they have {batch} and {initial.Batch}");
                    }

                    batch = Math.Max(batch, initial.Batch);
                }
            }

            start += node.StateSize;
        }

        long length = constants.Count == 0 ? 0 : (long)batch * stateSize;
        budget.Spend("initial states", length);
        var states = new float[length];
        foreach ((float[] given, int sequences, RecurrentNode node, bool isMemory, int first) in constants)
        {
            int hidden = node.HiddenSize;
            for (int row = 0; row < node.Directions * batch; row++)
            {
                int direction = row / batch, sequence = row % batch;
                given.AsSpan((direction * sequences + sequence % sequences) * hidden, hidden)
                    .CopyTo(states.AsSpan(sequence * stateSize + first + node.Offset(isMemory, direction)));
            }
        }

        return states;
    }

    private static ReadOnlyCollection<OnnxAxis> Roles(Axis[] axes)
    {
        Axis[] single = [.. axes.SelectMany(axis => axis.Unjoined)];
        return Array.AsReadOnly(Array.ConvertAll(single, Role));

        // Where several have a role, those of one element are none of the caller's.
        OnnxAxis Role(Axis axis)
            => axis.Role is { } role && axis == (Array.Find(single, other => other.Role == role && !other.IsSingle)
                ?? Array.Find(single, other => other.Role == role))
                ? role
                : OnnxAxis.One;
    }
}
