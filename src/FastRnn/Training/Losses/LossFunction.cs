using System.Numerics.Tensors;

namespace FastRnn.Training;

/// <summary>
/// What training makes small: L = Σ wᵣ·l(ŷᵣ, yᵣ) / Σ wᵣ over R outputs, R being T·N, the sum of the lengths where those are given, or N for
/// many-to-one. wᵣ is 1 unless weights of targets are given. Each loss says what else its mean is over. Where all weights are 0 the loss is
/// 0. Derive from it for a loss of your own.
/// </summary>
public abstract record LossFunction
{
    /// <summary>Whether targets are class indices and not values.</summary>
    public virtual bool TakesIndices => false;

    /// <summary>Whether the loss is computed from what the last layer has before its activation, and not from the outputs.</summary>
    public virtual bool TakesLogits => false;

    /// <summary>How many targets an output of a size has: O, or 1 index.</summary>
    /// <param name="outputSize">O.</param>
    public virtual int GetTargetSize(int outputSize) => TakesIndices ? 1 : outputSize;

    /// <summary>Whether the loss is defined for a network's outputs. Unless overridden it is where the activation of the last layer is
    /// elementwise.</summary>
    /// <param name="outputSize">O.</param>
    /// <param name="activation">The activation of a dense or a time-delay layer that is the last one; null where another layer is.</param>
    protected internal virtual bool Accepts(int outputSize, Activation? activation) => activation is not { IsElementwise: false };

    /// <summary>Throws where a target is out of range. Values may be any unless overridden: one that is not finite makes the loss not
    /// finite. Of indices each has to be a class.</summary>
    /// <param name="target">A target's value or, as a number, its index.</param>
    /// <param name="outputSize">O.</param>
    /// <returns>What is expected, for the message; null where the target is in range.</returns>
    protected internal virtual string? Refusal(double target, int outputSize)
        => !TakesIndices || (target >= 0 && target < outputSize) ? null : $"indices from 0 to {outputSize - 1}";

    /// <summary>Whether <see cref="Refusal"/> has to be asked.</summary>
    private protected virtual bool ChecksTargets => TakesIndices;

    /// <summary>Σ wᵣ, what the sum of losses is divided by. Unless overridden the sum of the weights, or R.</summary>
    /// <param name="batch">Targets and weights; outputs as they are.</param>
    protected internal virtual double TotalWeight(in LossBatch batch)
        => batch.Weights.IsEmpty ? batch.Rows : TensorPrimitives.Sum(batch.Weights);

    /// <summary>Σ wᵣ·l(ŷᵣ, yᵣ), and in the place of the outputs its gradient times <paramref name="scale"/>.</summary>
    /// <param name="batch">Outputs, targets and weights. Where a weight is 0, neither output nor target may count, and the gradient is 0.
    /// </param>
    /// <param name="scale">The factor of the gradient.</param>
    protected internal abstract double Evaluate(in LossBatch batch, float scale);

    /// <summary>L, and its gradient in the place of the outputs.</summary>
    internal LossValue MeanOf(in LossBatch batch)
    {
        double total = TotalWeight(batch);
        double sum = Evaluate(batch, total > 0 ? (float)(1 / total) : 0);
        return new LossValue(total > 0 ? sum / total : 0, total);
    }

    /// <summary>Throws for a target out of range, naming the place and the value. Targets beyond a sequence's end, or without weight, are
    /// not looked at.</summary>
    /// <param name="targets">[T, N, target size]</param>
    /// <param name="outputSize">O</param>
    /// <param name="batch">N</param>
    /// <param name="lengths">[N], or none</param>
    /// <param name="weights">[T, N], or none</param>
    internal void Check(SequenceData targets, int outputSize, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weights)
    {
        if (!ChecksTargets)
        {
            return;
        }

        int size = GetTargetSize(outputSize);
        ReadOnlySpan<float> values = targets.Values;
        ReadOnlySpan<int> indices = targets.Indices;
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / size;
            bool counts = (lengths.IsEmpty || row / batch < lengths[row % batch]) && (weights.IsEmpty || weights[row] != 0);
            double target = TakesIndices ? indices[i] : values[i];
            if (counts && Refusal(target, outputSize) is { } expected)
            {
                object actual = TakesIndices ? indices[i] : (object)values[i];
                throw new ArgumentOutOfRangeException(
                    nameof(targets), actual, FormattableString.Invariant($"Expected {expected}, but {nameof(targets)}[{i}] is {actual}."));
            }
        }

        CheckSequences(indices, batch, lengths, weights);
    }

    /// <summary>Throws for a sequence whose targets are in range, but not as a whole.</summary>
    /// <param name="targets">[T, N]</param>
    /// <param name="batch">N</param>
    /// <param name="lengths">[N], or none</param>
    /// <param name="weights">[T, N], or none</param>
    private protected virtual void CheckSequences(
        ReadOnlySpan<int> targets, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weights)
    {
    }

    /// <summary>The name of the loss.</summary>
    public sealed override string ToString()
    {
        const string Suffix = "Loss";
        string name = GetType().Name;
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}
