using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>The members of a layer in JSON: <c>kind</c>, and the options of that kind. Options that have come later are written where they
/// differ from what the layer is without them.</summary>
internal static class LayerJson
{
    private const string Kind = "kind";
    private const string OutputSize = "outputSize";
    private const string HiddenSize = "hiddenSize";
    private const string ActivationName = "activation";
    private const string GateActivation = "gateActivation";
    private const string CandidateActivation = "candidateActivation";
    private const string OutputActivation = "outputActivation";
    private const string Clip = "clip";
    private const string CoupledGates = "coupledGates";
    private const string Cell = "cell";

    private static readonly JsonNames<Activation> Activations = new(
        ("identity", Activation.Identity), ("tanh", Activation.Tanh), ("relu", Activation.Relu), ("sigmoid", Activation.Sigmoid),
        ("softmax", Activation.Softmax));

    internal static void Write(Utf8JsonWriter json, LayerSpec layer)
    {
        switch (layer)
        {
            case CellSpec cell:
                WriteCell(json, cell);
                break;
            case BidirectionalSpec both:
                WriteWithin(json, "bidirectional", both.Inner);
                break;
            case ReversedSpec reversed:
                WriteWithin(json, "reversed", reversed.Inner);
                break;
            case DenseSpec dense:
                json.WriteString(Kind, "dense");
                json.WriteNumber(OutputSize, dense.OutputSize);
                json.WriteString(ActivationName, Activations[dense.Activation]);
                break;
            case TimeDelaySpec delay:
                json.WriteString(Kind, "timeDelay");
                json.WriteNumber(OutputSize, delay.OutputSize);
                json.WriteNumber("width", delay.Width);
                json.WriteNumber("dilation", delay.Dilation);
                json.WriteString(ActivationName, Activations[delay.Activation]);
                break;
            case EmbeddingSpec embedding:
                json.WriteString(Kind, "embedding");
                json.WriteNumber("size", embedding.Size);
                break;
            case DropoutSpec dropout:
                json.WriteString(Kind, "dropout");
                json.WriteNumber("rate", dropout.Rate);
                json.WriteNumber("seed", dropout.Seed);
                break;
            default:
                throw new ArgumentException($"Expected a layer that files can describe, but got {layer.Kind}.", nameof(layer));
        }
    }

    internal static LayerSpec Read(JsonMembers members)
    {
        string kind = members.Text(Kind);
        return kind switch
        {
            "bidirectional" => FastRnn.Cell.Bidirectional(members.Object(Cell, cell => ReadCell(cell, cell.Text(Kind)))),
            "reversed" => FastRnn.Cell.Reversed(members.Object(Cell, cell => ReadCell(cell, cell.Text(Kind)))),
            "dense" => Layer.Dense(members.Int(OutputSize), members.Choice(ActivationName, Activations)),
            "timeDelay" => Layer.TimeDelay(
                members.Int(OutputSize), members.Int("width"), members.Int("dilation"), members.Choice(ActivationName, Activations)),
            "embedding" => Layer.Embedding(members.Int("size")),
            "dropout" => Layer.Dropout(members.Float("rate"), members.Int("seed")),
            _ => ReadCell(members, kind),
        };
    }

    private static void WriteWithin(Utf8JsonWriter json, string kind, CellSpec cell)
    {
        json.WriteString(Kind, kind);
        json.WriteStartObject(Cell);
        WriteCell(json, cell);
        json.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter json, CellSpec spec)
    {
        json.WriteString(Kind, KindOf(spec));
        json.WriteNumber(HiddenSize, spec.HiddenSize);
        switch (spec)
        {
            case ElmanSpec elman:
                json.WriteString(ActivationName, Activations[elman.Activation]);
                WriteClip(json, elman.Clip);
                break;
            case JordanSpec jordan:
                json.WriteNumber(OutputSize, jordan.OutputSize);
                json.WriteString(ActivationName, Activations[jordan.Activation]);
                json.WriteString(OutputActivation, Activations[jordan.OutputActivation]);
                break;
            case LstmSpec lstm:
                json.WriteBoolean("peepholes", lstm.Peepholes);
                WriteActivation(json, GateActivation, lstm.GateActivation, Activation.Sigmoid);
                WriteActivation(json, CandidateActivation, lstm.CandidateActivation, Activation.Tanh);
                WriteActivation(json, OutputActivation, lstm.OutputActivation, Activation.Tanh);
                WriteClip(json, lstm.Clip);
                if (lstm.CoupledGates)
                {
                    json.WriteBoolean(CoupledGates, true);
                }

                break;
            case GruSpec gru:
                json.WriteBoolean("resetAfter", gru.ResetAfter);
                WriteActivation(json, GateActivation, gru.GateActivation, Activation.Sigmoid);
                WriteActivation(json, CandidateActivation, gru.CandidateActivation, Activation.Tanh);
                WriteClip(json, gru.Clip);
                break;
            case CustomCellSpec custom:
                // Only the caller has the arithmetic; this tells it which.
                json.WriteString("name", custom.Name);
                json.WriteNumber("gates", custom.Gates);
                json.WriteNumber("states", custom.States);
                json.WriteNumber("coefficients", custom.UnitWeights);
                break;
        }
    }

    private static void WriteActivation(Utf8JsonWriter json, string name, Activation activation, Activation usual)
    {
        if (activation != usual)
        {
            json.WriteString(name, Activations[activation]);
        }
    }

    private static void WriteClip(Utf8JsonWriter json, float clip)
    {
        if (!float.IsPositiveInfinity(clip))
        {
            json.WriteNumber(Clip, clip);
        }
    }

    private static string KindOf(CellSpec cell) => cell switch
    {
        ElmanSpec => "elman",
        JordanSpec => "jordan",
        LstmSpec => "lstm",
        GruSpec => "gru",
        CustomCellSpec => "custom",
        _ => throw new ArgumentException($"Expected a cell that files can describe, but got {cell.Kind}.", nameof(cell)),
    };

    private static CellSpec ReadCell(JsonMembers members, string kind) => kind switch
    {
        "elman" => FastRnn.Cell.Elman(members.Int(HiddenSize), members.Choice(ActivationName, Activations)) with
        {
            Clip = ReadClip(members),
        },
        "jordan" => FastRnn.Cell.Jordan(
            members.Int(HiddenSize), members.Int(OutputSize), members.Choice(ActivationName, Activations),
            members.Choice(OutputActivation, Activations)),
        "lstm" => FastRnn.Cell.Lstm(members.Int(HiddenSize), members.Bool("peepholes")) with
        {
            GateActivation = ReadActivation(members, GateActivation, Activation.Sigmoid),
            CandidateActivation = ReadActivation(members, CandidateActivation, Activation.Tanh),
            OutputActivation = ReadActivation(members, OutputActivation, Activation.Tanh),
            Clip = ReadClip(members),
            CoupledGates = members.Has(CoupledGates) && members.Bool(CoupledGates),
        },
        "gru" => FastRnn.Cell.Gru(members.Int(HiddenSize), members.Bool("resetAfter")) with
        {
            GateActivation = ReadActivation(members, GateActivation, Activation.Sigmoid),
            CandidateActivation = ReadActivation(members, CandidateActivation, Activation.Tanh),
            Clip = ReadClip(members),
        },
        "custom" => throw members.Fault(
            $"expected cells of the library, but '{members.Text("name")}' is one of the caller's own: give the spec when loading"),
        _ => throw members.Fault($"expected a kind that this version knows, but it is '{kind}'"),
    };

    private static Activation ReadActivation(JsonMembers members, string name, Activation usual)
        => members.Has(name) ? members.Choice(name, Activations) : usual;

    private static float ReadClip(JsonMembers members) => members.Has(Clip) ? members.Float(Clip) : float.PositiveInfinity;
}
