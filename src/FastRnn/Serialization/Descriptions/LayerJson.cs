using System.Text.Json;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Serialization;

/// <summary>The members of a layer in JSON: <c>kind</c>, and the options of that kind.</summary>
internal static class LayerJson
{
    private const string Kind = "kind";
    private const string OutputSize = "outputSize";
    private const string HiddenSize = "hiddenSize";
    private const string ActivationName = "activation";
    private const string Custom = "custom";

    private static readonly JsonNames<Activation> Activations = new(
        ("identity", Activation.Identity), ("tanh", Activation.Tanh), ("relu", Activation.Relu), ("sigmoid", Activation.Sigmoid),
        ("softmax", Activation.Softmax));

    internal static void Write(Utf8JsonWriter json, Layer layer)
    {
        switch (layer)
        {
            case Cell cell:
                WriteCell(json, cell);
                break;
            case Cell.BidirectionalSpec both:
                json.WriteString(Kind, "bidirectional");
                json.WriteStartObject("cell");
                WriteCell(json, both.Cell);
                json.WriteEndObject();
                break;
            case Cell.ReversedSpec reversed:
                json.WriteString(Kind, "reversed");
                json.WriteStartObject("cell");
                WriteCell(json, reversed.Cell);
                json.WriteEndObject();
                break;
            case Layer.DenseSpec dense:
                json.WriteString(Kind, "dense");
                json.WriteNumber(OutputSize, dense.Size);
                json.WriteString(ActivationName, Activations[dense.Activation]);
                break;
            case Layer.TimeDelaySpec delay:
                json.WriteString(Kind, "timeDelay");
                json.WriteNumber(OutputSize, delay.Size);
                json.WriteNumber("width", delay.Width);
                json.WriteNumber("dilation", delay.Dilation);
                json.WriteString(ActivationName, Activations[delay.Activation]);
                break;
            case Layer.EmbeddingSpec embedding:
                json.WriteString(Kind, "embedding");
                json.WriteNumber("size", embedding.Size);
                break;
            case Layer.DropoutSpec dropout:
                json.WriteString(Kind, "dropout");
                json.WriteNumber("rate", dropout.Rate);
                json.WriteNumber("seed", dropout.Seed);
                break;
            default:
                throw new ArgumentException($"Expected a layer that files can describe, but got {layer.Kind}.", nameof(layer));
        }
    }

    internal static Layer Read(JsonMembers members)
    {
        string kind = members.Text(Kind);
        return kind switch
        {
            "bidirectional" => Cell.Bidirectional(members.Object("cell", cell => ReadCell(cell, cell.Text(Kind)))),
            "reversed" => Cell.Reversed(members.Object("cell", cell => ReadCell(cell, cell.Text(Kind)))),
            "dense" => Layer.Dense(members.Int(OutputSize), members.Choice(ActivationName, Activations)),
            "timeDelay" => Layer.TimeDelay(
                members.Int(OutputSize), members.Int("width"), members.Int("dilation"), members.Choice(ActivationName, Activations)),
            "embedding" => Layer.Embedding(members.Int("size")),
            "dropout" => Layer.Dropout(members.Float("rate"), members.Int("seed")),
            _ => ReadCell(members, kind),
        };
    }

    private static void WriteCell(Utf8JsonWriter json, Cell cell)
    {
        string kind = KindOf(cell);
        json.WriteString(Kind, kind);
        json.WriteNumber(HiddenSize, cell.HiddenSize);
        switch (cell)
        {
            case Cell.CellSpec<ElmanCell<TanhActivation>>:
                json.WriteString(ActivationName, Activations[Activation.Tanh]);
                break;
            case Cell.CellSpec<ElmanCell<ReluActivation>>:
                json.WriteString(ActivationName, Activations[Activation.Relu]);
                break;
            case Cell.JordanSpec jordan:
                json.WriteNumber(OutputSize, jordan.Size);
                json.WriteString(ActivationName, Activations[jordan.Activation]);
                json.WriteString("outputActivation", Activations[jordan.Output]);
                break;
            case Cell.CellSpec<LstmCell<True>> or Cell.CellSpec<LstmCell<False>>:
                json.WriteBoolean("peepholes", cell is Cell.CellSpec<LstmCell<True>>);
                break;
            case Cell.CellSpec<GruCell> or Cell.ResetBeforeGruSpec { IsPlain: true }:
                json.WriteBoolean("resetAfter", cell is Cell.CellSpec<GruCell>);
                break;
            default:
                WriteCustom(json, cell);
                break;
        }
    }

    /// <summary>Only the caller has the arithmetic; this tells it which.</summary>
    private static void WriteCustom(Utf8JsonWriter json, Cell cell)
    {
        (string name, int gates, int states, int coefficients) = cell.Arithmetic
            ?? throw new ArgumentException($"Expected a cell that files can describe, but got {cell.Kind}.", nameof(cell));
        json.WriteString("name", name);
        json.WriteNumber("gates", gates);
        json.WriteNumber("states", states);
        json.WriteNumber("coefficients", coefficients);
    }

    private static string KindOf(Cell cell) => cell switch
    {
        Cell.CellSpec<ElmanCell<TanhActivation>> or Cell.CellSpec<ElmanCell<ReluActivation>> => "elman",
        Cell.JordanSpec => "jordan",
        Cell.CellSpec<LstmCell<True>> or Cell.CellSpec<LstmCell<False>> => "lstm",
        Cell.CellSpec<GruCell> or Cell.ResetBeforeGruSpec { IsPlain: true } => "gru",
        _ => Custom,
    };

    private static Cell ReadCell(JsonMembers members, string kind) => kind switch
    {
        "elman" => Cell.Elman(members.Int(HiddenSize), members.Choice(ActivationName, Activations)),
        "jordan" => Cell.Jordan(
            members.Int(HiddenSize), members.Int(OutputSize), members.Choice(ActivationName, Activations),
            members.Choice("outputActivation", Activations)),
        "lstm" => Cell.Lstm(members.Int(HiddenSize), members.Bool("peepholes")),
        "gru" => Cell.Gru(members.Int(HiddenSize), members.Bool("resetAfter")),
        Custom => throw members.Fault(
            $"expected cells of the library, but '{members.Text("name")}' is one of the caller's own: give the spec when loading"),
        _ => throw members.Fault($"expected a kind that this version knows, but it is '{kind}'"),
    };
}
