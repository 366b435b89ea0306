using System.Diagnostics;
using System.Globalization;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>Every kind of activation, forward and backward, over values in a first-level cache, in turn, the least of many rounds.</summary>
internal static class ActivationTimes
{
    private const int Count = 1024, Calls = 200, Rounds = 60;

    private static readonly Activation[] All =
    [
        Activation.Sigmoid, Activation.Tanh, Activation.Relu, Activation.LeakyRelu(), Activation.ThresholdedRelu(), Activation.HardSigmoid(),
        Activation.HardTanh(), Activation.HardSwish, Activation.Affine(2, 1), Activation.ScaledTanh(2, 1), Activation.Elu(),
        Activation.Selu(), Activation.Softplus, Activation.Softsign, Activation.Silu, Activation.Gelu, Activation.GeluTanh, Activation.Mish,
        Activation.Softmax, Activation.LogSoftmax,
    ];

    /// <summary>Prints nanoseconds a value, and how often the sigmoid's that is.</summary>
    internal static void Print()
    {
        RowActivation[] kernels = Array.ConvertAll(All, ActivationKernels.Rows);
        AlignedBuffer x = RandomData.Buffer(Count), y = RandomData.Buffer(Count), gradient = RandomData.Buffer(Count);
        var forward = new double[All.Length];
        var backward = new double[All.Length];
        Array.Fill(forward, double.PositiveInfinity);
        Array.Fill(backward, double.PositiveInfinity);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < All.Length; i++)
            {
                RowActivation kernel = kernels[i];
                forward[i] = Math.Min(forward[i], Time(() => kernel.Forward(x.Slice(0, Count), y.Slice(0, Count), Count)));
                backward[i] = Math.Min(backward[i], Time(() =>
                {
                    // New gradients each time: in place they would go to denormal numbers.
                    gradient.Slice(0, Count).Fill(1);
                    ReadOnlySpan<float> kept = kernel.KeepsInput ? x.Slice(0, Count) : y.Slice(0, Count);
                    kernel.Backward(kept, y.Slice(0, Count), gradient.Slice(0, Count), Count);
                }));
            }
        }

        for (int i = 0; i < All.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{All[i],-28} forward {forward[i]:F3} ns ({forward[i] / forward[0]:F2} of the sigmoid's), backward {backward[i]:F3} ns"));
        }
    }

    private static double Time(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls / Count;
    }
}
