using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>Kernels that move rows: matrices turned over, rows gathered and scattered.</summary>
public sealed class RowKernelTests
{
    public static TheoryData<int> Sides => [.. Sizes.Short];

    public static TheoryData<int> Widths => [.. Sizes.All.Where(width => width > 0)];

    [Theory]
    [MemberData(nameof(Sides))]
    public void Transposition_Add_everySize_addsTheMatrixTurnedOver(int rows)
    {
        foreach (int columns in Sizes.Beside(rows))
        {
            var source = new Guarded(RandomData.Uniform(rows, rows * columns));
            float[] start = RandomData.Uniform(columns, rows * columns);
            var destination = new Guarded(start, shift: 2);
            Transposition.Add(source.Span, rows, columns, destination.Span);
            var expected = new float[start.Length];
            for (int i = 0; i < start.Length; i++)
            {
                expected[i] = start[i] + source.Span[i % rows * columns + i / rows];
            }

            Compare.SameBits(expected, destination.Span, $"[{columns}, {rows}]");
            source.AssertIntact();
            destination.AssertIntact();
        }
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void Transposition_Copy_partsOfMatrices_turnsThemOver(int rows)
    {
        foreach (int columns in Sizes.Beside(rows))
        {
            int sourceStride = columns + 2, destinationStride = rows + 3;
            var source = new Guarded(RandomData.Uniform(rows, rows * sourceStride));
            float[] start = RandomData.Uniform(columns, columns * destinationStride);
            var destination = new Guarded(start, shift: 2);
            Transposition.Copy(source.Span, sourceStride, rows, columns, destination.Span, destinationStride);
            float[] expected = [.. start];
            for (int i = 0; i < rows * columns; i++)
            {
                expected[i % columns * destinationStride + i / columns] = source.Span[i / columns * sourceStride + i % columns];
            }

            Compare.SameBits(expected, destination.Span, $"[{columns}, {rows}]");
            source.AssertIntact();
            destination.AssertIntact();
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void RowGathering_Gather_everyWidth_copiesTheNamedRows(int width)
    {
        const int V = 5;
        var table = new Guarded(RandomData.Uniform(width, V * width));
        foreach (int[] indices in new int[][] { [], [V - 1], [0, 4, 4, 2, 0, 1, 3] })
        {
            var y = new Guarded(indices.Length * width);
            RowGathering.Gather(table.Span, indices, width, y.Span);
            Compare.SameBits(indices.SelectMany(index => table.Span.Slice(index * width, width).ToArray()).ToArray(), y.Span);
            y.AssertIntact();
        }

        table.AssertIntact();
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void RowGathering_ScatterAdd_everyWidth_addsToTheNamedRowsInTurn(int width)
    {
        const int V = 5;
        int[] indices = [3, 0, 3, 3, 4, 0];
        var x = new Guarded(RandomData.Uniform(width, indices.Length * width));
        float[] expected = RandomData.Uniform(width + 1, V * width);
        var table = new Guarded(expected, shift: 3);
        RowGathering.ScatterAdd(x.Span, indices, width, table.Span);
        for (int i = 0; i < x.Length; i++)
        {
            expected[indices[i / width] * width + i % width] += x.Span[i];
        }

        Compare.SameBits(expected, table.Span);
        x.AssertIntact();
        table.AssertIntact();
    }
}
