using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>How far a training has come, as JSON.</summary>
internal static class FitStateJson
{
    private const int LargestCount = 1 << 24;

    internal static string Write(FitState state) => JsonMemberWriter.Write(json => Exchange(json, state));

    internal static FitState Read(SafetensorsFile file)
        => JsonMemberReader.Read(file.Path, FileContent.Fit, file.Metadata[FileContent.Fit], json => Exchange(json, new FitState()));

    private static FitState Exchange(JsonMembers json, FitState state) => new()
    {
        Epoch = (int)json.Count("epoch", state.Epoch, int.MaxValue),
        Batch = json.Count("batch", state.Batch),
        Updates = json.Count("updates", state.Updates),
        BestLoss = Infinite(json, "bestLoss", state.BestLoss),
        BestUpdate = json.Count("bestUpdate", state.BestUpdate),
        Waited = (int)json.Count("waited", state.Waited, int.MaxValue),
        Plateau = new PlateauState
        {
            Best = Infinite(json, "plateauBest", state.Plateau.Best),
            Waited = (int)json.Count("plateauWaited", state.Plateau.Waited, int.MaxValue),
            Factor = Share(json, "plateauFactor", state.Plateau.Factor),
        },
        Seconds = json.Double("seconds", state.Seconds),
        LossSum = json.Double("lossSum", state.LossSum),
        LossCount = json.Count("lossCount", state.LossCount),
        History = [.. json.Objects("history", state.History, LargestCount, Exchange)],
    };

    private static ValidationRecord Exchange(JsonMembers json, ValidationRecord? record) => new()
    {
        Epoch = json.Int("epoch", record?.Epoch ?? 0),
        Update = json.Long("update", record?.Update ?? 0),
        TrainingLoss = json.Float("trainingLoss", record?.TrainingLoss ?? 0),
        ValidationLoss = json.Has("validationLoss", record?.ValidationLoss is { } loss && float.IsFinite(loss))
            ? json.Float("validationLoss", record?.ValidationLoss ?? 0)
            : null,
        LearningRate = json.Float("learningRate", record?.LearningRate ?? 0),
        Seconds = json.Double("seconds", record?.Seconds ?? 0),
        IsBest = json.Bool("isBest", record?.IsBest ?? false),
    };

    private static float Share(JsonMembers json, string name, float value)
    {
        float read = json.Float(name, value);
        return read is >= 0 and <= 1
            ? read
            : throw json.Fault(FormattableString.Invariant($"expected a number from 0 to 1 for '{name}', but it is {read}"));
    }

    /// <summary>Infinity, which JSON has no number for, is left out.</summary>
    private static float Infinite(JsonMembers json, string name, float value)
        => json.Has(name, float.IsFinite(value)) ? json.Float(name, value) : float.PositiveInfinity;
}
