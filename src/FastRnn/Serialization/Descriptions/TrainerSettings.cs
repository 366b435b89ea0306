using System.Buffers;
using System.Text;
using System.Text.Json;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>What a trainer is beside its weights and their moments, as JSON: its optimizer, its loss, and how far it has come.</summary>
internal sealed record TrainerSettings
{
    private const string MaxGradientNormName = "maxGradientNorm";

    /// <summary>The names that files have; the first is another than the property's, so that older files load.</summary>
    private static readonly JsonNames<Loss> Losses = new(
        ("squaredError", Loss.HalfSquaredError), ("crossEntropy", Loss.CrossEntropy), ("binaryCrossEntropy", Loss.BinaryCrossEntropy));

    internal required Optimizer Optimizer { get; init; }

    internal required Loss Loss { get; init; }

    /// <summary>Infinity, which JSON has no number for, is left out of the text.</summary>
    internal required float MaxGradientNorm { get; init; }

    internal required long Updates { get; init; }

    internal required long Steps { get; init; }

    internal bool CarriesState { get; init; }

    /// <summary>The sequences whose state is carried; 0 for none.</summary>
    internal int CarriedBatch { get; init; }

    internal static TrainerSettings Of(WeightUpdate update, Loss loss, long steps) => new()
    {
        Optimizer = update.Optimizer,
        Loss = loss,
        MaxGradientNorm = update.MaxGradientNorm,
        Updates = update.Updates,
        Steps = steps,
    };

    internal string Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("optimizer");
            OptimizerJson.Write(json, Optimizer);
            json.WriteEndObject();
            json.WriteString("loss", Losses[Loss]);
            if (float.IsFinite(MaxGradientNorm))
            {
                json.WriteNumber(MaxGradientNormName, MaxGradientNorm);
            }

            json.WriteNumber("updates", Updates);
            json.WriteNumber("steps", Steps);
            json.WriteBoolean("carriesState", CarriesState);
            json.WriteNumber("carriedBatch", CarriedBatch);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static TrainerSettings Read(SafetensorsFile file)
        => JsonMembers.Read(file.Path, FileContent.Trainer, file.Metadata[FileContent.Trainer], members => new TrainerSettings
        {
            Optimizer = members.Object("optimizer", OptimizerJson.Read),
            Loss = members.Choice("loss", Losses),
            MaxGradientNorm = members.Has(MaxGradientNormName) ? members.Float(MaxGradientNormName) : float.PositiveInfinity,
            Updates = NotNegative(members, "updates"),
            Steps = NotNegative(members, "steps"),
            CarriesState = members.Bool("carriesState"),
            CarriedBatch = (int)NotNegative(members, "carriedBatch", int.MaxValue),
        });

    private static long NotNegative(JsonMembers members, string name, long largest = long.MaxValue / 4)
        => members.Long(name) is var value && value >= 0 && value <= largest
            ? value
            : throw members.Fault($"expected a number from 0 to {largest} for '{name}', but it is {value}");
}
