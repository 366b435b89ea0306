using System.Numerics;
using System.Runtime.Intrinsics;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class PackedMatrixTests
{
    [Fact]
    public void PackedMatrix_Pack_everySize_liesAsDocumentedAndIsFilledWithZeros()
    {
        foreach ((int rows, PanelKind kind) in RowsAndKinds())
        {
            foreach (int columns in Sizes.Beside(rows))
            {
                float[] source = RandomData.Uniform(rows * 100 + columns, rows * columns);
                var packed = new PackedMatrix(rows, columns, kind);
                packed.Pack(source);
                Compare.SameBits(Layout(source, rows, columns, packed), Used(packed), $"{rows} × {columns}");
            }
        }
    }

    [Fact]
    public void PackedMatrix_PackTransposed_everySize_isPackOfTheTranspose()
    {
        foreach ((int rows, PanelKind kind) in RowsAndKinds())
        {
            foreach (int columns in Sizes.Beside(rows))
            {
                float[] source = RandomData.Uniform(rows * 100 + columns, rows * columns);
                var transposed = new float[source.Length];
                for (int i = 0; i < source.Length; i++)
                {
                    transposed[i % columns * rows + i / columns] = source[i];
                }

                var expected = new PackedMatrix(rows, columns, kind);
                expected.Pack(source);
                var packed = new PackedMatrix(rows, columns, kind);
                packed.PackTransposed(transposed);
                Compare.SameBits(Used(expected), Used(packed), $"{rows} × {columns}");
            }
        }
    }

    [Theory]
    [InlineData(256, 512, true)]
    [InlineData(255, 514, true)]
    [InlineData(257, 512, false)]
    [InlineData(1079, 520, false)]
    [InlineData(15, 9000, true)]
    public void PackedMatrix_Pack_aroundTheLargestBanded_liesAsDocumented(int rows, int columns, bool isBanded)
    {
        foreach (string kind in Enum.GetNames<PanelKind>())
        {
            CheckBands(rows, columns, isBanded, kind);
        }
    }

    private static void CheckBands(int rows, int columns, bool isBanded, string kindName)
    {
        PanelKind kind = Enum.Parse<PanelKind>(kindName);
        float[] source = RandomData.Uniform(rows, rows * columns);
        var packed = new PackedMatrix(rows, columns, kind);
        packed.Pack(source);
        Assert.Equal(isBanded, packed.IsBanded);
        Compare.SameBits(Layout(source, rows, columns, packed), Used(packed), "packed");
        var transposed = new float[source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            transposed[i % columns * rows + i / columns] = source[i];
        }

        var again = new PackedMatrix(rows, columns, kind);
        again.PackTransposed(transposed);
        Compare.SameBits(Used(packed), Used(again), "packed transposed");
    }

    [Fact]
    public void PackedMatrix_Pack_again_leavesNothingBehind()
    {
        foreach ((int rows, PanelKind kind) in RowsAndKinds())
        {
            float[] source = RandomData.Uniform(rows, rows * 7);
            var fresh = new PackedMatrix(rows, 7, kind);
            fresh.Pack(source);
            var again = new PackedMatrix(rows, 7, kind);
            again.Pack(RandomData.Uniform(rows + 1, rows * 7));
            again.Pack(source);
            Compare.SameBits(Used(fresh), Used(again));
        }
    }

    [Fact]
    public void PackedMatrix_constructor_rows_decideOnTheLayout()
    {
        foreach (int rows in Sizes.Short)
        {
            var packed = new PackedMatrix(rows, 5);
            Assert.Equal(2 * rows <= Vector<float>.Count, packed.IsNarrow);
            PanelKind expected = !Vector512.IsHardwareAccelerated ? PanelKind.Portable
                : rows is <= 16 or (> 32 and <= 48) ? PanelKind.WideOfOne
                : PanelKind.Wide;
            Assert.Equal(expected, packed.Kind);
            Assert.Equal(0, Address.Of(packed.Values) % 64);
        }
    }

    [Fact]
    public void PackedMatrix_PackPanelsTransposed_partOfABuffer_writesNoMore()
    {
        CheckPanels<PanelOfTwo<PortableVector>>();
        CheckPanels<PanelOfTwo<WideVector>>();
    }

    private static void CheckPanels<TPanel>()
        where TPanel : struct, IPanel<TPanel>
    {
        foreach (int rows in Sizes.Short)
        {
            float[] source = RandomData.Uniform(rows, rows * 9);
            var panels = new Guarded(PackedMatrix.PanelsLength(rows, 9, TPanel.Rows));
            PackedMatrix.PackPanelsTransposed<TPanel>(source, rows, 9, panels.Span);
            panels.AssertIntact();
        }
    }

    private static IEnumerable<(int Rows, PanelKind Kind)> RowsAndKinds()
        => Enum.GetValues<PanelKind>().SelectMany(kind => Sizes.Short.Select(rows => (rows, kind)));

    /// <summary>What the products read; the buffer itself is rounded up to a cache line.</summary>
    private static ReadOnlySpan<float> Used(PackedMatrix packed)
        => packed.Values[..(packed.IsNarrow
            ? packed.Rows * packed.RowStride
            : PackedMatrix.PanelsLength(packed.Rows, packed.Columns, Panel.Rows(packed.Kind)))];

    private static float[] Layout(float[] source, int rows, int columns, PackedMatrix packed)
    {
        var layout = new float[Used(packed).Length];
        int width = Panel.Rows(packed.Kind);
        int band = packed.IsBanded ? 4 * width : width;
        int filled = (rows + width - 1) / width * width;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int place = packed.IsNarrow
                    ? row * packed.RowStride + column
                    : row / band * band * columns + column * Math.Min(band, filled - row / band * band) + row % band;
                layout[place] = source[row * columns + column];
            }
        }

        return layout;
    }
}
