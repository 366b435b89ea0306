namespace FastRnn.Training;

/// <summary>
/// ½·(s + (y − μ)²·e⁻ˢ), the negative logarithm of a normal distribution's density without its constant, ½·ln 2π, with the mean μ and the
/// logarithm of the variance s. The first half of an output is μ, the second half s: O = 2 · targets. ∂/∂μ = (μ − y)·e⁻ˢ,
/// ∂/∂s = ½·(1 − (y − μ)²·e⁻ˢ). The mean is over the targets of an output too. For a last layer whose activation is
/// <see cref="Activation.Identity"/>. Targets are values [T, N, O / 2], many-to-one [N, O / 2]. Source: D. A. Nix and A. S. Weigend,
/// Estimating the mean and variance of the target probability distribution, ICNN 1994.
/// </summary>
public sealed record GaussianLoss : LossFunction
{
    internal GaussianLoss()
    {
    }

    /// <inheritdoc/>
    public override int GetTargetSize(int outputSize) => outputSize / 2;

    /// <inheritdoc/>
    protected internal override bool Accepts(int outputSize, Activation? activation)
        => outputSize % 2 == 0 && (activation is null || activation.Value.Kind == ActivationKind.Identity);

    /// <inheritdoc/>
    protected internal override double TotalWeight(in LossBatch batch) => base.TotalWeight(batch) * GetTargetSize(batch.OutputSize);

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale)
    {
        double sum = 0;
        int targets = batch.OutputSize / 2;
        for (int row = 0; row < batch.Rows; row++)
        {
            float weight = batch.WeightOf(row);
            Span<float> outputs = batch.OutputsOf(row);
            if (weight == 0)
            {
                outputs.Clear();
                continue;
            }

            for (int i = 0; i < targets; i++)
            {
                double error = outputs[i] - (double)batch.Targets[row * targets + i], s = outputs[targets + i], precision = Math.Exp(-s);
                sum += weight * 0.5 * (s + error * error * precision);
                outputs[i] = (float)(scale * weight * error * precision);
                outputs[targets + i] = (float)(scale * weight * 0.5 * (1 - error * error * precision));
            }
        }

        return sum;
    }
}
