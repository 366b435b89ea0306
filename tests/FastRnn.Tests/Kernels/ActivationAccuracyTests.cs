using FastRnn.Kernels;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>The accuracy that the activations promise, over floats of every exponent, against their definitions in double.</summary>
public sealed class ActivationAccuracyTests
{
    /// <summary>Results below it may be 0.</summary>
    private const double LeastResult = 1.1754943508222875e-38 * 110;

    /// <summary>Each with the worst error that is documented, in units of a result's last place.</summary>
    private static readonly Dictionary<ActivationKind, double> Bounds = new()
    {
        [ActivationKind.Relu] = 0,
        [ActivationKind.LeakyRelu] = 0.51,
        [ActivationKind.Elu] = 1.1,
        [ActivationKind.Selu] = 2.6,
        [ActivationKind.Softplus] = 3.8,
        [ActivationKind.Softsign] = 1.6,
        [ActivationKind.Silu] = 2.7,
        [ActivationKind.Mish] = 4.5,
        [ActivationKind.HardSwish] = 3,
    };

    public static TheoryData<ActivationKind> Kinds => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void RowActivation_Forward_floatsOfEveryExponent_areWithinTheBound(ActivationKind kind)
    {
        Activation activation = Activations.Of(kind);
        foreach (float[] block in Blocks(-200, 200))
        {
            Check(activation, block, Bounds[kind]);
        }
    }

    /// <summary>The argument of the exponential is rounded, which costs digits where it is large.</summary>
    [Theory]
    [InlineData(ActivationKind.Gelu, -1, 200, 12)]
    [InlineData(ActivationKind.Gelu, -6, -1, 40)]
    [InlineData(ActivationKind.Gelu, -200, -6, 130)]
    [InlineData(ActivationKind.GeluTanh, -1, 200, 3.5)]
    [InlineData(ActivationKind.GeluTanh, -200, -1, 250)]
    public void RowActivation_Forward_gelu_isWithinTheBound(ActivationKind kind, float first, float last, double bound)
    {
        foreach (float[] block in Blocks(first, last))
        {
            Check(Activations.Of(kind), block, bound);
        }
    }

    [Theory]
    [InlineData(ActivationKind.Silu, 1.5e-6)]
    [InlineData(ActivationKind.Gelu, 1.5e-6)]
    [InlineData(ActivationKind.GeluTanh, 1.5e-6)]
    [InlineData(ActivationKind.Mish, 1.5e-6)]
    [InlineData(ActivationKind.Softplus, 1e-6)]
    [InlineData(ActivationKind.Softsign, 1e-6)]
    [InlineData(ActivationKind.Elu, 1e-6)]
    public void RowActivation_Backward_floatsOfEveryExponent_isTheDerivative(ActivationKind kind, double absolute)
    {
        const double Difference = 1e-4;
        Activation activation = Activations.Of(kind);
        RowActivation product = ActivationKernels.Rows(activation);
        foreach (float[] block in Blocks(-100, 100))
        {
            float[] x = [.. block.Where(value => Math.Abs(value) > 1e-3)], y = new float[x.Length], gradient = new float[x.Length];
            Array.Fill(gradient, 1f);
            product.Forward(x, y, Math.Max(1, x.Length));
            product.Backward(product.KeepsInput ? x : y, y, gradient, Math.Max(1, x.Length));
            for (int i = 0; i < x.Length; i++)
            {
                // Of fourth order: 1e-16 / 1e-4 and the fifth derivative times 1e-16.
                double slope = (8 * (Value(activation, x[i] + Difference) - Value(activation, x[i] - Difference))
                    - (Value(activation, x[i] + 2 * Difference) - Value(activation, x[i] - 2 * Difference))) / (12 * Difference);
                Compare.Within(slope, gradient[i], absolute, $"{activation}′({x[i]:R})");
            }
        }
    }

    private static IEnumerable<float[]> Blocks(float first, float last)
        => Floats.Sweep().Select(block => block.Where(value => value >= first && value <= last).ToArray())
            .Append(Floats.Between(Math.Max(first, -10), Math.Min(last, 10), 100_000));

    private static void Check(Activation activation, float[] x, double bound)
    {
        var y = new float[x.Length];
        ActivationKernels.Rows(activation).Forward(x, y, Math.Max(1, x.Length));
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Value(activation, x[i]);
            bool good = Math.Abs(exact) < LeastResult ? Math.Abs(y[i] - exact) <= LeastResult : Compare.Ulps(exact, y[i]) <= bound;
            if (!good)
            {
                Assert.Fail($"{activation} of {x[i]:R} is {exact:R}, got {y[i]:R}: {Compare.Ulps(exact, y[i]):F2} ULP");
            }
        }
    }

    private static double Value(Activation activation, double x) => ReferenceActivation.Apply(activation, x, new Smoothness());
}
