using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>A loss at one output with its own target.</summary>
internal interface IElementLoss
{
    /// <summary>The loss at an output, and its derivative by the logit.</summary>
    static abstract Vector<float> Invoke(Vector<float> logit, Vector<float> target, out Vector<float> gradient);
}

/// <summary>A loss that is a sum over outputs, each with its own target.</summary>
internal abstract class ElementLoss<TLoss> : LossFunction
    where TLoss : struct, IElementLoss
{
    /// <summary>Terms summed in float before they are added to a sum in double.</summary>
    private const int BlockLength = 1024;

    internal sealed override bool TakesIndices => false;

    internal sealed override double Evaluate(Span<float> outputs, ReadOnlySpan<float> targets, float scale)
    {
        double sum = 0;
        for (int start = 0; start < outputs.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, outputs.Length - start);
            sum += SumBlock(outputs.Slice(start, length), targets.Slice(start, length), scale);
        }

        return sum;
    }

    [MethodImpl(JitOptions.Loop)]
    private static float SumBlock(Span<float> outputs, ReadOnlySpan<float> targets, float scale)
    {
        Vector<float> sums = default;
        Vector<float> gradient;
        int i = 0;
        for (; i + Vector<float>.Count <= outputs.Length; i += Vector<float>.Count)
        {
            sums += TLoss.Invoke(new Vector<float>(outputs[i..]), new Vector<float>(targets[i..]), out gradient);
            (gradient * scale).CopyTo(outputs[i..]);
        }

        float sum = Vector.Sum(sums);
        if (i < outputs.Length)
        {
            Vector<float> terms = TLoss.Invoke(
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
