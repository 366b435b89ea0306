using System.Numerics.Tensors;

namespace FastRnn.Training;

/// <summary>
/// Clipping by global norm: g ← g·min(1, c/‖g‖) with ‖g‖ over all gradients together. Source: R. Pascanu, T. Mikolov and Y. Bengio,
/// On the difficulty of training recurrent neural networks, ICML 2013.
/// </summary>
internal static class GradientClipping
{
    /// <summary>Values squared and summed in float before they are added to a sum in double.</summary>
    private const int BlockLength = 1024;

    /// <summary>Scales the gradients down to <paramref name="maxNorm"/> where they are beyond it; returns ‖g‖ as it was.</summary>
    internal static float ByNorm(Span<float> gradients, float maxNorm)
    {
        double squares = 0;
        for (int start = 0; start < gradients.Length; start += BlockLength)
        {
            squares += TensorPrimitives.SumOfSquares<float>(gradients.Slice(start, Math.Min(BlockLength, gradients.Length - start)));
        }

        float norm = (float)Math.Sqrt(squares);
        if (float.IsFinite(norm) && norm > maxNorm)
        {
            TensorPrimitives.Multiply(gradients, maxNorm / norm, gradients);
        }

        return norm;
    }
}
