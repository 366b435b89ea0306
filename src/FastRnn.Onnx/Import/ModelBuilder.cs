using System.Collections.ObjectModel;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>Makes the model of a chain of layers, and finds what the graph's inputs and outputs are.</summary>
internal sealed class ModelBuilder(
    string path, GraphProto graph, IReadOnlyDictionary<string, GraphValue> values, LayerChain chain, RecurrentImport recurrent,
    ValueBudget budget)
{
    private const string OtherOrder = "expected states in the order [parts, N, H] or [N, parts, H], but their axes are in another";

    internal ImportedModel Build()
    {
        var names = new HashSet<string>();
        foreach (ValueInfoProto output in graph.Output)
        {
            if (!names.Add(output.Name))
            {
                throw RefusedOutput(output.Name, "expected each output once, but it is there twice");
            }
        }

        (string Name, DynamicValue Value)[] outputs = [.. graph.Output.Select(output => (output.Name, Output(output.Name)))];
        int main = Array.FindIndex(outputs, output => output.Value.Source is ChainSource source && source.Version == chain.Version
            && (source.IsLast || !chain.IsLast));
        main = main >= 0 ? main : Array.FindIndex(outputs, output => output.Value.Source is StateSource state && chain.IsOutput(state));
        if (main < 0)
        {
            throw Refused("graph", "expected what the last layer puts out among the outputs, but they are "
                + (outputs.Length == 0 ? "none" : DisplayText.List(outputs.Select(output => output.Name))));
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (i != main && outputs[i].Value.Source is not StateSource)
            {
                throw RefusedOutput(
                    outputs[i].Name,
                    $"expected final states beside the output {DisplayText.Text(outputs[main].Name)}, but it is {outputs[i].Value}");
            }
        }

        if (recurrent is not { LengthsName: null, FixedLengths: null }
            && outputs.Any(output => output.Value.Source is StateSource { Pieces: { } pieces } && pieces.Any(piece => piece.Node.IsWindow)))
        {
            throw Refused(
                "graph",
                "expected no sequence_lens with a window that is put out, which ends with the longest sequence, but there are both");
        }

        bool isLast = outputs[main].Value.Source is not ChainSource { IsLast: false };
        RnnModel model = Model(isLast ? SequenceShape.ManyToOne : SequenceShape.ManyToMany);
        ReadOnlyCollection<OnnxState> states = Array.AsReadOnly(States(outputs));
        float[] initialStates = InitialValues(model.Spec.StateSize, out int batch);
        return new ImportedModel(
            model, new NamedAxes(chain.Input!.Name, Roles(((DynamicValue)values[chain.Input.Name]).Axes)),
            new NamedAxes(outputs[main].Name, Roles(outputs[main].Value.Axes)), recurrent.LengthsName,
            recurrent.FixedLengths is { } lengths ? Array.AsReadOnly(Array.ConvertAll(lengths, length => (int)length)) : null,
            states, initialStates, batch, recurrent.Warnings);
    }

    private DynamicValue Output(string name)
        => values.GetValueOrDefault(name) as DynamicValue
            ?? throw RefusedOutput(name, "expected what a node puts out and depends on the inputs");

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
                : throw Refused(
                    "graph", $"expected {spec.ParameterCount} weights and biases in its layers, but there are {chain.ParameterCount}");
        }
        catch (ArgumentException exception)
        {
            throw Refused(
                "graph", $"expected a network that the library can hold, but {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private OnnxState[] States((string Name, DynamicValue Value)[] outputs)
    {
        Dictionary<StatePiece, OnnxStatePlace> finals = Finals(outputs);
        return
        [
            .. chain.States.SelectMany(state => state.Node.Pieces(state.IsMemory).Select(piece => new OnnxState(
                state.Node.Layer, piece.IsMemory, state.Node.IsReverse(piece.Direction),
                state.Start + state.Node.Offset(piece.IsMemory, piece.Direction), state.Node.HiddenSize,
                state.Initial.Input is { } input ? Place(input, piece.Direction) : null, finals.GetValueOrDefault(piece)))),
        ];
    }

    private OnnxStatePlace Place(InputSource input, int direction)
        => new(
            input.Name, (input.FirstRow ?? 0) + direction,
            StateOrder.IsBatchFirst(((DynamicValue)values[input.Name]).Axes, parts: null)
                ?? throw Refused($"input {DisplayText.Text(input.Name)}", OtherOrder));

    /// <summary>The place of each final state in the first output that has it.</summary>
    private Dictionary<StatePiece, OnnxStatePlace> Finals((string Name, DynamicValue Value)[] outputs)
    {
        var finals = new Dictionary<StatePiece, OnnxStatePlace>();
        HashSet<RecurrentNode> nodes = [.. chain.States.Select(state => state.Node)];
        foreach ((string name, DynamicValue value) in outputs)
        {
            if (value.Source is not StateSource { Pieces: { } pieces })
            {
                continue;
            }

            if (!pieces.All(piece => nodes.Contains(piece.Node)))
            {
                throw RefusedOutput(name, "expected the window of a convolution as a final state, but no Conv follows on it");
            }

            budget.Spend($"output {DisplayText.Text(name)}", pieces.Length);
            bool isBatchFirst = StateOrder.IsBatchFirst(value.Axes, pieces.Length) ?? throw RefusedOutput(name, OtherOrder);
            for (int part = 0; part < pieces.Length; part++)
            {
                finals.TryAdd(pieces[part], new OnnxStatePlace(name, part, isBatchFirst));
            }
        }

        return finals;
    }

    /// <summary>The constant parts of initial states, [B, S]; empty where there are none.</summary>
    private float[] InitialValues(int stateSize, out int batch)
    {
        ChainState[] constants = [.. chain.States.Where(state => state.Initial.Values is not null)];
        int[] batches = [.. constants.Select(state => state.Initial.Batch).Where(size => size > 1).Distinct()];
        if (batches.Length > 1)
        {
            throw Refused("initial states", $"expected states of as many sequences each, but they have {batches[0]} and {batches[1]}");
        }

        batch = batches is [var common] ? common : 1;
        long length = constants.Length == 0 ? 0 : (long)batch * stateSize;
        budget.Spend("initial states", length);
        var states = new float[length];
        foreach ((RecurrentNode node, bool isMemory, InitialState initial, int start) in constants)
        {
            int hidden = node.HiddenSize;
            for (int row = 0; row < node.Directions * batch; row++)
            {
                int direction = row / batch, sequence = row % batch;
                initial.Values.AsSpan((direction * initial.Batch + sequence % initial.Batch) * hidden, hidden)
                    .CopyTo(states.AsSpan(sequence * stateSize + start + node.Offset(isMemory, direction)));
            }
        }

        return states;
    }

    private FastRnnFormatException RefusedOutput(string name, string rule) => Refused($"output {DisplayText.Text(name)}", rule);

    private FastRnnFormatException Refused(string item, string rule, Exception? cause = null) => new(path, item, rule, cause);

    private static ReadOnlyCollection<OnnxAxis> Roles(Axis[] axes)
    {
        Axis[] single = [.. axes.SelectMany(axis => axis.Unjoined)];
        return Array.AsReadOnly(Array.ConvertAll(single, Role));

        // Where several have a role, those of one element mean nothing to the caller.
        OnnxAxis Role(Axis axis)
            => axis.Role is { } role && axis == (Array.Find(single, other => other.Role == role && !other.IsSingle)
                ?? Array.Find(single, other => other.Role == role))
                ? role
                : OnnxAxis.One;
    }
}
