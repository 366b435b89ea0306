using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>
/// A loss in JSON: a text, its kind, where it is as it is unless told otherwise; else an object of <c>kind</c> and what is told.
/// A loss of the caller's own is <c>custom</c>, which can't be read.
/// </summary>
internal static class LossJson
{
    private const int LargestCount = 1 << 20;

    /// <summary>The first name is another than the property's, so that older files load.</summary>
    private static readonly JsonNames<LossFunction> Texts = new(
        ("squaredError", Loss.HalfSquaredError), ("meanSquaredError", Loss.SquaredError), ("absoluteError", Loss.AbsoluteError),
        ("huber", Loss.Huber), ("crossEntropy", Loss.CrossEntropy), ("binaryCrossEntropy", Loss.BinaryCrossEntropy),
        ("gaussian", Loss.Gaussian), ("ctc", Loss.Ctc));

    /// <summary>Writes a loss, or reads one: null where it is of the caller's own.</summary>
    internal static LossFunction? Exchange(JsonMembers json, string name, LossFunction? loss)
        => json.IsText(name, loss is not null && Texts.Has(loss))
            ? json.Choice(name, Texts, loss ?? Loss.HalfSquaredError)
            : json.Object(name, new Members(loss), Exchange).Loss;

    private static Members Exchange(JsonMembers json, Members? members)
    {
        LossFunction? loss = members?.Loss;
        string kind = json.Text("kind", loss switch
        {
            HuberLoss => "huber",
            QuantileLoss => "quantile",
            CrossEntropyLoss => "crossEntropy",
            BinaryCrossEntropyLoss => "binaryCrossEntropy",
            CtcLoss => "ctc",
            _ => FileContent.Custom,
        });
        return new Members(kind switch
        {
            "huber" => Loss.Huber with { Delta = json.Float("delta", (loss as HuberLoss)?.Delta ?? 0) },
            "quantile" => Loss.Quantile(json.Floats("levels", (loss as QuantileLoss)?.Levels ?? [], LargestCount)),
            "crossEntropy" => CrossEntropy(json, loss as CrossEntropyLoss ?? Loss.CrossEntropy),
            "binaryCrossEntropy" => Loss.BinaryCrossEntropy with
            {
                PositiveWeight = json.Float("positiveWeight", (loss as BinaryCrossEntropyLoss)?.PositiveWeight ?? 0),
            },
            "ctc" => Loss.Ctc with { Blank = json.Int("blank", (loss as CtcLoss)?.Blank ?? 0) },
            FileContent.Custom => null,
            _ => throw json.Fault($"expected a kind that this version knows, but it is '{kind}'"),
        });
    }

    private static CrossEntropyLoss CrossEntropy(JsonMembers json, CrossEntropyLoss loss)
        => new()
        {
            ClassWeights = json.Has("classWeights", loss.ClassWeights is not null)
                ? json.Floats("classWeights", loss.ClassWeights ?? [], LargestCount)
                : null,
            LabelSmoothing = json.Float("labelSmoothing", loss.LabelSmoothing),
            IgnoredTarget = json.Has("ignoredTarget", loss.IgnoredTarget is not null)
                ? json.Int("ignoredTarget", loss.IgnoredTarget ?? 0)
                : null,
        };

    /// <summary>An object for what exchanges objects.</summary>
    private sealed record Members(LossFunction? Loss);
}
