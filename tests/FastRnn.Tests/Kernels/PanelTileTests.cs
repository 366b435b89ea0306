using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

/// <summary>Tiles whose rows and columns of x stand anywhere, in any number of chains.</summary>
public sealed class PanelTileTests
{
    /// <summary>Of a sum of at most nine products of values up to 1.</summary>
    private const double Tolerance = 2e-6;

    private static readonly (int Row, int Step)[] Strides = [(1, 17), (11, 1), (2, 29)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void MatrixProduct_MultiplyPanel_anyStridesAndSteps_isTheProduct(int parts)
    {
        Check<PanelOfTwo<PortableVector>>(parts);
        Check<PanelOfTwo<WideVector>>(parts);
        Check<PanelOfOne<WideVector>>(parts);
    }

    private static void Check<TPanel>(int parts)
        where TPanel : struct, IPanel<TPanel>
    {
        foreach ((int rowStride, int stepStride) in Strides)
        {
            for (int steps = 0; steps <= 9; steps++)
            {
                for (int rows = 1; rows <= 13; rows++)
                {
                    Check<TPanel>(parts, rowStride, stepStride, steps, rows, TPanel.Rows);
                    Check<TPanel>(parts, rowStride, stepStride, steps, rows, TPanel.Rows - 3);
                }
            }
        }
    }

    private static void Check<TPanel>(int parts, int rowStride, int stepStride, int steps, int rows, int columns)
        where TPanel : struct, IPanel<TPanel>
    {
        int panelStride = TPanel.Rows + 3, yStride = TPanel.Rows + 1;
        float[] x = RandomData.Uniform(rows, (rows - 1) * rowStride + Math.Max(0, steps - 1) * stepStride + 1);
        float[] panel = RandomData.Uniform(steps, steps * panelStride + TPanel.Rows);
        float[] s = RandomData.Uniform(parts, rows * yStride);
        var y = new Guarded((rows - 1) * yStride + columns, shift: 1);
        var tile = new PanelTile
        {
            X = ref x[0],
            RowStride = rowStride,
            StepStride = stepStride,
            FirstWeight = ref panel[0],
            PanelStride = panelStride,
            Steps = steps,
            Parts = parts,
            S = ref s[0],
            SStride = yStride,
            Y = ref MemoryMarshal.GetReference(y.Span),
            YStride = yStride,
        };

        MatrixProduct.MultiplyPanel<TPanel>(ref tile, rows, columns);

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double expected = s[row * yStride + column];
                for (int k = 0; k < steps; k++)
                {
                    expected += (double)x[row * rowStride + k * stepStride] * panel[k * panelStride + column];
                }

                Assert.Equal(expected, y.Span[row * yStride + column], Tolerance);
            }
        }

        y.AssertIntact();
    }
}
