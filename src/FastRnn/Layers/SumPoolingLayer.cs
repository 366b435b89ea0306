using System.Numerics.Tensors;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// y = Σ x⟨t⟩, or the mean (1/T)·Σ x⟨t⟩. The state is the sum, what rounding has added to it too much, and the count, so that a stream of
/// any length keeps its digits. Source of the sum: W. Kahan, Further remarks on reducing truncation errors, CACM 8 (1965).
/// </summary>
/// <param name="width">the floats of a row</param>
/// <param name="isMean">whether the sum is divided by the count</param>
internal sealed class SumPoolingLayer(int width, bool isMean) : PoolingLayer(width)
{
    internal override int StateSize => 2 * OutputSize + StepCount.Length;

    private protected override void Add(Span<float> state, ReadOnlySpan<float> x)
    {
        CompensatedSum.Add(x, state[..OutputSize], state.Slice(OutputSize, OutputSize));
        StepCount.Increment(state[^StepCount.Length..]);
    }

    private protected override void Finish(ReadOnlySpan<float> state, Span<float> y)
    {
        TensorPrimitives.Subtract(state[..OutputSize], state.Slice(OutputSize, OutputSize), y);
        if (isMean)
        {
            TensorPrimitives.Multiply(y, 1 / StepCount.Value(state[^StepCount.Length..]), y);
        }
    }

    /// <summary>Each step has the same gradient; the count has none.</summary>
    private protected override void Backward(
        in SequenceRows steps, ReadOnlySpan<float> initial, ReadOnlySpan<float> final, ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, Span<float> scratch, ParameterBuffer gradients)
    {
        Span<float> sum = stateGradient[..OutputSize];
        float factor = isMean ? 1 / StepCount.Value(final[^StepCount.Length..]) : 1;
        TensorPrimitives.MultiplyAdd(outputGradient, factor, sum, sum);
        for (int step = 0; step < steps.Count; step++)
        {
            sum[..steps.GradientOf(step).Length].CopyTo(steps.GradientOf(step));
        }

        TensorPrimitives.Negate(sum, stateGradient.Slice(OutputSize, OutputSize));
        stateGradient[^StepCount.Length..].Clear();
    }
}
