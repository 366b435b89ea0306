namespace FastRnn.Training;

/// <summary>
/// The pinball loss of quantiles q: max(q·e, (q − 1)·e) with e = y − ŷ; ∂/∂ŷ = −q where e is above 0, 1 − q where it is below, 0 where it
/// is 0. Of each target there are as many outputs as levels, one behind the other: O = targets · levels. The mean is over all of
/// them. For any last layer but one whose activation is a softmax or its logarithm. Targets are values [T, N, O / levels], many-to-one
/// [N, O / levels]. Source: R. Koenker and G. Bassett, Regression quantiles, Econometrica 46 (1978).
/// </summary>
public sealed record QuantileLoss : LossFunction
{
    internal QuantileLoss(IReadOnlyList<float> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        float before = 0;
        foreach (float level in levels)
        {
            if (!(level is > 0 and < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(levels), level, "Expected levels above 0 and below 1.");
            }

            before = level > before
                ? level
                : throw new ArgumentException(
                    FormattableString.Invariant($"Expected levels that increase, but got {level} behind {before}."), nameof(levels));
        }

        Levels = levels.Count > 0 ? [.. levels] : throw new ArgumentException("Expected at least one level, but got none.", nameof(levels));
    }

    /// <summary>q, in increasing order.</summary>
    public IReadOnlyList<float> Levels { get; }

    /// <inheritdoc/>
    public override int GetTargetSize(int outputSize) => outputSize / Levels.Count;

    /// <summary>Whether both are the same loss.</summary>
    /// <param name="other">Another one, or null.</param>
    public bool Equals(QuantileLoss? other) => other is not null && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Levels.Count, Levels[0]);

    /// <inheritdoc/>
    protected internal override bool Accepts(int outputSize, Activation? activation)
        => outputSize % Levels.Count == 0 && base.Accepts(outputSize, activation);

    /// <inheritdoc/>
    protected internal override double TotalWeight(in LossBatch batch) => base.TotalWeight(batch) * batch.OutputSize;

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale)
    {
        double sum = 0;
        int count = Levels.Count, targets = batch.OutputSize / count;
        for (int row = 0; row < batch.Rows; row++)
        {
            float weight = batch.WeightOf(row);
            Span<float> outputs = batch.OutputsOf(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                if (weight == 0)
                {
                    outputs[i] = 0;
                    continue;
                }

                float level = Levels[i % count], error = batch.Targets[row * targets + i / count] - outputs[i];
                float slope = error > 0 ? level : error < 0 ? level - 1 : 0;
                sum += (double)weight * (float.IsNaN(error) ? error : slope * error);
                outputs[i] = -slope * weight * scale;
            }
        }

        return sum;
    }
}
