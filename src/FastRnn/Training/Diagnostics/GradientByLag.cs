using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace FastRnn.Training;

/// <summary>
/// The gradient of the loss at a sequence's last step with respect to the states before it. For each lag k the last k steps are run from
/// the true state at T − k, and back-propagation gives the gradient of that state: exact, whatever the layers are.
/// </summary>
internal sealed class GradientByLag
{
    private readonly RnnTrainer _trainer;
    private readonly Backpropagation _bptt;
    private readonly RnnSpec _spec;

    /// <summary>By layer and lag the sum of norms, and how many sequences have the lag.</summary>
    private readonly SortedDictionary<int, (double[] Sums, int Count)> _norms = [];

    /// <param name="trainer">which gives the loss</param>
    /// <param name="bptt">a copy of its weights</param>
    internal GradientByLag(RnnTrainer trainer, Backpropagation bptt)
    {
        _trainer = trainer;
        _bptt = bptt;
        _spec = bptt.Spec;
    }

    /// <summary>Adds one sequence.</summary>
    /// <param name="inputs">[T, I], or the bits of indices [T, K]</param>
    /// <param name="beside">the values beside indices [T, V], if there are any</param>
    /// <param name="targets">[T, target size], or of one target [target size]; the bits of indices</param>
    /// <param name="steps">T</param>
    internal void Add(float[] inputs, float[] beside, float[] targets, int steps)
    {
        int targetWidth = _spec.HasOneOutput ? targets.Length : targets.Length / steps;
        float[] state = new float[_spec.StateSize], gradient = new float[_spec.StateSize];
        int reached = 0;
        foreach (int lag in LagsOf(steps - 1).Reverse())
        {
            int start = steps - lag;
            if (start > reached)
            {
                _bptt.ForwardToState(
                    Inputs(inputs, beside, steps, reached, start - reached),
                    new BatchShape { Steps = start - reached, Sequences = 1 }, (float[])[.. state], trainingStep: 0);
                _bptt.CopyFinalState(state);
                reached = start;
            }

            float[] weights = new float[_spec.OutputSteps(lag)];
            weights[^1] = 1;
            Span<float> own = _spec.HasOneOutput ? targets : targets.AsSpan(start * targetWidth);
            SequenceData last = Inputs(inputs, beside, steps, start, lag);
            _bptt.Forward(
                _trainer.Loss, last, Data(own, _trainer.Loss.TakesIndices), new BatchShape { Steps = lag, Sequences = 1 }, state,
                weights: weights);
            _bptt.Backward(last, initialGradient: gradient);
            Count(lag, gradient);
        }
    }

    /// <summary>The means of a layer.</summary>
    internal IReadOnlyList<LagNorm> Of(int layer)
        => _spec.StateParts.Any(part => part.Layer == layer)
            ? [.. _norms.Select(lag => new LagNorm(lag.Key, lag.Value.Sums[layer] / lag.Value.Count))]
            : [];

    /// <summary>1, 2, 3, 4, 6, 8, 12, 16, 24, … up to the longest, which comes last.</summary>
    internal static IEnumerable<int> LagsOf(int longest)
    {
        var lags = new SortedSet<int>();
        for (int lag = 1; lag > 0 && lag <= longest; lag *= 2)
        {
            lags.Add(lag);
            if (lag >= 2 && lag + lag / 2 <= longest)
            {
                lags.Add(lag + lag / 2);
            }
        }

        if (longest > 0)
        {
            lags.Add(longest);
        }

        return lags;
    }

    private void Count(int lag, ReadOnlySpan<float> gradient)
    {
        (double[] sums, int count) = _norms.GetValueOrDefault(lag, (new double[_spec.Layers.Count], 0));
        foreach (IGrouping<int, StatePart> layer in _spec.StateParts.GroupBy(part => part.Layer))
        {
            double squares = 0;
            foreach (StatePart part in layer)
            {
                squares += TensorPrimitives.SumOfSquares(gradient.Slice(part.Offset, part.Length));
            }

            sums[layer.Key] += Math.Sqrt(squares);
        }

        _norms[lag] = (sums, count + 1);
    }

    /// <summary>Some of the steps.</summary>
    private SequenceData Inputs(float[] inputs, float[] beside, int steps, int start, int count)
    {
        int width = inputs.Length / steps, besideWidth = beside.Length / steps;
        Span<float> own = inputs.AsSpan(start * width, count * width);
        return besideWidth > 0
            ? new SequenceData(MemoryMarshal.Cast<float, int>(own), beside.AsSpan(start * besideWidth, count * besideWidth))
            : Data(own, _spec.IndexCount > 0);
    }

    private static SequenceData Data(Span<float> values, bool isIndices) => isIndices ? MemoryMarshal.Cast<float, int>(values) : values;
}
