using System.Collections.ObjectModel;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>Makes the model of the flows that lead to the output, and finds what the graph's inputs and outputs are.</summary>
internal sealed class ModelBuilder(
    string path, GraphProto graph, IReadOnlyDictionary<string, GraphValue> values, FlowEntry entry, RecurrentImport recurrent,
    GraphWarnings warnings, ValueBudget budget)
{
    private const string OtherOrder = "expected states in the order [parts, N, H] or [N, parts, H], but their axes are in another";

    private readonly List<LayerState> _states = [];

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
        int main = Main(outputs);
        Flow result = entry.Of(Reader(outputs[main].Name), outputs[main].Value);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (i != main && outputs[i].Value.Source is not StateSource)
            {
                throw RefusedOutput(
                    outputs[i].Name,
                    $"expected final states beside the output {DisplayText.Text(outputs[main].Name)}, but it is {outputs[i].Value}");
            }
        }

        if (recurrent.HasLengths
            && outputs.Any(output => output.Value.Source is StateSource { Pieces: { } pieces } && pieces.Any(piece => piece.Node.IsWindow)))
        {
            throw Refused(
                "graph",
                "expected no sequence_lens with a window that is put out, which ends with the longest sequence, but there are both");
        }

        RnnModel model = Model(result);
        ReadOnlyCollection<OnnxState> states = Array.AsReadOnly(States(outputs));
        float[] initialStates = InitialValues(model.Spec.StateSize, out int batch);
        return new ImportedModel(
            model, new NamedAxes(InputName, Roles(((DynamicValue)values[InputName]).Axes)),
            new NamedAxes(outputs[main].Name, Roles(outputs[main].Value.Axes)), recurrent.LengthsName,
            recurrent.FixedLengths is { } lengths ? Array.AsReadOnly(Array.ConvertAll(lengths, length => (int)length)) : null,
            states, initialStates, batch, warnings.All);
    }

    private DynamicValue Output(string name)
        => values.GetValueOrDefault(name) as DynamicValue
            ?? throw RefusedOutput(name, "expected what a node puts out and depends on the inputs");

    /// <summary>The output that is not a state; of states alone, the outputs of the last layer that has some.</summary>
    private int Main((string Name, DynamicValue Value)[] outputs)
    {
        int main = Array.FindIndex(outputs, output => output.Value.Source is FlowSource);
        if (main >= 0)
        {
            return main;
        }

        RecurrentNode[] all = [.. outputs.Select(output => output.Value.Source).OfType<StateSource>()
            .SelectMany(state => state.Pieces.Select(piece => piece.Node)).Where(node => !node.IsWindow).Distinct()];
        int joined = Array.FindIndex(
            outputs,
            output => output.Value.Source is StateSource { Pieces: { Length: > 1 } pieces }
                && pieces.AsSpan().SequenceEqual([.. all.SelectMany(node => node.Pieces())])
                && output.Value.Axes.All(axis => axis.Role != OnnxAxis.Direction || axis.IsSingle));
        if (all.Length > 1 && joined >= 0)
        {
            return joined;
        }

        int last = -1;
        for (int i = 0; i < outputs.Length; i++)
        {
            bool isOutput = outputs[i].Value.Source is StateSource { Pieces: [{ Node: { IsWindow: false } node }, ..] pieces }
                && pieces.AsSpan().SequenceEqual(node.Pieces());
            if (isOutput && entry.OfLayer(((StateSource)outputs[i].Value.Source).Pieces[0].Node).Place is var place && place > last)
            {
                (main, last) = (i, place);
            }
        }

        return main >= 0
            ? main
            : throw Refused("graph", "expected what the last layer puts out among the outputs, but they are "
                + (outputs.Length == 0 ? "none" : DisplayText.List(outputs.Select(output => output.Name))));
    }

    private RnnModel Model(Flow output)
    {
        Flow root = entry.Root!;
        List<LayerPart> parts = new FlowDecomposition(output, recurrent.HasLengths, budget).Layers(output);
        if (parts.Count == 0)
        {
            throw Refused("graph", "expected at least one layer between input and output, but there is none");
        }

        FixScales(parts);
        PartLimits.Check(parts);
        try
        {
            LayerSpec[] layers = [.. parts.Select(part => part.ToSpec())];
            int inputs = PartMaker.SizeOf(root);
            RnnSpec spec = root.Operation is NetworkInput { IsIndices: true }
                ? RnnSpec.ForIndices(inputs, layers)
                : new RnnSpec(inputs, layers);
            FindStates(parts, spec);
            return RnnModel.FromParameters(spec, parameters => Fill(parts, parameters));
        }
        catch (ArgumentException exception)
        {
            throw Refused(
                "graph", $"expected a network that the library can hold, but {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>The scale of the inputs and that of the outputs are no matter of training.</summary>
    private static void FixScales(List<LayerPart> parts)
    {
        for (int i = 0; i < parts.Count && parts[i] is AffinePart affine; i++)
        {
            parts[i] = affine with { IsTrained = false };
        }

        for (int i = parts.Count - 1; i >= 0 && parts[i] is AffinePart affine; i--)
        {
            parts[i] = affine with { IsTrained = false };
        }
    }

    /// <summary>Writes the parameters of all layers, one behind another, and releases what they come from.</summary>
    private static void Fill(List<LayerPart> parts, Span<float> parameters)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            int count = (int)parts[i].ParameterCount();
            parts[i].Fill(parameters[..count]);
            parameters = parameters[count..];
        }

        parts.Clear();
    }

    private void FindStates(List<LayerPart> parts, RnnSpec spec)
    {
        foreach ((LayerPart part, int layer, string path) in PartLimits.Leaves(parts))
        {
            (RecurrentNode? node, InitialState? hidden, InitialState? memory) = part switch
            {
                WholePart { Operation: RecurrentOperation whole } => (whole.Node, whole.Hidden, whole.Memory),
                TimeDelayPart { Operation: { Window: { } window } delay } => (window, delay.Initial, null),
                _ => (null, null, null),
            };
            if (node is null)
            {
                continue;
            }

            string name = $"{path}{(node.IsWindow ? "window" : "h")}";
            int start = spec.StateParts.FirstOrDefault(state => state.Layer == layer && state.Name == name).Offset;
            _states.Add(new LayerState(node, layer, path, IsMemory: false, hidden!, start));
            if (memory is not null)
            {
                _states.Add(new LayerState(node, layer, path, IsMemory: true, memory, start));
            }
        }
    }

    private OnnxState[] States((string Name, DynamicValue Value)[] outputs)
    {
        Dictionary<StatePiece, OnnxStatePlace> finals = Finals(outputs);
        return
        [
            .. _states.SelectMany(state => state.Node.Pieces(state.IsMemory).Select(piece => new OnnxState(
                state.Layer, state.Name, piece.IsMemory, state.Node.IsReverse(piece.Direction),
                state.Start + state.Node.Offset(piece.IsMemory, piece.Direction), state.Node.HiddenSize,
                state.Initial.Input is { } input ? Place(input, state.Initial.FirstRow + piece.Direction) : null,
                finals.GetValueOrDefault(piece)))),
        ];
    }

    private OnnxStatePlace Place(string input, int part)
        => new(
            input, part,
            StateOrder.IsBatchFirst(((DynamicValue)values[input]).Axes, parts: null)
                ?? throw Refused($"input {DisplayText.Text(input)}", OtherOrder));

    /// <summary>The place of each final state in the first output that has it.</summary>
    private Dictionary<StatePiece, OnnxStatePlace> Finals((string Name, DynamicValue Value)[] outputs)
    {
        var finals = new Dictionary<StatePiece, OnnxStatePlace>();
        HashSet<RecurrentNode> nodes = [.. _states.Select(state => state.Node)];
        foreach ((string name, DynamicValue value) in outputs)
        {
            if (value.Source is not StateSource { Pieces: { } pieces })
            {
                continue;
            }

            if (!pieces.All(piece => nodes.Contains(piece.Node)))
            {
                throw RefusedOutput(
                    name,
                    pieces.Any(piece => piece.Node.IsWindow)
                        ? "expected the window of a convolution as a final state, but no Conv follows on it"
                        : "expected final states of layers that lead to the network's output, but it has another's");
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
        LayerState[] constants = [.. _states.Where(state => state.Initial.Values is not null)];
        int[] batches = [.. constants.Select(state => state.Initial.Batch).Where(size => size > 1).Distinct()];
        if (batches.Length > 1)
        {
            throw Refused("initial states", $"expected states of as many sequences each, but they have {batches[0]} and {batches[1]}");
        }

        batch = batches is [var common] ? common : 1;
        long length = constants.Length == 0 ? 0 : (long)batch * stateSize;
        budget.Spend("initial states", length);
        var states = new float[length];
        foreach ((RecurrentNode node, _, _, bool isMemory, InitialState initial, int start) in constants)
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

    private string InputName => ((NetworkInput)entry.Root!.Operation).Name;

    /// <summary>What names an output in messages.</summary>
    private NodeReader Reader(string output)
        => new(path, 0, graph.Node.FirstOrDefault(node => node.Output.Contains(output)) ?? new NodeProto { Output = { output } });

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
