using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class ProductTests
{
    private static readonly int[] FewRows = [.. Enumerable.Range(1, 33)];

    /// <summary>Around the tiles of eight, six and four rows, and past the 96 rows that are taken at once.</summary>
    private static readonly int[] RowCounts = [.. FewRows, 95, 96, 97, 103, 200];

    public static MatrixTheoryData<int, string> Outputs => new([.. Sizes.Short, 100, 128, 257], Enum.GetNames<PanelKind>());

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Product_everyMethod_everySize_isTheProduct(int outputs, string kind)
    {
        foreach (int inputs in Sizes.Beside(outputs))
        {
            var sample = new Sample(outputs, inputs, kind);
            foreach (int rows in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 11, 13 })
            {
                sample.Check(rows);
            }
        }
    }

    [Fact]
    public void Product_everyMethod_everyRowCount_isTheProduct()
    {
        foreach (int outputs in Sizes.Few)
        {
            foreach (int inputs in Sizes.Few)
            {
                foreach (string kind in Enum.GetNames<PanelKind>())
                {
                    Array.ForEach(FewRows, new Sample(outputs, inputs, kind).Check);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Product_everyMethod_anyRows_givesEveryRowTheBitsOfOneRow(int outputs, string kind)
    {
        foreach (int inputs in new[] { 1, 2, 8, 17, 33, 67 })
        {
            new Sample(outputs, inputs, kind).CheckRowBits(RowCounts);
        }
    }

    [Theory]
    [InlineData(17, 512)]
    [InlineData(3, 512)]
    [InlineData(300, 257)]
    [InlineData(512, 100)]
    public void Product_everyMethod_largeSizes_isTheProduct(int outputs, int inputs)
    {
        foreach (string kind in Enum.GetNames<PanelKind>())
        {
            Array.ForEach([1, 33, 97], new Sample(outputs, inputs, kind).Check);
        }
    }

    /// <summary>Beyond the size up to which bands have several panels; whole groups of panels, and some rows more.</summary>
    [Theory]
    [InlineData(1024, "Portable")]
    [InlineData(1040, "Portable")]
    [InlineData(1079, "Portable")]
    [InlineData(1024, "Wide")]
    [InlineData(1040, "Wide")]
    [InlineData(1079, "Wide")]
    public void Product_everyMethod_tooLargeForBands_isTheProductAndGivesEveryRowTheBitsOfOneRow(int outputs, string kind)
    {
        const int Inputs = 520;
        Assert.False(new PackedMatrix(outputs, Inputs, Enum.Parse<PanelKind>(kind)).IsBanded);
        var sample = new Sample(outputs, Inputs, kind);
        Array.ForEach([1, 7], sample.Check);
        sample.CheckRowBits([1, 3, 4, 7]);
    }

    /// <summary>Two matrices of as many rows, either of which may be too large for bands; and one pair of narrow ones.</summary>
    [Theory]
    [InlineData(3, 7, 5, "Portable")]
    [InlineData(3, 7, 5, "Wide")]
    [InlineData(16, 16, 16, "Portable")]
    [InlineData(48, 17, 3, "Portable")]
    [InlineData(48, 17, 3, "WideOfOne")]
    [InlineData(15, 5, 6, "WideOfOne")]
    [InlineData(200, 9, 33, "Portable")]
    [InlineData(200, 9, 33, "Wide")]
    [InlineData(1100, 520, 100, "Portable")]
    [InlineData(1100, 100, 520, "Wide")]
    [InlineData(1100, 520, 480, "Wide")]
    [InlineData(72, 1900, 16, "WideOfOne")]
    [InlineData(40, 13200, 16, "WideOfOne")]
    public void Product_MultiplyPair_eitherDirection_givesTheBitsOfTwoProducts(int outputs, int inputs, int units, string kind)
    {
        var random = new Random(outputs);
        PackedMatrix first = Packed(random, outputs, inputs, kind), second = Packed(random, outputs, units, kind);
        float[] x = RandomData.Uniform(random, inputs), h = RandomData.Uniform(random, units), bias = RandomData.Uniform(random, outputs);
        foreach (ReadOnlyMemory<float> b in new ReadOnlyMemory<float>[] { bias, default })
        {
            var p = new float[outputs];
            var q = new float[outputs];
            if (b.IsEmpty)
            {
                Product.Multiply(first, x, 1, p);
            }
            else
            {
                Product.MultiplyAddBias(first, x, 1, bias, p);
            }

            Product.Multiply(second, h, 1, q);
            float[] sum = [.. p];
            Product.Multiply(second, h, 1, sum, add: true);
            foreach (bool descending in new[] { false, true })
            {
                var y = new Guarded(outputs);
                var other = new Guarded(outputs, shift: 3);
                ref float addend = ref MemoryMarshal.GetReference(b.Span);
                ref float p0 = ref MemoryMarshal.GetReference(y.Span), q0 = ref MemoryMarshal.GetReference(other.Span);
                Product.MultiplyPair(first, ref x[0], ref addend, second, ref h[0], ref p0, ref q0, descending);
                Compare.SameBits(p, y.Span, "apart, the first");
                Compare.SameBits(q, other.Span, "apart, the second");
                Product.MultiplyPair(first, ref x[0], ref addend, second, ref h[0], ref p0, ref p0, descending);
                Compare.SameBits(sum, y.Span, "together");
                y.AssertIntact();
                other.AssertIntact();
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Product_Multiply_backwards_givesTheSameBits(int rows)
    {
        foreach ((int outputs, int inputs) in new[] { (16, 16), (67, 20), (300, 40), (1100, 520) })
        {
            var random = new Random(outputs);
            PackedMatrix matrix = Packed(random, outputs, inputs, rows == 1 ? "Wide" : "Portable");
            float[] x = RandomData.Uniform(random, rows * inputs), y = RandomData.Uniform(random, rows * outputs);
            float[] expected = [.. y];
            Product.Multiply(matrix, x, rows, expected, add: true);
            Product.Multiply(matrix, x, rows, y, add: true, descending: true);
            Compare.SameBits(expected, y, $"{outputs} × {inputs}");
        }
    }

    private static PackedMatrix Packed(Random random, int outputs, int inputs, string kind)
    {
        var matrix = new PackedMatrix(outputs, inputs, Enum.Parse<PanelKind>(kind));
        matrix.Pack(RandomData.Uniform(random, outputs * inputs));
        return matrix;
    }

    [Fact]
    public void Product_everyMethod_identityMatrix_givesTheInputsExactly()
    {
        foreach (int size in Sizes.Edges)
        {
            var identity = new float[size * size];
            for (int i = 0; i < size; i++)
            {
                identity[i * size + i] = 1;
            }

            var matrix = new PackedMatrix(size, size);
            matrix.Pack(identity);
            float[] x = RandomData.Uniform(size, 5 * size);
            var y = new float[x.Length];
            Product.Multiply(matrix, x, 5, y);
            Compare.SameBits(x, y, $"{size}");
        }
    }

    /// <summary>A random matrix with inputs for it, and its products against naive ones.</summary>
    private sealed class Sample
    {
        private readonly Random _random;
        private readonly int _outputs;
        private readonly int _inputs;
        private readonly float[] _weights;
        private readonly float[] _bias;
        private readonly PackedMatrix _matrix;

        internal Sample(int outputs, int inputs, string kind)
        {
            _random = new Random(outputs * 1000 + inputs);
            _outputs = outputs;
            _inputs = inputs;
            _weights = RandomData.Uniform(_random, outputs * inputs);
            _bias = RandomData.Uniform(_random, outputs);
            _matrix = new PackedMatrix(outputs, inputs, Enum.Parse<PanelKind>(kind));
            _matrix.Pack(_weights);
        }

        internal void Check(int rows)
        {
            string what = $"R {rows}, M {_outputs}, K {_inputs}:";
            var x = new Guarded(RandomData.Uniform(_random, rows * _inputs));
            float[] start = RandomData.Uniform(_random, rows * _outputs);
            var plain = new Guarded(start.Length);
            Product.Multiply(_matrix, x.Span, rows, plain.Span);
            NaiveProduct.Check(x.Span, _weights, [], plain.Span, rows, _outputs, what + " Multiply");
            var biased = new Guarded(start.Length, shift: 2);
            Product.MultiplyAddBias(_matrix, x.Span, rows, _bias, biased.Span);
            NaiveProduct.Check(x.Span, _weights, _bias, biased.Span, rows, _outputs, what + " MultiplyAddBias");
            var accumulated = new Guarded(start, shift: 3);
            Product.Multiply(_matrix, x.Span, rows, accumulated.Span, add: true);
            NaiveProduct.Check(x.Span, _weights, start, accumulated.Span, rows, _outputs, what + " MultiplyAccumulate");
            x.AssertIntact();
            plain.AssertIntact();
            biased.AssertIntact();
            accumulated.AssertIntact();
        }

        internal void CheckRowBits(int[] rowCounts)
        {
            int most = rowCounts.Max();
            float[] x = RandomData.Uniform(_random, most * _inputs);
            float[] start = RandomData.Uniform(_random, most * _outputs);
            float[] plain = new float[start.Length];
            float[] biased = new float[start.Length];
            float[] accumulated = [.. start];
            for (int row = 0; row < most; row++)
            {
                ReadOnlySpan<float> input = x.AsSpan(row * _inputs, _inputs);
                Product.Multiply(_matrix, input, 1, plain.AsSpan(row * _outputs, _outputs));
                Product.MultiplyAddBias(_matrix, input, 1, _bias, biased.AsSpan(row * _outputs, _outputs));
                Product.Multiply(_matrix, input, 1, accumulated.AsSpan(row * _outputs, _outputs), add: true);
            }

            foreach (int rows in rowCounts)
            {
                string what = $"R {rows}, M {_outputs}, K {_inputs}";
                int length = rows * _outputs;
                var y = new Guarded(start.AsSpan(0, length));
                ReadOnlySpan<float> inputs = x.AsSpan(0, rows * _inputs);
                Product.Multiply(_matrix, inputs, rows, y.Span, add: true);
                Compare.SameBits(accumulated.AsSpan(0, length), y.Span, what);
                Product.Multiply(_matrix, inputs, rows, y.Span);
                Compare.SameBits(plain.AsSpan(0, length), y.Span, what);
                Product.MultiplyAddBias(_matrix, inputs, rows, _bias, y.Span);
                Compare.SameBits(biased.AsSpan(0, length), y.Span, what);
                y.AssertIntact();
            }
        }
    }
}
