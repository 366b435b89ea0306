using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>What a trainer is beside its weights and their moments, as JSON: its optimizer, its loss, and how far it has come.</summary>
internal sealed record TrainerSettings
{
    private const int LargestCount = 1 << 20;

    /// <summary>Null where it is of the caller's own.</summary>
    internal Optimizer? Optimizer { get; init; }

    /// <summary>Null where it is of the caller's own.</summary>
    internal LossFunction? Loss { get; init; }

    /// <summary>Infinity, which JSON has no number for, is left out of the text.</summary>
    internal float MaxGradientNorm { get; init; }

    /// <summary>As <see cref="MaxGradientNorm"/>.</summary>
    internal float MaxGradientValue { get; init; }

    internal float LearningRateScale { get; init; }

    internal float AverageDecay { get; init; }

    /// <summary>The frozen layers of the network, or of the encoder.</summary>
    internal IReadOnlyList<int> FrozenLayers { get; init; } = [];

    internal IReadOnlyList<int> FrozenDecoderLayers { get; init; } = [];

    /// <summary>Of a decoder; null for never.</summary>
    internal ScheduledSampling? Sampling { get; init; }

    internal long Updates { get; init; }

    internal long Steps { get; init; }

    internal bool CarriesState { get; init; }

    /// <summary>The sequences whose state is carried; 0 for none.</summary>
    internal int CarriedBatch { get; init; }

    internal static TrainerSettings Of(Trainer trainer) => new()
    {
        Optimizer = trainer.Optimizer,
        Loss = trainer.Loss,
        MaxGradientNorm = trainer.MaxGradientNorm,
        MaxGradientValue = trainer.MaxGradientValue,
        LearningRateScale = trainer.LearningRateScale,
        AverageDecay = trainer.AverageDecay,
        FrozenLayers = [.. trainer.Networks[0].FrozenLayers.Order()],
        FrozenDecoderLayers = trainer.Networks.Count > 1 ? [.. trainer.Networks[1].FrozenLayers.Order()] : [],
        Sampling = (trainer as EncoderDecoderTrainer)?.ScheduledSampling,
        Updates = trainer.Updates,
        Steps = trainer.Steps,
    };

    /// <summary>The settings that do not need a step to have been taken.</summary>
    internal void ApplyTo(Trainer trainer)
    {
        trainer.MaxGradientNorm = MaxGradientNorm;
        trainer.MaxGradientValue = MaxGradientValue;
        trainer.LearningRateScale = LearningRateScale;
        trainer.AverageDecay = AverageDecay;
        trainer.Steps = Steps;
        trainer.Update.Updates = Updates;
    }

    internal string Write() => JsonMemberWriter.Write(json => Exchange(json, this));

    internal static TrainerSettings Read(SafetensorsFile file)
        => JsonMemberReader.Read(
            file.Path, FileContent.Trainer, file.Metadata[FileContent.Trainer], json => Exchange(json, new TrainerSettings()));

    private static TrainerSettings Exchange(JsonMembers json, TrainerSettings settings) => new()
    {
        Optimizer = json.Object("optimizer", new OptimizerJson.Members(settings.Optimizer), OptimizerJson.Exchange).Optimizer,
        Loss = LossJson.Exchange(json, "loss", settings.Loss),
        MaxGradientNorm = Finite(json, "maxGradientNorm", settings.MaxGradientNorm),
        MaxGradientValue = Finite(json, "maxGradientValue", settings.MaxGradientValue),
        LearningRateScale = json.Has("learningRateScale", settings.LearningRateScale != 1)
            ? json.Float("learningRateScale", settings.LearningRateScale)
            : 1,
        AverageDecay = json.Has("averageDecay", settings.AverageDecay > 0) ? json.Float("averageDecay", settings.AverageDecay) : 0,
        FrozenLayers = Layers(json, "frozenLayers", settings.FrozenLayers),
        FrozenDecoderLayers = Layers(json, "frozenDecoderLayers", settings.FrozenDecoderLayers),
        Sampling = json.Has("samplingProbability", settings.Sampling is not null)
            ? new ScheduledSampling
            {
                Probability = json.Float("samplingProbability", settings.Sampling?.Probability ?? 0),
                RampUpdates = json.Count("samplingRampUpdates", settings.Sampling?.RampUpdates ?? 0),
                Seed = json.Int("samplingSeed", settings.Sampling?.Seed ?? 0),
            }
            : null,
        Updates = json.Count("updates", settings.Updates),
        Steps = json.Count("steps", settings.Steps),
        CarriesState = json.Bool("carriesState", settings.CarriesState),
        CarriedBatch = (int)json.Count("carriedBatch", settings.CarriedBatch, int.MaxValue),
    };

    /// <summary>Infinity, which JSON has no number for, is left out of the text.</summary>
    private static float Finite(JsonMembers json, string name, float value)
        => json.Has(name, float.IsFinite(value)) ? json.Float(name, value) : float.PositiveInfinity;

    private static IReadOnlyList<int> Layers(JsonMembers json, string name, IReadOnlyList<int> layers)
        => json.Has(name, layers.Count > 0)
            ? [.. json.Floats(name, [.. layers.Select(layer => (float)layer)], LargestCount).Select(Whole)]
            : [];

    private static int Whole(float number)
        => number == (int)number
            ? (int)number
            : throw new ArgumentException(FormattableString.Invariant($"Expected the number of a layer, but got {number}."));
}
