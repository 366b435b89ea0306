using System.Runtime.InteropServices;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cells;

/// <summary>However many rows a step has and whichever way it is entered, a unit has the same bits.</summary>
public sealed class CellPassTests
{
    private static readonly int[] RowCounts = [1, 2, 3, 5, 9];

    public static TheoryData<int> UnitCounts => [.. Enumerable.Range(1, 35), 64, 67];

    [Theory]
    [MemberData(nameof(UnitCounts))]
    public void CellPass_Forward_manyRows_givesTheBitsOfRowByRow(int units)
    {
        foreach (int rows in RowCounts)
        {
            CheckForward<ElmanCell<StandardFunctions<TanhActivation>>>(rows, units);
            CheckForward<ElmanCell<StandardFunctions<ReluActivation>>>(rows, units);
            CheckForward<GruCell<StandardFunctions<TanhActivation>>>(rows, units);
            CheckForward<LstmCell<StandardFunctions<TanhActivation>, False>>(rows, units);
            CheckForward<LstmCell<StandardFunctions<TanhActivation>, True>>(rows, units);
        }
    }

    [Theory]
    [MemberData(nameof(UnitCounts))]
    public void CellPass_Backward_manyRows_givesTheBitsOfRowByRow(int units)
    {
        foreach (int rows in RowCounts)
        {
            CheckBackward<ElmanCell<StandardFunctions<TanhActivation>>>(rows, units);
            CheckBackward<ElmanCell<StandardFunctions<ReluActivation>>>(rows, units);
            CheckBackward<GruCell<StandardFunctions<TanhActivation>>>(rows, units);
            CheckBackward<LstmCell<StandardFunctions<TanhActivation>, False>>(rows, units);
        }
    }

    [Theory]
    [MemberData(nameof(UnitCounts))]
    public void CellPass_ForwardOne_anyUnits_givesTheBitsOfForward(int units)
    {
        CheckOne<ElmanCell<StandardFunctions<TanhActivation>>>(units);
        CheckOne<GruCell<StandardFunctions<TanhActivation>>>(units);
        CheckOne<LstmCell<StandardFunctions<TanhActivation>, False>>(units);
        CheckOne<LstmCell<StandardFunctions<TanhActivation>, True>>(units);
    }

    private static void CheckForward<TCell>(int rows, int units)
        where TCell : struct, ICell<TCell>
    {
        Buffers<TCell> whole = new(rows, units), apart = new(rows, units);
        int plane = rows * units;
        CellPass.Forward(
            default(TCell), whole.Gates.Span, whole.Recurrent.Span, whole.Previous.Span, whole.Next.Span, plane, whole.Coefficients, rows, units);
        for (int row = 0; row < rows; row++)
        {
            int gate = row * units * TCell.Gates, unit = row * units;
            CellPass.Forward(
                default(TCell), apart.Gates.Span.Slice(gate, units * TCell.Gates), apart.Recurrent.Span.Slice(gate, units * TCell.Gates),
                apart.Previous.Span[unit..], apart.Next.Span[unit..], plane, apart.Coefficients, 1, units);
        }

        whole.AssertSame(apart, $"{typeof(TCell).Name}, {rows} × {units}");
    }

    private static void CheckOne<TCell>(int units)
        where TCell : struct, ICell<TCell>
    {
        Buffers<TCell> expected = new(1, units), actual = new(1, units);
        CellPass.Forward(
            default(TCell), expected.Gates.Span, expected.Recurrent.Span, expected.Previous.Span, expected.Next.Span, units, expected.Coefficients, 1, units);
        CellPass.ForwardOne(
            default(TCell), ref MemoryMarshal.GetReference(actual.Gates.Span), ref MemoryMarshal.GetReference(actual.Recurrent.Span),
            ref MemoryMarshal.GetReference(actual.Previous.Span), ref MemoryMarshal.GetReference(actual.Next.Span), units,
            ref actual.Coefficients[0], units);
        expected.AssertSame(actual, $"{typeof(TCell).Name}, {units}");
    }

    private static void CheckBackward<TCell>(int rows, int units)
        where TCell : struct, ICell<TCell>
    {
        Buffers<TCell> whole = new(rows, units), apart = new(rows, units);
        int plane = rows * units;
        float[] error = RandomData.Uniform(units, plane), sums = new float[whole.Coefficients.Length], others = new float[sums.Length];
        CellPass.Backward(
            default(TCell), whole.Gates.Span, whole.Recurrent.Span, whole.Previous.Span, whole.Previous.Span, plane, error, whole.Next.Span, plane,
            whole.Coefficients, sums, rows, units);
        for (int row = 0; row < rows; row++)
        {
            int gate = row * units * TCell.Gates, unit = row * units;
            CellPass.Backward(
                default(TCell), apart.Gates.Span.Slice(gate, units * TCell.Gates), apart.Recurrent.Span.Slice(gate, units * TCell.Gates),
                apart.Previous.Span[unit..], apart.Previous.Span[unit..], plane, error.AsSpan(unit), apart.Next.Span[unit..], plane,
                apart.Coefficients, others, 1, units);
        }

        string what = $"{typeof(TCell).Name}, {rows} × {units}";
        whole.AssertSame(apart, what);
        Compare.SameBits(others, sums, what);
    }

    /// <summary>All that a step reads and writes, with the same values in each.</summary>
    private sealed class Buffers<TCell>(int rows, int units)
        where TCell : struct, ICell<TCell>
    {
        internal Guarded Gates { get; } = new(RandomData.Uniform(1, rows * units * TCell.Gates, 3));

        internal Guarded Recurrent { get; } = new(RandomData.Uniform(2, rows * units * TCell.Gates, 3), shift: 1);

        internal Guarded Previous { get; } = new(RandomData.Uniform(3, rows * units * TCell.States), shift: 2);

        internal Guarded Next { get; } = new(RandomData.Uniform(4, rows * units * TCell.States), shift: 3);

        internal float[] Coefficients { get; } = RandomData.Uniform(5, units * Math.Max(1, TCell.UnitWeights));

        internal void AssertSame(Buffers<TCell> other, string what)
        {
            foreach ((Guarded mine, Guarded others, string name) in new[]
            {
                (Gates, other.Gates, "gates"), (Recurrent, other.Recurrent, "recurrent"), (Previous, other.Previous, "previous"),
                (Next, other.Next, "next"),
            })
            {
                Compare.SameBits(mine.Span, others.Span, $"{what}: {name}");
                mine.AssertIntact();
                others.AssertIntact();
            }
        }
    }
}
