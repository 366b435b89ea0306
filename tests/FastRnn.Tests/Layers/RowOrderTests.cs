using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Layers;

/// <summary>Rows turned round, rows that count, and rows of states, over the batches of <see cref="SequencesTests"/>.</summary>
public sealed class RowOrderTests
{
    private const int Width = 3;

    [Fact]
    public void RowOrder_Reverse_everyBatch_turnsEachSequenceRoundFromItsOwnEnd()
        => SequencesTests.ForAll((steps, lengths, isGiven) =>
        {
            const int From = 4, To = 5;
            Sequences sequences = SequencesTests.Order(steps, lengths, isGiven).Sequences;
            float[] source = RandomData.Uniform(1, sequences.Rows * From);
            var turned = new Guarded(sequences.Rows * To);
            turned.Span.Clear();
            RowOrder.Reverse(sequences, source, From, turned.Span, To, Width);
            for (int i = 0; i < sequences.Batch; i++)
            {
                int length = sequences.Length(i);
                for (int t = 0; t < length; t++)
                {
                    ReadOnlySpan<float> row = turned.Span.Slice((sequences.Start(t) + i) * To, To);
                    Compare.SameBits(source.AsSpan((sequences.Start(length - 1 - t) + i) * From, Width), row[..Width], $"({t}, {i})");
                    Assert.False(row[Width..].ContainsAnyExcept(0f));
                }
            }

            turned.AssertIntact();
        });

    [Fact]
    public void RowOrder_Copy_partOfWiderRows_leavesTheRest()
    {
        const int Rows = 5, From = 4, To = 7;
        float[] source = RandomData.Uniform(1, Rows * From);
        var copy = new Guarded(Rows * To);
        copy.Span.Clear();
        RowOrder.Copy(Rows, source, From, copy.Span, To, Width);
        float[] expected = source.Chunk(From).SelectMany(row => row[..Width].Concat(new float[To - Width])).ToArray();
        Compare.SameBits(expected, copy.Span);
        copy.AssertIntact();
    }

    /// <summary>None, all and some.</summary>
    private static IEnumerable<int?> ReverseColumns => [null, .. Enumerable.Range(0, Width)];

    [Fact]
    public void LastStepLayer_Forward_everyBatch_takesTheEndAndOfTheReverseDirectionTheBeginning()
        => SequencesTests.ForAll((steps, lengths, isGiven) =>
        {
            Sequences sequences = SequencesTests.Order(steps, lengths, isGiven).Sequences;
            float[] rows = RandomData.Uniform(1, sequences.Rows * Width);
            foreach (int? column in ReverseColumns)
            {
                var last = new Guarded(sequences.Batch * Width);
                Gather(sequences, sequences.Batch, rows, column, last.Span);
                Compare.SameBits(Places(sequences, column).Select(place => rows[place]).ToArray(), last.Span, $"reverse from {column}");
                last.AssertIntact();
            }
        });

    /// <summary>What goes on in later parts is replaced by them.</summary>
    [Fact]
    public void LastStepLayer_Forward_inParts_isThatOfTheWhole()
        => SequencesTests.ForAll((steps, lengths, isGiven) =>
        {
            Sequences sequences = SequencesTests.Order(steps, lengths, isGiven).Sequences;
            float[] rows = RandomData.Uniform(1, sequences.Rows * Width);
            var whole = new float[sequences.Batch * Width];
            Gather(sequences, sequences.Batch, rows, null, whole);
            for (int count = 1; count <= sequences.Steps; count++)
            {
                var last = new Guarded(whole.Length);
                for (int start = 0; start < sequences.Steps; start += count)
                {
                    Sequences part = sequences.Slice(start, Math.Min(count, sequences.Steps - start));
                    Gather(part, sequences.Batch, rows.AsSpan(sequences.Start(start) * Width, part.Rows * Width), null, last.Span);
                }

                Compare.SameBits(whole, last.Span, $"{count} steps at a time");
                last.AssertIntact();
            }
        });

    [Fact]
    public void LastStepLayer_Backward_everyBatch_putsGradientsWhereForwardTakes()
        => SequencesTests.ForAll((steps, lengths, isGiven) =>
        {
            Sequences sequences = SequencesTests.Order(steps, lengths, isGiven).Sequences;
            float[] last = RandomData.Uniform(1, sequences.Batch * Width);
            foreach (int? column in ReverseColumns)
            {
                var expected = new float[sequences.Rows * Width];
                var rows = new Guarded(RandomData.Uniform(2, expected.Length));
                new LastStepLayer(Width, column).Backward(
                    sequences, [], [], last, default, new ParameterBuffer(new ParameterLayout()), rows.Span, []);
                int[] places = Places(sequences, column);
                for (int i = 0; i < last.Length; i++)
                {
                    expected[places[i]] += last[i];
                }

                Compare.SameBits(expected, rows.Span, $"reverse from {column}");
                rows.AssertIntact();
            }
        });

    [Fact]
    public void StateRows_Part_ofTwoDirections_areSideBySide()
    {
        // Two sequences; a layer of one float before, then h→ and h← of two floats each, c→ and c← of the same, one float behind.
        const int Row = 10, Half = 2;
        float[] values = Enumerable.Range(0, 2 * Row).Select(i => (float)i).ToArray();
        var layer = new StateRows(values.AsSpan(1), Row, 2 * Half);
        StateRows reverse = layer.From(Half, 2 * Half);
        Assert.Equal([1f, 2f, 3f, 4f], layer.Part(0, 0, 2 * Half).ToArray());
        Assert.Equal([5f, 6f], layer.Part(0, 1, Half).ToArray());
        Assert.Equal([15f, 16f], layer.Part(1, 1, Half).ToArray());
        Assert.Equal([3f, 4f], reverse.Part(0, 0, Half).ToArray());
        Assert.Equal([7f, 8f], reverse.Part(0, 1, Half).ToArray());
        Assert.Equal([17f, 18f], reverse.Part(1, 1, Half).ToArray());
        reverse.Part(1, 1, Half)[0] = -1;
        Assert.Equal(-1, values[17]);
        Assert.False(layer.IsEmpty);
        Assert.True(default(StateRows).IsEmpty);
        Assert.True(default(StateRows).From(Half, Half).IsEmpty);
    }

    private static void Gather(
        in Sequences sequences, int batch, ReadOnlySpan<float> rows, int? reverseColumn, Span<float> last)
        => new LastStepLayer(Width, reverseColumn).Forward(
            new ForwardPass(sequences, new TraceSize(sequences.Rows, batch)), rows, default, last);

    /// <summary>Where in [R, width] the values [N, width] stand that count.</summary>
    private static int[] Places(Sequences sequences, int? reverseColumn)
    {
        var places = new List<int>();
        for (int i = 0; i < sequences.Batch; i++)
        {
            for (int column = 0; column < Width; column++)
            {
                bool isReverse = column >= reverseColumn;
                int row = isReverse ? i : sequences.Start(sequences.Length(i) - 1) + i;
                places.Add(row * Width + column);
            }
        }

        return [.. places];
    }
}
