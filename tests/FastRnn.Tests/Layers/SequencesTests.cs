using FastRnn.Layers;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Layers;

/// <summary>
/// Rows of sequences of different lengths: all lengths of up to 4 sequences of up to 3 steps. Every value names the step, the sequence
/// and the column that it stands for, so that a place is checked by what stands there.
/// </summary>
public sealed class SequencesTests
{
    private const int MostSteps = 3, MostSequences = 4, Width = 2;

    /// <summary>T, and the lengths [N] of a batch in the caller's order; none where all are T.</summary>
    private static List<(int Steps, int[] Lengths, bool IsGiven)> Batches
    {
        get
        {
            var batches = new List<(int Steps, int[] Lengths, bool IsGiven)>();
            for (int steps = 1; steps <= MostSteps; steps++)
            {
                for (int batch = 1; batch <= MostSequences; batch++)
                {
                    batches.Add((steps, Enumerable.Repeat(steps, batch).ToArray(), false));
                    for (int number = 0; number < (int)Math.Pow(steps, batch); number++)
                    {
                        int[] lengths = Enumerable.Range(0, batch).Select(n => 1 + number / (int)Math.Pow(steps, n) % steps).ToArray();
                        batches.Add((steps, lengths, true));
                    }
                }
            }

            return batches;
        }
    }

    [Fact]
    public void BatchOrder_sequences_areSortedByLengthWithoutPadding()
        => ForAll((steps, lengths, isGiven) =>
        {
            BatchOrder order = Order(steps, lengths, isGiven);
            Sequences sequences = order.Sequences;
            int[] sorted = lengths.OrderDescending().ToArray();
            Assert.Equal((lengths.Max(), lengths.Length, lengths.Sum()), (sequences.Steps, sequences.Batch, sequences.Rows));
            bool differ = isGiven && lengths.Any(length => length < steps);
            Assert.Equal((differ, !differ), (order.Moves, sequences.IsUniform));
            for (int t = 0; t < sequences.Steps; t++)
            {
                Assert.Equal(lengths.Count(length => length > t), sequences.Count(t));
                Assert.Equal(lengths.Sum(length => Math.Min(length, t)), sequences.Start(t));
            }

            Assert.Equal(lengths.Sum(), sequences.Start(sequences.Steps));
            Assert.Equal(sorted, Lengths(sequences));
        });

    [Fact]
    public void Sequences_Slice_everyPart_isTheRowsOfThoseSteps()
        => ForAll((steps, lengths, isGiven) =>
        {
            Sequences sequences = Order(steps, lengths, isGiven).Sequences;
            for (int start = 0; start < sequences.Steps; start++)
            {
                for (int count = 1; start + count <= sequences.Steps; count++)
                {
                    Sequences part = sequences.Slice(start, count);
                    Assert.Equal((count, sequences.Count(start)), (part.Steps, part.Batch));
                    Assert.Equal(sequences.Start(start + count) - sequences.Start(start), part.Rows);
                    for (int t = 0; t < count; t++)
                    {
                        Assert.Equal(sequences.Count(start + t), part.Count(t));
                        Assert.Equal(sequences.Start(start + t) - sequences.Start(start), part.Start(t));
                    }

                    int[] left = Lengths(sequences).Where(length => length > start)
                        .Select(length => Math.Min(length - start, count)).ToArray();
                    Assert.Equal(left, Lengths(part));

                    // A part of a part is the part of the whole.
                    Assert.Equal(Lengths(sequences.Slice(start + count - 1, 1)), Lengths(part.Slice(count - 1, 1)));
                }
            }
        });

    [Fact]
    public void BatchOrder_PackAndUnpack_everyPart_movesEachRowToItsPlaceAndBack()
        => ForAll((steps, lengths, isGiven) =>
        {
            BatchOrder order = Order(steps, lengths, isGiven);
            Sequences sequences = order.Sequences;
            int batch = lengths.Length;
            int[] places = Places(lengths, isGiven);
            float[] source = Enumerable.Range(0, steps * batch * Width).Select(i => (float)i).ToArray();
            for (int start = 0; start < sequences.Steps; start++)
            {
                for (int count = 1; start + count <= sequences.Steps; count++)
                {
                    var packed = new Guarded(sequences.Slice(start, count).Rows * Width);
                    order.Pack<float>(source, start, count, Width, packed.Span);
                    float[] expected = Enumerable.Range(start, count)
                        .SelectMany(t => places.Where(n => lengths[n] > t).SelectMany(n => Row(source, t * batch + n))).ToArray();
                    Compare.SameBits(expected, packed.Span, $"steps {start} to {start + count}");
                    packed.AssertIntact();

                    float[] back = new float[source.Length];
                    order.Unpack(packed.Span, start, count, Width, back);
                    for (int i = 0; i < back.Length; i++)
                    {
                        int t = i / Width / batch;
                        bool isThere = t >= start && t < start + count && t < lengths[i / Width % batch];
                        Assert.Equal(isThere ? source[i] : 0, back[i]);
                    }
                }
            }
        });

    [Fact]
    public void BatchOrder_PackAndUnpack_firstStep_movesOneRowOfEachSequence()
        => ForAll((steps, lengths, isGiven) =>
        {
            BatchOrder order = Order(steps, lengths, isGiven);
            float[] source = Enumerable.Range(0, lengths.Length * Width).Select(i => (float)i).ToArray();
            var packed = new Guarded(source.Length);
            var back = new Guarded(source.Length);
            order.Pack<float>(source, 0, 1, Width, packed.Span);
            order.Unpack(packed.Span, 0, 1, Width, back.Span);
            Compare.SameBits(Places(lengths, isGiven).SelectMany(n => Row(source, n)).ToArray(), packed.Span);
            Compare.SameBits(source, back.Span);
            packed.AssertIntact();
            back.AssertIntact();
        });

    /// <summary>How many values the order takes is no more than it says.</summary>
    [Fact]
    public void BatchOrder_MemoryLength_isEnough()
        => ForAll((steps, lengths, isGiven) =>
        {
            var size = new BatchSize(new BatchShape { Steps = steps, Sequences = lengths.Length, Lengths = isGiven ? lengths : [] });
            var memory = new int[(int)BatchOrder.MemoryLength(size)];
            Assert.Equal(lengths.Sum(), Order(steps, lengths, isGiven, memory).Sequences.Rows);
            Assert.Equal(lengths.Sum(), new BatchOrder(size, memory).Sequences.Rows);
            Assert.Equal(isGiven, memory.Length > 0);
        });

    internal static void ForAll(Action<int, int[], bool> check)
        => Assert.All(Batches, batch => check(batch.Steps, batch.Lengths, batch.IsGiven));

    internal static BatchOrder Order(int steps, int[] lengths, bool isGiven, int[]? memory = null)
        => new(
            new BatchShape { Steps = steps, Sequences = lengths.Length, Lengths = isGiven ? lengths : [] },
            memory ?? new int[100]);

    /// <summary>The sequences of the caller's order in that of the layers: those of a length stay in their order.</summary>
    internal static int[] Places(int[] lengths, bool isGiven)
        => Enumerable.Range(0, lengths.Length).OrderByDescending(n => isGiven ? lengths[n] : 0).ToArray();

    internal static int[] Lengths(Sequences sequences)
    {
        var lengths = new int[sequences.Batch];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = sequences.Length(i);
        }

        return lengths;
    }

    private static float[] Row(float[] rows, int row) => rows[(row * Width)..((row + 1) * Width)];
}
