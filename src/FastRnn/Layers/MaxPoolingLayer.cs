using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>y = max x⟨t⟩, element by element. The state is the maximum so far and the count. The gradient goes to the first step that has
/// the maximum.</summary>
/// <param name="width">the floats of a row</param>
internal sealed class MaxPoolingLayer(int width) : PoolingLayer(width)
{
    internal override int StateSize => OutputSize + StepCount.Length;

    private protected override void Add(Span<float> state, ReadOnlySpan<float> x)
    {
        Span<float> maximum = state[..OutputSize], count = state[OutputSize..];
        if (StepCount.Value(count) == 0)
        {
            x.CopyTo(maximum);
        }
        else
        {
            TensorPrimitives.Max(maximum, x, maximum);
        }

        StepCount.Increment(count);
    }

    private protected override void Finish(ReadOnlySpan<float> state, Span<float> y) => state[..OutputSize].CopyTo(y);

    private protected override void Backward(
        in SequenceRows steps, ReadOnlySpan<float> initial, ReadOnlySpan<float> final, ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, Span<float> scratch, ParameterBuffer gradients)
    {
        // What has not found its step yet.
        Span<float> open = scratch[..OutputSize], maximum = stateGradient[..OutputSize];
        TensorPrimitives.Add(outputGradient, maximum, open);
        bool hasInitial = StepCount.Value(initial[OutputSize..]) != 0;
        Take(hasInitial ? initial[..OutputSize] : [], output, open, maximum);
        for (int step = 0; step < steps.Count; step++)
        {
            Take(steps[step], output, open, steps.GradientOf(step));
        }

        if (!hasInitial)
        {
            maximum.Clear();
        }

        stateGradient[OutputSize..].Clear();
    }

    /// <summary>Moves the gradient of those elements that have the maximum.</summary>
    private static void Take(ReadOnlySpan<float> x, ReadOnlySpan<float> output, Span<float> open, Span<float> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            bool takes = x[i] == output[i];
            float taken = takes ? open[i] : 0;
            open[i] = takes ? 0 : open[i];
            if (!gradient.IsEmpty)
            {
                gradient[i] = taken;
            }
        }
    }
}
