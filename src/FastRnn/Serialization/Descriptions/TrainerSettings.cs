using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>What a trainer is beside its weights and their moments, as JSON: its optimizer, its loss, and how far it has come.</summary>
internal sealed record TrainerSettings
{
    /// <summary>The names that files have; the first is another than the property's, so that older files load.</summary>
    private static readonly JsonNames<Loss> Losses = new(
        ("squaredError", Loss.HalfSquaredError), ("crossEntropy", Loss.CrossEntropy), ("binaryCrossEntropy", Loss.BinaryCrossEntropy));

    internal Optimizer Optimizer { get; init; } = new GradientDescent(1);

    internal Loss Loss { get; init; } = Loss.HalfSquaredError;

    /// <summary>Infinity, which JSON has no number for, is left out of the text.</summary>
    internal float MaxGradientNorm { get; init; }

    internal long Updates { get; init; }

    internal long Steps { get; init; }

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

    internal string Write() => JsonMemberWriter.Write(json => Exchange(json, this));

    internal static TrainerSettings Read(SafetensorsFile file)
        => JsonMemberReader.Read(
            file.Path, FileContent.Trainer, file.Metadata[FileContent.Trainer], json => Exchange(json, new TrainerSettings()));

    private static TrainerSettings Exchange(JsonMembers json, TrainerSettings settings) => new()
    {
        Optimizer = json.Object("optimizer", settings.Optimizer, OptimizerJson.Exchange),
        Loss = json.Choice("loss", Losses, settings.Loss),
        MaxGradientNorm = json.Has("maxGradientNorm", float.IsFinite(settings.MaxGradientNorm))
            ? json.Float("maxGradientNorm", settings.MaxGradientNorm)
            : float.PositiveInfinity,
        Updates = NotNegative(json, "updates", settings.Updates),
        Steps = NotNegative(json, "steps", settings.Steps),
        CarriesState = json.Bool("carriesState", settings.CarriesState),
        CarriedBatch = (int)NotNegative(json, "carriedBatch", settings.CarriedBatch, int.MaxValue),
    };

    private static long NotNegative(JsonMembers json, string name, long number, long largest = long.MaxValue / 4)
        => json.Long(name, number) is var value && value >= 0 && value <= largest
            ? value
            : throw json.Fault($"expected a number from 0 to {largest} for '{name}', but it is {value}");
}
