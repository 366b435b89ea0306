using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>
/// The widths of vectors against each other: an element's bits do not depend on them. Both are tested on every machine, since vectors wider
/// than the processor's are right too, only slow.
/// </summary>
public sealed class VectorTests
{
    /// <summary>A whole number of vectors of either width.</summary>
    private const int Units = 48;

    /// <summary>Two wide vectors and, with 256 bits, a half of one.</summary>
    private const int MixedUnits = 40;

    private const int Rows = 3;

    /// <summary>What every kind of value looks like: special ones, and those around which the functions change.</summary>
    private static readonly float[] Values =
    [
        0f, -0f, 1f, -1f, 0.5f, -2.5f, 1e-45f, -1e-45f, 1.17549435e-38f, 2.9e-8f, 1e-3f, 8.5f, 9.1f, -9.1f, 17.3f, -17.5f, 30f, -86.5f,
        88.7f, 88.8f, 89.5f, -87.4f, -104.5f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        .. RandomData.Uniform(5, 4 * Units - 28, 12),
    ];

    [Fact]
    public void IVector_everyFunction_eitherWidth_givesTheSameBits()
    {
        Same("tanh", Map<PortableVector, Tanh>, Map<WideVector, Tanh>);
        Same("sigmoid", Map<PortableVector, Sigmoid>, Map<WideVector, Sigmoid>);
        Same("exp", Map<PortableVector, Exp>, Map<WideVector, Exp>);
        Same("the rest", Map<PortableVector, Rest>, Map<WideVector, Rest>);
    }

    [Fact]
    public void CellPass_everyCell_eitherWidth_givesTheSameBits()
    {
        SameStep<ElmanCell<StandardFunctions<TanhActivation>>>();
        SameStep<ElmanCell<StandardFunctions<ReluActivation>>>();
        SameStep<GruCell<StandardFunctions<TanhActivation>>>();
        SameStep<LstmCell<StandardFunctions<TanhActivation>, False>>();
        SameStep<LstmCell<StandardFunctions<TanhActivation>, True>>();
    }

    /// <summary>As a row of units is covered: the widest vectors first, narrower ones behind.</summary>
    [Fact]
    public void CellPass_everyCell_bothWidthsInARow_giveTheSameBits()
    {
        SameMixedStep<ElmanCell<StandardFunctions<TanhActivation>>>();
        SameMixedStep<GruCell<StandardFunctions<TanhActivation>>>();
        SameMixedStep<LstmCell<StandardFunctions<TanhActivation>, False>>();
        SameMixedStep<LstmCell<StandardFunctions<TanhActivation>, True>>();
    }

    [Fact]
    public void Elementwise_Whole_eitherWidth_givesTheSameBits()
    {
        foreach (int length in new[] { 16, 17, 31, 32, 33, 67 })
        {
            float[] x = RandomData.Uniform(length, length, 4), y = RandomData.Uniform(length + 1, length);
            float[] portable = new float[length], wide = new float[length];
            Elementwise.MapWhole<Applied<TanhActivation>, PortableVector>(default, x, portable);
            Elementwise.MapWhole<Applied<TanhActivation>, WideVector>(default, x, wide);
            Compare.SameBits(portable, wide, $"map {length}");
            Elementwise.ZipWhole<Differentiated<SigmoidActivation>, PortableVector>(default, x, y, portable);
            Elementwise.ZipWhole<Differentiated<SigmoidActivation>, WideVector>(default, x, y, wide);
            Compare.SameBits(portable, wide, $"zip {length}");
        }
    }

    private static void Same(string what, Func<float[]> portable, Func<float[]> wide) => Compare.SameBits(portable(), wide(), what);

    private static float[] Map<TVector, TFunction>()
        where TVector : struct, IVector<TVector>
        where TFunction : struct, IUnaryOperator
    {
        var results = new float[Values.Length];
        for (int i = 0; i < Values.Length; i += TVector.Count)
        {
            TVector.Store(default(TFunction).Invoke(TVector.Load(ref Values[0], i)), ref results[0], i);
        }

        return results;
    }

    private static void SameStep<TCell>()
        where TCell : struct, ICell<TCell>
        => Compare.SameBits(
            Step<TCell, PortableVector, PortableVector>(Units), Step<TCell, WideVector, WideVector>(Units), typeof(TCell).Name);

    private static void SameMixedStep<TCell>()
        where TCell : struct, ICell<TCell>
        => Compare.SameBits(
            Step<TCell, PortableVector, PortableVector>(MixedUnits), Step<TCell, WideVector, PortableVector>(MixedUnits),
            typeof(TCell).Name);

    /// <summary>A step and the step back; all that they write.</summary>
    private static float[] Step<TCell, TFirst, TThen>(int units)
        where TCell : struct, ICell<TCell>
        where TFirst : struct, IVector<TFirst>
        where TThen : struct, IVector<TThen>
    {
        int plane = Rows * units;
        float[] gates = RandomData.Uniform(1, plane * TCell.Gates, 3);
        float[] recurrent = RandomData.Uniform(2, plane * TCell.Gates, 3);
        float[] previous = RandomData.Uniform(3, plane * TCell.States);
        float[] next = new float[plane * TCell.States];
        float[] coefficients = RandomData.Uniform(4, units * Math.Max(1, TCell.UnitWeights));
        int end = CellPass.ForwardWhole<TCell, TFirst>(default(TCell), gates, recurrent, previous, next, plane, coefficients, Rows, units, 0);
        Assert.Equal(units / TFirst.Count * TFirst.Count, end);
        end = CellPass.ForwardWhole<TCell, TThen>(default(TCell), gates, recurrent, previous, next, plane, coefficients, Rows, units, end);
        Assert.Equal(units, end);
        float[] forward = [.. gates, .. recurrent, .. next];

        float[] outputGradient = RandomData.Uniform(5, plane);
        float[] stateGradient = RandomData.Uniform(6, plane * TCell.States);
        float[] unitWeightGradients = new float[coefficients.Length];
        end = CellPass.BackwardWhole<TCell, TFirst>(
            default(TCell), gates, recurrent, previous, next, plane, outputGradient, stateGradient, plane, coefficients, unitWeightGradients,
            Rows, units, 0);
        end = CellPass.BackwardWhole<TCell, TThen>(
            default(TCell), gates, recurrent, previous, next, plane, outputGradient, stateGradient, plane, coefficients, unitWeightGradients,
            Rows, units, end);
        Assert.Equal(units, end);
        return [.. forward, .. gates, .. recurrent, .. stateGradient, .. unitWeightGradients];
    }

    private readonly struct Tanh : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Tanh(x);
    }

    private readonly struct Sigmoid : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Sigmoid(x);
    }

    private readonly struct Exp : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => VectorMath.Exp(x);
    }

    /// <summary>What the three do not use.</summary>
    private readonly struct Rest : IUnaryOperator
    {
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector>
            => TVector.WherePositive(x, TVector.Abs(x) / (TVector.One - x), -x * x) + TVector.WherePositive(x, x)
                + TVector.MultiplyAdd(x, TVector.Create(3), TVector.Zero);
    }
}
