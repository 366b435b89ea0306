using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// y = Σ a⟨t⟩·x⟨t⟩ with a = softmax over the steps of e⟨t⟩ = w·x⟨t⟩, in one pass: the state is v = Σ exp(e⟨t⟩ − m)·x⟨t⟩,
/// s = Σ exp(e⟨t⟩ − m) and m, the largest score so far; where m grows, v and s are scaled down. y = v / s. Source: M. Milakov and
/// N. Gimelshein, Online normalizer calculation for softmax, arXiv 1805.02867 (2018).
/// </summary>
/// <param name="weights">w [1, I]</param>
internal sealed class AttentionPoolingLayer(ParameterSlice weights) : PoolingLayer(weights.Columns)
{
    private readonly AlignedBuffer _weights = AlignedBuffer.Allocate(weights.Length);

    internal override int StateSize => OutputSize + 2;

    private ReadOnlySpan<float> Weights => _weights.Slice(0, OutputSize);

    internal override void Pack(ParameterBuffer parameters) => parameters[weights].CopyTo(_weights.Span);

    private protected override void Add(Span<float> state, ReadOnlySpan<float> x)
    {
        Span<float> sum = state[..OutputSize];
        ref float weight = ref state[OutputSize], largest = ref state[OutputSize + 1];
        float score = TensorPrimitives.Dot(Weights, x);
        if (weight == 0 || !(score <= largest))
        {
            // Before the first step there is nothing to scale down.
            float scale = weight == 0 ? 0 : MathF.Exp(largest - score);
            largest = score;
            weight = weight * scale;
            TensorPrimitives.Multiply(sum, scale, sum);
        }

        float factor = MathF.Exp(score - largest);
        weight += factor;
        TensorPrimitives.MultiplyAdd(x, factor, sum, sum);
    }

    private protected override void Finish(ReadOnlySpan<float> state, Span<float> y)
        => TensorPrimitives.Divide(state[..OutputSize], state[OutputSize], y);

    /// <remarks>y does not depend on m, but v and s of the final state do, by ∂v/∂m = −v and ∂s/∂m = −s: that goes to the step whose score
    /// m is.</remarks>
    private protected override void Backward(
        in SequenceRows steps, ReadOnlySpan<float> initial, ReadOnlySpan<float> final, ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient, Span<float> stateGradient, Span<float> scratch, ParameterBuffer gradients)
    {
        Span<float> sumGradient = stateGradient[..OutputSize], scoreRow = scratch[..OutputSize];
        float weight = final[OutputSize], largest = final[OutputSize + 1];
        float largestGradient = stateGradient[OutputSize + 1] - TensorPrimitives.Dot<float>(sumGradient, final[..OutputSize])
            - stateGradient[OutputSize] * weight;
        float weightGradient = stateGradient[OutputSize] - TensorPrimitives.Dot(outputGradient, output) / weight;
        TensorPrimitives.MultiplyAdd(outputGradient, 1 / weight, sumGradient, sumGradient);
        bool hasInitial = initial[OutputSize] != 0;
        bool isOpen = !(hasInitial && initial[OutputSize + 1] == largest);
        scoreRow.Clear();
        for (int step = 0; step < steps.Count; step++)
        {
            ReadOnlySpan<float> x = steps[step];
            float score = TensorPrimitives.Dot(Weights, x), factor = MathF.Exp(score - largest);
            float scoreGradient = factor * (TensorPrimitives.Dot(sumGradient, x) + weightGradient);
            if (isOpen && score == largest)
            {
                scoreGradient += largestGradient;
                isOpen = false;
            }

            TensorPrimitives.MultiplyAdd(x, scoreGradient, scoreRow, scoreRow);
            Span<float> inputGradient = steps.GradientOf(step);
            if (!inputGradient.IsEmpty)
            {
                TensorPrimitives.Multiply(sumGradient, factor, inputGradient);
                TensorPrimitives.MultiplyAdd(Weights, scoreGradient, inputGradient, inputGradient);
            }
        }

        TensorPrimitives.Add(gradients[weights], scoreRow, gradients[weights]);
        float kept = hasInitial ? MathF.Exp(initial[OutputSize + 1] - largest) : 0;
        stateGradient[OutputSize + 1] = !hasInitial ? 0
            : kept * (TensorPrimitives.Dot<float>(sumGradient, initial[..OutputSize]) + weightGradient * initial[OutputSize])
                + (initial[OutputSize + 1] == largest ? largestGradient : 0);
        stateGradient[OutputSize] = kept * weightGradient;
        TensorPrimitives.Multiply(sumGradient, kept, sumGradient);
    }
}
