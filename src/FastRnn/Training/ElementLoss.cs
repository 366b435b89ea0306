using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>A loss that is a sum over outputs, each with a target of its own.</summary>
internal interface IElementLoss
{
    /// <summary>The loss at an output, and its derivative by the logit.</summary>
    static abstract Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient);
}

/// <summary>The traversal of losses that are sums over outputs.</summary>
internal static class ElementLoss
{
    /// <summary>Terms summed in float before they are added to a sum in double.</summary>
    private const int BlockLength = 1024;

    /// <summary>Returns the sum and replaces the logits by scale·∂/∂o.</summary>
    internal static double Sum<TLoss>(Span<float> logits, ReadOnlySpan<float> targets, float scale)
        where TLoss : struct, IElementLoss
    {
        double sum = 0;
        for (int start = 0; start < logits.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, logits.Length - start);
            sum += SumBlock<TLoss>(logits.Slice(start, length), targets.Slice(start, length), scale);
        }

        return sum;
    }

    [MethodImpl(JitOptions.Loop)]
    private static float SumBlock<TLoss>(Span<float> logits, ReadOnlySpan<float> targets, float scale)
        where TLoss : struct, IElementLoss
    {
        Vector<float> sums = default;
        Vector<float> gradient;
        int i = 0;
        for (; i + Vector<float>.Count <= logits.Length; i += Vector<float>.Count)
        {
            sums += TLoss.Invoke(new Vector<float>(logits[i..]), new Vector<float>(targets[i..]), out gradient);
            (gradient * scale).CopyTo(logits[i..]);
        }

        float sum = Vector.Sum(sums);
        if (i < logits.Length)
        {
            Vector<float> terms = TLoss.Invoke(
                Elementwise.LoadPart(logits[i..], 0f).Value, Elementwise.LoadPart(targets[i..], 0f).Value, out gradient);
            Elementwise.StorePart(new PortableVector(gradient * scale), logits[i..]);
            for (int lane = 0; lane < logits.Length - i; lane++)
            {
                sum += terms[lane];
            }
        }

        return sum;
    }
}
