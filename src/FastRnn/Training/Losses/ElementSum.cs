using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>A loss at one value with its own target.</summary>
internal interface IElementLoss
{
    /// <summary>The loss at an output or a logit, and its derivative.</summary>
    Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient);
}

/// <summary>The traversal of losses that are a sum over values, each with its own target.</summary>
internal static class ElementSum
{
    /// <summary>Terms summed in float before they are added to a sum in double.</summary>
    private const int BlockLength = 1024;

    /// <summary>Σ w·l, and in the place of the outputs the gradients, times a factor.</summary>
    internal static double Run<TLoss>(TLoss loss, in LossBatch batch, float scale)
        where TLoss : struct, IElementLoss
    {
        if (batch.Weights.IsEmpty)
        {
            return SumBlocks(loss, batch.Outputs, batch.Targets, scale);
        }

        double sum = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            Span<float> outputs = batch.OutputsOf(row);
            float weight = batch.Weights[row];
            if (weight == 0)
            {
                outputs.Clear();
            }
            else
            {
                sum += weight * SumBlocks(loss, outputs, batch.Targets.Slice(row * outputs.Length, outputs.Length), scale * weight);
            }
        }

        return sum;
    }

    private static double SumBlocks<TLoss>(TLoss loss, Span<float> outputs, ReadOnlySpan<float> targets, float scale)
        where TLoss : struct, IElementLoss
    {
        double sum = 0;
        for (int start = 0; start < outputs.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, outputs.Length - start);
            sum += SumBlock(loss, outputs.Slice(start, length), targets.Slice(start, length), scale);
        }

        return sum;
    }

    [MethodImpl(JitOptions.Loop)]
    private static float SumBlock<TLoss>(TLoss loss, Span<float> outputs, ReadOnlySpan<float> targets, float scale)
        where TLoss : struct, IElementLoss
    {
        Vector<float> sums = default;
        Vector<float> gradient;
        int i = 0;
        for (; i + Vector<float>.Count <= outputs.Length; i += Vector<float>.Count)
        {
            sums += loss.Invoke(new Vector<float>(outputs[i..]), new Vector<float>(targets[i..]), out gradient);
            (gradient * scale).CopyTo(outputs[i..]);
        }

        float sum = Vector.Sum(sums);
        if (i < outputs.Length)
        {
            Vector<float> terms = loss.Invoke(
                Elementwise.LoadPart(outputs[i..], 0f).Value, Elementwise.LoadPart(targets[i..], 0f).Value, out gradient);
            Elementwise.StorePart(new PortableVector(gradient * scale), outputs[i..]);
            for (int lane = 0; lane < outputs.Length - i; lane++)
            {
                sum += terms[lane];
            }
        }

        return sum;
    }
}
