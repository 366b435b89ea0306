namespace FastRnn.Training;

/// <summary>
/// Connectionist temporal classification: −ln p(labels) / max(1, L) for a sequence of L labels whose places among the T steps are unknown.
/// p(labels) is the sum over all ways to write a class at each step that become the labels once repetitions are joined and then blanks
/// removed, of the product of the steps' softmax. The mean is over the sequences, each of which counts by the weight of its first step. For
/// a last layer whose activation is <see cref="Activation.Softmax"/>, <see cref="Activation.LogSoftmax"/> or
/// <see cref="Activation.Identity"/>; computed from the logits.
/// </summary>
/// <remarks>
/// Targets are [T, N] indices: the labels of a sequence at its first L steps, and <see cref="NoLabel"/> behind them up to its end. A
/// sequence needs a step for each label, and one more between two equal ones. <see cref="Decode"/> reads the labels out of outputs.
/// <para>The numbers are PyTorch's <c>CTCLoss</c> with <c>reduction="mean"</c>. Source: A. Graves, S. Fernández, F. Gomez and
/// J. Schmidhuber, Connectionist temporal classification, ICML 2006.</para>
/// </remarks>
public sealed record CtcLoss : LossFunction
{
    internal CtcLoss()
    {
    }

    /// <summary>The target of a step that has no label, −1.</summary>
    public const int NoLabel = -1;

    /// <summary>The class that stands for no label; 0 unless set, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public int Blank
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Blank));
            field = value;
        }
    }

    /// <inheritdoc/>
    public override bool TakesIndices => true;

    /// <inheritdoc/>
    public override bool TakesLogits => true;

    /// <summary>The labels of the likeliest way through a sequence: the class of the highest output at each step, repetitions joined,
    /// blanks removed. That need not be the likeliest labels. NaN is never the highest.</summary>
    /// <param name="outputs">Probabilities, their logarithms, or logits of one sequence, [T, O].</param>
    /// <param name="outputSize">O, at least 1.</param>
    /// <param name="labels">Receives the labels; room for T is always enough.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size of outputs is below 1 or not above <see cref="Blank"/>.</exception>
    /// <exception cref="ArgumentException">Outputs are no whole rows, or there is no room for all labels; some may have been written.
    /// </exception>
    public int Decode(ReadOnlySpan<float> outputs, int outputSize, Span<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(outputSize, Blank);
        if (outputs.Length % outputSize != 0)
        {
            throw new ArgumentException($"Expected rows of {outputSize} values, but got {outputs.Length} values.", nameof(outputs));
        }

        int count = 0, before = Blank;
        for (int start = 0; start < outputs.Length; start += outputSize)
        {
            int best = IndexOfHighest(outputs.Slice(start, outputSize));
            if (best != Blank && best != before)
            {
                if (count == labels.Length)
                {
                    throw new ArgumentException($"Expected room for all labels, but got {labels.Length}.", nameof(labels));
                }

                labels[count++] = best;
            }

            before = best;
        }

        return count;
    }

    /// <inheritdoc/>
    protected internal override bool Accepts(int outputSize, Activation? activation)
        => activation?.Kind is ActivationKind.Softmax or ActivationKind.LogSoftmax or ActivationKind.Identity && Blank < outputSize;

    /// <inheritdoc/>
    protected internal override string? Refusal(double target, int outputSize)
        => target == NoLabel || (target != Blank && base.Refusal(target, outputSize) is null)
            ? null
            : FormattableString.Invariant(
                $"labels from 0 to {outputSize - 1} but for the blank, {Blank}, or {NoLabel} behind the last one");

    /// <inheritdoc/>
    protected internal override double TotalWeight(in LossBatch batch)
    {
        double total = 0;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            total += batch.WeightOf(sequence);
        }

        return total;
    }

    /// <inheritdoc/>
    protected internal override double Evaluate(in LossBatch batch, float scale)
    {
        double sum = 0;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            float weight = batch.WeightOf(sequence);
            if (weight == 0)
            {
                for (int step = 0; step < batch.GetSteps(sequence); step++)
                {
                    batch.OutputsOf(batch.GetRow(step, sequence)).Clear();
                }
            }
            else
            {
                using var alignment = new CtcAlignment(batch, sequence, Blank, NoLabel);
                int labels = Math.Max(1, alignment.LabelCount);
                sum += weight * alignment.Evaluate(batch, scale * weight / labels) / labels;
            }
        }

        return sum;
    }

    /// <summary>A label behind the end of labels, or more labels than the steps can have.</summary>
    private protected override void CheckSequences(
        ReadOnlySpan<int> targets, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weights)
    {
        for (int sequence = 0; sequence < batch; sequence++)
        {
            int steps = lengths.IsEmpty ? targets.Length / batch : lengths[sequence], labels = 0, needed = 0;
            for (int step = 0; step < steps && (weights.IsEmpty || weights[sequence] != 0); step++)
            {
                int place = step * batch + sequence, label = targets[place];
                if (label == NoLabel)
                {
                    continue;
                }

                if (labels < step)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(targets), label,
                        FormattableString.Invariant(
                            $"Expected {NoLabel} behind the last label, but {nameof(targets)}[{place}] is {label}."));
                }

                labels++;
                needed += step > 0 && targets[place - batch] == label ? 2 : 1;
            }

            if (needed > steps)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Expected a step for each label and between equal ones, but sequence {sequence} has ")
                        + FormattableString.Invariant($"{steps} steps for {labels} labels that take {needed}."),
                    nameof(targets));
            }
        }
    }

    private static int IndexOfHighest(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] || float.IsNaN(row[best]) ? i : best;
        }

        return best;
    }
}
