using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>The accuracy that the vector functions promise, over floats of every exponent.</summary>
public sealed class VectorMathTests
{
    // The bounds that VectorMath documents: the worst errors over all floats, each of which was tried once, rounded up.
    private const double TanhUlps = 2.6;
    private const double TanhAbsolute = 8.94e-8;
    private const double ExpUlps = 1.1;
    private const double ExpDenormalUlps = 0.75;
    private const double SigmoidUlps = 2.5;
    private const double SigmoidAbsolute = 8.94e-8;

    private const double LeastNormal = 1.1754943508222875e-38;

    /// <summary>ln of the largest float, rounded down and up.</summary>
    private const float LogMaxBelow = 88.72283f;
    private const float LogMaxAbove = 88.72284f;

    // Where the errors are worst, with and without fused multiply-add: a sweep that skips floats might miss them.
    private static readonly float[] WorstOfTanh = [0.0623535849f, 0.0624034628f, 3.46527028f];
    private static readonly float[] WorstOfExp = [-70.9988861f, 59.3000107f, -88.0257721f];
    private static readonly float[] WorstOfSigmoid = [-16.641348f, -16.652046f, 5.5429115f, 6.931198f];

    public static TheoryData<float, float> DenseRanges => new()
    {
        { -1e-40f, 1e-40f },
        { -1e-3f, 1e-3f },
        { -1f, 1f },
        { 7f, 10f },
        { -10f, -7f },
        { 80f, 90f },
        { -105f, -80f },
    };

    [Fact]
    public void VectorMath_Tanh_wholeRange_isWithinItsBounds()
    {
        CheckTanh(WorstOfTanh);
        foreach (float[] block in Floats.Sweep())
        {
            CheckTanh(block);
        }
    }

    [Theory]
    [MemberData(nameof(DenseRanges))]
    public void VectorMath_Tanh_denseRange_isWithinItsBounds(float first, float last) => CheckTanh(Floats.Between(first, last));

    [Fact]
    public void VectorMath_Tanh_denormals_comeBackExactly()
    {
        float[] x = Floats.Between(-1.1754942e-38f, 1.1754942e-38f);
        Compare.SameBits(x, Map<TanhOperator>(x));
    }

    [Fact]
    public void VectorMath_Tanh_specialValues_areExact()
        => Compare.SameBits(
            [float.NaN, 1, -1, 0, -0f, 1, -1],
            Map<TanhOperator>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, float.MaxValue, float.MinValue]));

    [Fact]
    public void VectorMath_Exp_wholeRange_isWithinItsBounds()
    {
        CheckExp(WorstOfExp);
        foreach (float[] block in Floats.Sweep())
        {
            CheckExp(block);
        }
    }

    [Theory]
    [MemberData(nameof(DenseRanges))]
    public void VectorMath_Exp_denseRange_isWithinItsBounds(float first, float last) => CheckExp(Floats.Between(first, last));

    [Fact]
    public void VectorMath_Exp_specialValues_areExact()
        => Compare.SameBits(
            [float.NaN, float.PositiveInfinity, 0, 1, 1, 0, float.PositiveInfinity, 0],
            Map<ExpOperator>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, -200, 200, float.MinValue]));

    [Fact]
    public void VectorMath_Exp_atTheLargestResult_overflowsOnlyAboveIt()
    {
        float[] y = Map<ExpOperator>([LogMaxBelow, LogMaxAbove]);
        Assert.True(float.IsFinite(y[0]));
        Assert.Equal(float.PositiveInfinity, y[1]);
    }

    [Fact]
    public void VectorMath_Sigmoid_wholeRange_isWithinItsBounds()
    {
        CheckSigmoid(WorstOfSigmoid);
        foreach (float[] block in Floats.Sweep())
        {
            CheckSigmoid(block);
        }
    }

    [Theory]
    [MemberData(nameof(DenseRanges))]
    public void VectorMath_Sigmoid_denseRange_isWithinItsBounds(float first, float last) => CheckSigmoid(Floats.Between(first, last));

    [Fact]
    public void VectorMath_Sigmoid_specialValues_areExact()
        => Compare.SameBits(
            [float.NaN, 1, 0, 0.5f, 0.5f],
            Map<SigmoidOperator>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f]));

    private static void CheckTanh(float[] x)
    {
        float[] y = Map<TanhOperator>(x);
        float[] mirrored = Map<TanhOperator>(x.Select(value => -value).ToArray());
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.Tanh(x[i]);
            if (!(Compare.Ulps(exact, y[i]) <= TanhUlps && Math.Abs(y[i] - exact) <= TanhAbsolute && Math.Abs(y[i]) <= 1))
            {
                Assert.Fail($"tanh({x[i]:R}) = {exact:R}, got {y[i]:R}: {Compare.Ulps(exact, y[i]):F2} ULP");
            }

            if (BitConverter.SingleToInt32Bits(-y[i]) != BitConverter.SingleToInt32Bits(mirrored[i]))
            {
                Assert.Fail($"tanh(±{x[i]:R}) is not odd: {y[i]:R}, {mirrored[i]:R}");
            }
        }
    }

    private static void CheckExp(float[] x)
    {
        float[] y = Map<ExpOperator>(x);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.Exp(x[i]);
            bool good = x[i] switch
            {
                >= LogMaxAbove => float.IsPositiveInfinity(y[i]),
                _ when exact < LeastNormal => y[i] >= 0 && Compare.Ulps(exact, y[i]) <= ExpDenormalUlps,
                _ => Compare.Ulps(exact, y[i]) <= ExpUlps,
            };
            if (!good)
            {
                Assert.Fail($"exp({x[i]:R}) = {exact:R}, got {y[i]:R}: {Compare.Ulps(exact, y[i]):F2} ULP");
            }
        }
    }

    private static void CheckSigmoid(float[] x)
    {
        float[] y = Map<SigmoidOperator>(x);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = 1 / (1 + Math.Exp(-(double)x[i]));
            bool precise = exact < LeastNormal || Compare.Ulps(exact, y[i]) <= SigmoidUlps;
            if (!(precise && Math.Abs(y[i] - exact) <= SigmoidAbsolute && y[i] is >= 0 and <= 1))
            {
                Assert.Fail($"sigmoid({x[i]:R}) = {exact:R}, got {y[i]:R}: {Compare.Ulps(exact, y[i]):F2} ULP");
            }
        }
    }

    private static float[] Map<TOperator>(float[] x)
        where TOperator : struct, IUnaryOperator
    {
        var y = new float[x.Length];
        Elementwise.Map(default(TOperator), x, y);
        return y;
    }

    private readonly struct TanhOperator : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Tanh(x);
    }

    private readonly struct ExpOperator : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Exp(x);
    }

    private readonly struct SigmoidOperator : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Sigmoid(x);
    }
}
