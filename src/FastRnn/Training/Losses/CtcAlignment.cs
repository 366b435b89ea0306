using System.Buffers;
using System.Numerics.Tensors;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// All ways to write the labels of one sequence over its steps, forward and backward, as logarithms in double. The states are the labels
/// with blanks before, between and behind them: s = 0 … 2·L. From a step to the next, a way stays, goes to the next state, or leaves out
/// the blank between two labels that differ.
/// </summary>
internal readonly ref struct CtcAlignment : IDisposable
{
    /// <summary>The logarithm of what is impossible: so low that nothing is left of it beside what is possible, and finite, so that
    /// differences are no NaN.</summary>
    private const double Impossible = -1e30;

    private readonly double[] _rented;
    private readonly int _sequence;
    private readonly int _steps;
    private readonly int _blank;

    /// <param name="batch">with the sequence's targets</param>
    /// <param name="sequence">which one</param>
    /// <param name="blank">the class that is no label</param>
    /// <param name="noLabel">the target behind the last label</param>
    internal CtcAlignment(in LossBatch batch, int sequence, int blank, int noLabel)
    {
        _sequence = sequence;
        _blank = blank;
        _steps = batch.GetSteps(sequence);
        while (LabelCount < _steps && batch.TargetIndices[batch.GetRow(LabelCount, sequence)] != noLabel)
        {
            LabelCount++;
        }

        _rented = ArrayPool<double>.Shared.Rent(checked((_steps + 8) * Stride));
    }

    /// <summary>L</summary>
    internal int LabelCount { get; }

    /// <summary>2·L + 1</summary>
    private int States => 2 * LabelCount + 1;

    /// <summary>Two impossible states before the first, or behind the last, make all three ways to a state slices of a row.</summary>
    private int Stride => States + 2;

    /// <summary>−ln p(labels); leaves its gradient times a factor in the place of the logits.</summary>
    internal double Evaluate(in LossBatch batch, float scale)
    {
        Span<double> forward = _rented.AsSpan(0, _steps * Stride);
        Span<double> skips = Row(0), emissions = Row(1)[..States], ways = Row(2)[..States], after = Row(3), backward = Row(4);
        Span<double> shares = Row(5)[..States], scratch = Row(6, count: 2);
        FindSkips(batch, skips);
        forward.Fill(Impossible);
        for (int step = 0; step < _steps; step++)
        {
            Span<float> row = batch.OutputsOf(batch.GetRow(step, _sequence));
            Softmax.NormalizeLog(row, row);
            Emit(batch, row, emissions);
            Span<double> here = forward.Slice(step * Stride + 2, States);
            if (step == 0)
            {
                emissions[..Math.Min(2, States)].CopyTo(here);
                continue;
            }

            // ln(exp α⟨t−1⟩(s) + exp α⟨t−1⟩(s − 1) + exp α⟨t−1⟩(s − 2)) + ln y⟨t⟩(s), the last one where s − 1 may be left out.
            ReadOnlySpan<double> before = forward.Slice((step - 1) * Stride, Stride);
            TensorPrimitives.Add(before[..States], skips[..States], ways);
            LogSum(before[2..], before.Slice(1, States), ways, here, scratch);
            TensorPrimitives.Add(here, emissions, here);
        }

        double likelihood = LogSum(
            forward[_steps * Stride - 1], LabelCount > 0 ? forward[_steps * Stride - 2] : Impossible);

        if (likelihood < Impossible / 2)
        {
            return double.PositiveInfinity;
        }

        // β⟨T⟩ is 1 at the last label and behind it, and leaves out y⟨t⟩, which α has.
        backward.Fill(Impossible);
        backward[Math.Max(0, States - 2)..States].Clear();
        for (int step = _steps - 1; step >= 0; step--)
        {
            Span<float> row = batch.OutputsOf(batch.GetRow(step, _sequence));
            Emit(batch, row, emissions);
            Span<double> here = backward[..States];
            TensorPrimitives.Add(forward.Slice(step * Stride + 2, States), here, shares);
            TensorPrimitives.Subtract(shares, likelihood, shares);
            TensorPrimitives.Exp(shares, shares);
            LeaveGradient(batch, row, shares, scale);
            after.Fill(Impossible);
            TensorPrimitives.Add(here, emissions, after);
            TensorPrimitives.Add(after[2..], skips[2..], ways);
            LogSum(after[..States], after.Slice(1, States), ways, here, scratch);
        }

        return -likelihood;
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_rented);

    /// <summary>Rows behind those of the forward pass.</summary>
    private Span<double> Row(int number, int count = 1) => _rented.AsSpan((_steps + number) * Stride, count * Stride);

    /// <summary>0 where a way may come from two states before, else impossible; [States] and 2 more.</summary>
    private void FindSkips(in LossBatch batch, Span<double> skips)
    {
        skips.Fill(Impossible);
        for (int label = 1; label < LabelCount; label++)
        {
            skips[2 * label + 1] = LabelAt(batch, label) == LabelAt(batch, label - 1) ? Impossible : 0;
        }
    }

    /// <summary>ln y⟨t⟩ of each state's class.</summary>
    private void Emit(in LossBatch batch, ReadOnlySpan<float> logarithms, Span<double> emissions)
    {
        emissions.Fill(logarithms[_blank]);
        for (int label = 0; label < LabelCount; label++)
        {
            emissions[2 * label + 1] = logarithms[LabelAt(batch, label)];
        }

        // A logit of −∞ is impossible too, and finite, as all else.
        TensorPrimitives.Max(emissions, Impossible, emissions);
    }

    /// <summary>∂(−ln p)/∂o: the softmax minus the share of each class at this step.</summary>
    private void LeaveGradient(in LossBatch batch, Span<float> row, ReadOnlySpan<double> shares, float scale)
    {
        TensorPrimitives.Exp(row, row);
        TensorPrimitives.Multiply(row, scale, row);
        for (int state = 0; state < shares.Length; state++)
        {
            int index = state % 2 == 0 ? _blank : LabelAt(batch, state / 2);
            row[index] -= (float)(scale * shares[state]);
        }
    }

    private int LabelAt(in LossBatch batch, int label) => batch.TargetIndices[batch.GetRow(label, _sequence)];

    /// <summary>ln(exp a + exp b + exp c), of which c is lost.</summary>
    private static void LogSum(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, Span<double> sum, Span<double> scratch)
    {
        Span<double> max = scratch[..c.Length], terms = scratch.Slice(c.Length, c.Length);
        TensorPrimitives.Max(a, b, max);
        TensorPrimitives.Max(max, c, max);
        ExpShifted(c, max, terms);
        ExpShifted(a, max, c);
        TensorPrimitives.Add(terms, c, terms);
        ExpShifted(b, max, c);
        TensorPrimitives.Add(terms, c, terms);
        TensorPrimitives.Log(terms, terms);
        TensorPrimitives.Add(terms, max, sum);
    }

    private static void ExpShifted(ReadOnlySpan<double> values, ReadOnlySpan<double> shifts, Span<double> exponentials)
    {
        TensorPrimitives.Subtract(values, shifts, exponentials);
        TensorPrimitives.Exp(exponentials, exponentials);
    }

    private static double LogSum(double a, double b)
        => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
