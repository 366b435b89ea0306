using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class GradientSumTests
{
    private const int ManyRows = 10_000;

    /// <summary>Around the rows of a block and two of them.</summary>
    private static readonly int[] RowCounts = [1, 2, 3, 7, .. Around(GradientSum.BlockRows(1))];

    public static TheoryData<int> Outputs => [.. Sizes.Short];

    [Theory]
    [MemberData(nameof(Outputs))]
    public void GradientSum_AddOuterProducts_everySize_addsTheSumOverRows(int outputs)
    {
        foreach (int inputs in Sizes.Beside(outputs))
        {
            CheckOuterProducts(outputs, inputs, 1 + (outputs + inputs) % 9);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(16, 16)]
    [InlineData(17, 33)]
    [InlineData(40, 9)]
    public void GradientSum_AddOuterProducts_rowsAroundTheBlock_addsTheSumOverRows(int outputs, int inputs)
        => Array.ForEach(RowCounts, rows => CheckOuterProducts(outputs, inputs, rows));

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1061)]
    public void GradientSum_AddOuterProducts_manyOutputs_addsTheSumOverRows(int outputs)
    {
        CheckOuterProducts(outputs, 3, 7);
        Array.ForEach(Around(GradientSum.BlockRows(outputs)), rows => CheckOuterProducts(outputs, 1, rows));
        CheckOuterProducts(outputs, PanelOfTwo<WideVector>.Rows, GradientSum.BlockRows(outputs) + 1);
    }

    [Fact]
    public void GradientSum_AddOuterProducts_anyKindOfPanel_hasTheSameBits()
    {
        foreach (int inputs in (int[])[1, WideVector.Count, 2 * WideVector.Count, 3 * WideVector.Count])
        {
            float[] delta = RandomData.Uniform(new Random(1), 9 * 5), x = RandomData.Uniform(new Random(2), 9 * inputs);
            var byWidest = new float[5 * inputs];
            var byPortable = new float[5 * inputs];
            GradientSum.AddOuterProducts(delta, x, 9, byWidest, new float[GradientSum.ScratchLength(5)]);
            GradientSum.AddOuterProducts<PanelOfTwo<PortableVector>>(
                delta, x, 9, byPortable, new float[GradientSum.ScratchLength<PanelOfTwo<PortableVector>>(5)]);
            Assert.Equal(byPortable, byWidest);
        }
    }

    [Fact]
    public void GradientSum_AddOuterProducts_manyRows_errorGrowsWithBlocksOnly() => CheckOuterProducts(7, 19, ManyRows);

    [Fact]
    public void GradientSum_AddOuterProducts_sameSign_errorGrowsWithBlocksOnly()
    {
        float[] ones = new float[ManyRows];
        Array.Fill(ones, 1.1f);
        var gradient = new float[1];
        GradientSum.AddOuterProducts(ones, ones, ManyRows, gradient, new float[GradientSum.ScratchLength(1)]);
        double expected = (double)1.1f * 1.1f * ManyRows;
        Compare.Within(expected, gradient[0], RelativeBound(1, ManyRows) * expected, "a sum of equal terms");
    }

    [Fact]
    public void GradientSum_AddRows_everySizeAndRowCount_addsTheSumOverRows()
    {
        foreach (int size in Sizes.All.Where(size => size > 0))
        {
            foreach (int rows in RowCounts)
            {
                CheckRows(size, rows);
            }
        }

        CheckRows(3, ManyRows);
        CheckRows(37, ManyRows);
    }

    private static int[] Around(int block) => [block - 1, block, block + 1, 2 * block - 1, 2 * block + 5];

    private static void CheckOuterProducts(int outputs, int inputs, int rows)
    {
        CheckOuterProducts<PanelOfTwo<PortableVector>>(outputs, inputs, rows);
        CheckOuterProducts<PanelOfTwo<WideVector>>(outputs, inputs, rows);
        CheckOuterProducts<PanelOfOne<WideVector>>(outputs, inputs, rows);
    }

    private static void CheckOuterProducts<TPanel>(int outputs, int inputs, int rows)
        where TPanel : struct, IPanel<TPanel>
    {
        var random = new Random(outputs * 10_007 + inputs * 101 + rows);
        var delta = new Guarded(RandomData.Uniform(random, rows * outputs));
        var x = new Guarded(RandomData.Uniform(random, rows * inputs), shift: 2);
        float[] start = RandomData.Uniform(random, outputs * inputs, 3);
        var gradient = new Guarded(start, shift: 3);
        var scratch = new Guarded(GradientSum.ScratchLength<TPanel>(outputs));
        GradientSum.AddOuterProducts<TPanel>(delta.Span, x.Span, rows, gradient.Span, scratch.Span);
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < inputs; input++)
            {
                Check(
                    delta.Span[output..], outputs, x.Span[input..], inputs, rows, start[output * inputs + input],
                    outputs, gradient.Span[output * inputs + input], $"R {rows}, dW[{output} of {outputs}, {input} of {inputs}]");
            }
        }

        delta.AssertIntact();
        x.AssertIntact();
        gradient.AssertIntact();
        scratch.AssertIntact();
    }

    private static void CheckRows(int size, int rows)
    {
        var random = new Random(size * 101 + rows);
        var delta = new Guarded(RandomData.Uniform(random, rows * size));
        float[] start = RandomData.Uniform(random, size, 3);
        var gradient = new Guarded(start, shift: 2);
        GradientSum.AddRows(delta.Span, rows, gradient.Span);
        for (int i = 0; i < size; i++)
        {
            Check(delta.Span[i..], size, [1f], 0, rows, start[i], size, gradient.Span[i], $"R {rows}, db[{i} of {size}]");
        }

        delta.AssertIntact();
        gradient.AssertIntact();
    }

    private static void Check(
        ReadOnlySpan<float> delta, int deltaStride, ReadOnlySpan<float> x, int xStride, int rows, float start, int outputs, float actual,
        string what)
    {
        (double sum, double magnitude) = NaiveProduct.Dot(delta, deltaStride, x, xStride, rows);
        Compare.Within(start + sum, actual, RelativeBound(outputs, rows) * (Math.Abs(start) + magnitude), what);
    }

    /// <summary>A rounding for every term of a block's chain, its product, and every block that is added.</summary>
    private static double RelativeBound(int outputs, int rows)
    {
        int block = GradientSum.BlockRows(outputs);
        return (Math.Min(rows, block) + 2 + (rows + block - 1) / block) * Compare.FloatRounding;
    }
}
