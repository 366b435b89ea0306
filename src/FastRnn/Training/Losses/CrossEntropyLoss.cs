using System.Numerics.Tensors;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// −(1 − s)·w[y]·ln p[y] − s/O·Σⱼ w[j]·ln p[j] with p = softmax(o), computed from the logits o, for a last layer whose activation is
/// <see cref="Activation.Softmax"/>, <see cref="Activation.LogSoftmax"/> or <see cref="Activation.Identity"/>. w are
/// <see cref="ClassWeights"/>, s is <see cref="LabelSmoothing"/>. The mean is over the w[y] of the targets that are not ignored. Targets
/// are class indices y [T, N], many-to-one [N], from 0 to O − 1.
/// </summary>
public sealed record CrossEntropyLoss : LossFunction
{
    internal CrossEntropyLoss()
    {
    }

    /// <summary>w, how much each class counts, O values; null for all alike.</summary>
    /// <exception cref="ArgumentException">There is no value, or one is below 0 or not finite.</exception>
    public IReadOnlyList<float>? ClassWeights
    {
        get;
        init
        {
            for (int i = 0; i < (value?.Count ?? 0); i++)
            {
                if (!(value![i] >= 0 && float.IsFinite(value[i])))
                {
                    throw new ArgumentException(
                        FormattableString.Invariant(
                            $"Expected finite weights of at least 0, but {nameof(ClassWeights)}[{i}] is {value[i]}."),
                        nameof(ClassWeights));
                }
            }

            field = value is { Count: 0 }
                ? throw new ArgumentException("Expected a weight for each class, but got none.", nameof(ClassWeights))
                : value?.ToArray();
        }
    }

    /// <summary>s, the share of a target that is spread over all classes; 0 unless set. Source: C. Szegedy et al., Rethinking the
    /// inception architecture for computer vision, CVPR 2016.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or above 1.</exception>
    public float LabelSmoothing
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value, "Expected a value from 0 to 1.");
    }

    /// <summary>The target that does not count, such as −100 for padding; null for none.</summary>
    public int? IgnoredTarget { get; init; }

    /// <inheritdoc/>
    public override bool TakesIndices => true;

    /// <inheritdoc/>
    public override bool TakesLogits => true;

    /// <summary>Whether both are the same loss.</summary>
    /// <param name="other">Another one, or null.</param>
    public bool Equals(CrossEntropyLoss? other)
        => other is not null && other.LabelSmoothing == LabelSmoothing && other.IgnoredTarget == IgnoredTarget
            && (ClassWeights ?? []).SequenceEqual(other.ClassWeights ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LabelSmoothing, IgnoredTarget, ClassWeights?.Count);

    /// <inheritdoc/>
    protected internal override bool Accepts(int outputSize, Activation? activation)
        => activation?.Kind is ActivationKind.Softmax or ActivationKind.LogSoftmax or ActivationKind.Identity
            && (ClassWeights?.Count ?? outputSize) == outputSize;

    /// <inheritdoc/>
    protected internal override string? Refusal(double target, int outputSize)
        => target == IgnoredTarget ? null
            : base.Refusal(target, outputSize) is { } expected && IgnoredTarget is { } ignored ? $"{expected} or {ignored}"
            : base.Refusal(target, outputSize);

    /// <inheritdoc/>
    protected internal override double TotalWeight(in LossBatch batch)
    {
        if (IgnoredTarget is null && ClassWeights is null)
        {
            return base.TotalWeight(batch);
        }

        double total = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            total += WeightOf(batch, row);
        }

        return total;
    }

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale)
    {
        double sum = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            float weight = WeightOf(batch, row);
            Span<float> o = batch.OutputsOf(row);
            if (weight == 0 && (batch.WeightOf(row) == 0 || batch.TargetIndices[row] == IgnoredTarget || LabelSmoothing == 0))
            {
                o.Clear();
            }
            else if (LabelSmoothing == 0)
            {
                sum += weight * OfTarget(o, batch.TargetIndices[row]);
                TensorPrimitives.Multiply(o, scale * weight, o);
            }
            else
            {
                sum += batch.WeightOf(row) * Smoothed(o, batch.TargetIndices[row], scale * batch.WeightOf(row));
            }
        }

        return sum;
    }

    /// <summary>ln Σ exp(oⱼ) − o[y]; leaves softmax(o) − the one-hot vector of y.</summary>
    private static double OfTarget(Span<float> o, int target)
    {
        float logit = o[target];

        // The maximum is taken off the logit first: added to the logarithm, it would round away what is small beside it.
        double loss = Softmax.Normalize(o, o, out float max) + ((double)max - logit);
        o[target] -= 1;
        return loss;
    }

    /// <summary>The loss of a row with label smoothing; leaves its gradient times a factor.</summary>
    private double Smoothed(Span<float> o, int target, float scale)
    {
        double share = (double)LabelSmoothing / o.Length, kept = (1 - LabelSmoothing) * WeightOf(target);
        double all = 0, dot = 0, own = o[target];
        for (int i = 0; i < o.Length; i++)
        {
            all += WeightOf(i);
            dot += WeightOf(i) * (double)o[i];
        }

        double log = Softmax.Normalize(o, o, out float max) + max;
        double loss = kept * (log - own) + share * (all * log - dot);
        double mass = kept + share * all;
        for (int i = 0; i < o.Length; i++)
        {
            o[i] = (float)(scale * (o[i] * mass - share * WeightOf(i) - (i == target ? kept : 0)));
        }

        return loss;
    }

    private float WeightOf(int target) => ClassWeights is { } weights ? weights[target] : 1;

    /// <summary>The weight of a row, 0 where its target is ignored.</summary>
    private float WeightOf(in LossBatch batch, int row)
        => batch.WeightOf(row) is not 0 and var weight && batch.TargetIndices[row] is var target && target != IgnoredTarget
            ? weight * WeightOf(target)
            : 0;
}
