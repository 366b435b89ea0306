using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

public sealed class SequenceSetTests
{
    private static readonly SequenceLayout Values = new() { InputSize = 2, TargetSize = 1 };
    private static readonly SequenceLayout Classes = new() { InputSize = 0, Vocabulary = 9, TargetSize = 0, HasOneTarget = true };

    [Fact]
    public void SequenceSet_Add_sequences_areKeptAsTheyAre()
    {
        var set = new SequenceSet(Values);
        set.Add((float[])[1, 2, 3, 4], (float[])[5, 6]);
        set.Add((float[])[7, 8], (float[])[9], [0.5f]);
        Assert.Equal((2, 3L, 2), (set.Count, set.TotalSteps, set.LongestSteps));
        Assert.Equal((2, 1), (set.GetSteps(0), set.GetSteps(1)));
        Assert.Equal([1f, 2, 3, 4], set.GetInputs(0).Values);
        Assert.Equal([9f], set.GetTargets(1).Values);
        Assert.True(set.GetWeights(0).IsEmpty);
        Assert.Equal([0.5f], set.GetWeights(1));
    }

    [Fact]
    public void SequenceLayout_Of_specAndLoss_isWhatTheyTake()
    {
        var values = new RnnSpec(3, Cell.Elman(2), Layer.Dense(4));
        Assert.Equal(new SequenceLayout { InputSize = 3, TargetSize = 4 }, SequenceLayout.Of(values, Loss.SquaredError));
        Assert.Equal(new SequenceLayout { InputSize = 3, TargetSize = 2 }, SequenceLayout.Of(values, Loss.Gaussian));
        var indices = RnnSpec.ForIndices(7, Layer.Embedding(2), Cell.Elman(2), Layer.LastStep(), Layer.Dense(4));
        Assert.Equal(
            new SequenceLayout { InputSize = 0, Vocabulary = 7, TargetSize = 0, HasOneTarget = true },
            SequenceLayout.Of(indices, Loss.CrossEntropy));
    }

    [Fact]
    public void SequenceSet_Add_whatDoesNotFit_isRefused()
    {
        var set = new SequenceSet(Values);
        BadInput.Refused<ArgumentException>("inputs", "values (float)", "indices (int)", () => set.Add((int[])[1, 2], (float[])[1]));
        BadInput.Refused<ArgumentException>("inputs", "step of 2 values", "got 3", () => set.Add((float[])[1, 2, 3], (float[])[1]));
        BadInput.Refused<ArgumentException>("inputs", "at least one step", "got 0", () => set.Add((float[])[], (float[])[]));
        BadInput.Refused<ArgumentException>("targets", "= 1 values", "got 2", () => set.Add((float[])[1, 2], (float[])[1, 2]));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "inputs", "finite", "inputs[1] is NaN", () => set.Add((float[])[1, float.NaN], (float[])[1]));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "targets", "finite", "targets[0] is ", () => set.Add((float[])[1, 2], (float[])[float.PositiveInfinity]));
        BadInput.Refused<ArgumentOutOfRangeException>("weights", "at least 0", "-1", () => set.Add((float[])[1, 2], (float[])[1], [-1]));
        BadInput.Refused<ArgumentException>("weights", "= 1 values", "got 2", () => set.Add((float[])[1, 2], (float[])[1], [1, 1]));
        var classes = new SequenceSet(Classes);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "inputs", "from 0 to 8", "inputs[1] is 9", () => classes.Add((int[])[1, 9], (int[])[0]));
        Assert.Equal((0, 0), (set.Count, classes.Count));
    }

    [Fact]
    public void SequenceSet_Split_parts_areTheWholeAndFollowFromTheSeed()
    {
        SequenceSet set = Ten();
        (SequenceSet first, SequenceSet second) = set.Split(0.3, seed: 5);
        Assert.Equal((7, 3), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(0, 10), Firsts(first).Concat(Firsts(second)).Order());
        Assert.Equal(Firsts(second), Firsts(set.Split(0.3, seed: 5).Second));
        Assert.NotEqual(Firsts(second), Firsts(set.Split(0.3, seed: 6).Second));
        Assert.Equal([8, 9], Firsts(set.SplitInOrder(0.2).Second));
        Assert.Equal([1, 3, 5, 7, 9], Firsts(set.Split(index => index % 2 == 1).Second));
        BadInput.Refused<ArgumentOutOfRangeException>("share", "above 0", "1", () => set.Split(1.0, 1));
        Assert.Contains(
            "second one of 10 would be empty", Assert.Throws<InvalidOperationException>(() => set.Split(0.01, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "first one of 10 would be empty", Assert.Throws<InvalidOperationException>(() => set.Split(_ => true)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Every sequence once an epoch, in another order each time, the same for the same seed; little padding.</summary>
    [Fact]
    public void ShuffledBatches_epochs_haveEverySequenceOnce()
    {
        var set = new SequenceSet(Values);
        var random = new Random(3);
        for (int i = 0; i < 101; i++)
        {
            int steps = 1 + random.Next(30);
            set.Add(Enumerable.Repeat((float)i, 2 * steps).ToArray(), Enumerable.Repeat(i + 0.5f, steps).ToArray());
        }

        var source = new ShuffledBatches(set, 8, seed: 1);
        Assert.Equal(13, source.BatchesPerEpoch);
        (int[] first, int padded) = Epoch(source, 0);
        Assert.Equal(Enumerable.Range(0, 101), first.Order());
        Assert.True(padded < set.TotalSteps * 1.25, $"{padded} rows for {set.TotalSteps} steps");
        Assert.NotEqual(first, Epoch(source, 1).Firsts);
        Assert.Equal(first, Epoch(source, 0).Firsts);
        Assert.NotEqual(first, Epoch(new ShuffledBatches(set, 8, seed: 2), 0).Firsts);
        Assert.Equal(Enumerable.Range(0, 101), Epoch(new ShuffledBatches(set, 8, seed: null), 0).Firsts);
        BadInput.Refused<ArgumentException>("set", "Expected sequences", "empty", () => _ = new ShuffledBatches(new SequenceSet(Values), 1, 1));
        BadInput.Refused<ArgumentOutOfRangeException>("batchSize", "", "0", () => _ = new ShuffledBatches(set, 0, 1));

        static (int[] Firsts, int Padded) Epoch(ShuffledBatches source, int epoch)
        {
            var batch = new SequenceBatch(source.Layout);
            var firsts = new List<int>();
            int padded = 0;
            source.Start(epoch);
            while (source.TryFill(batch))
            {
                padded += batch.Steps * batch.Sequences;
                for (int n = 0; n < batch.Sequences; n++)
                {
                    firsts.Add((int)batch.InputValues[2 * n]);
                    for (int t = 0; t < batch.Steps; t++)
                    {
                        bool isWithin = t < batch.Lengths[n];
                        int row = t * batch.Sequences + n;
                        Assert.Equal(isWithin ? firsts[^1] : 0, batch.InputValues[2 * row + 1]);
                        Assert.Equal(isWithin ? firsts[^1] + 0.5f : 0, batch.TargetValues[row]);
                    }
                }
            }

            return ([.. firsts], padded);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 4)]
    [InlineData(2, 15)]
    public void WindowBatches_strands_goThroughAllInOrder(int sequences, int steps)
    {
        var set = new SequenceSet(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        int place = 0;
        foreach (int length in (int[])[7, 1, 12, 3, 8])
        {
            float[] values = [.. Enumerable.Range(place, length).Select(value => (float)value)];
            set.Add(values, values.Select(value => -value).ToArray());
            place += length;
        }

        var source = new WindowBatches(set, steps, sequences);
        int strand = place / sequences / steps * steps;
        Assert.Equal(strand / steps, source.BatchesPerEpoch);
        var batch = new SequenceBatch(source.Layout);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            source.Start(epoch);
            for (int window = 0; window < strand / steps; window++)
            {
                Assert.True(source.TryFill(batch));
                Assert.Equal((steps, sequences, window > 0), (batch.Steps, batch.Sequences, batch.Continues));
                for (int row = 0; row < steps * sequences; row++)
                {
                    int expected = row % sequences * strand + window * steps + row / sequences;
                    Assert.Equal((expected, -expected), (batch.InputValues[row], batch.TargetValues[row]));
                }
            }

            Assert.False(source.TryFill(batch));
        }
    }

    [Fact]
    public void WindowBatches_longerThanTheStrands_areRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "steps", "10 steps in 2 strands have 5 each", "6", () => _ = new WindowBatches(Ten(), 6, 2));

    [Fact]
    public void IBatchSource_TryFill_batchOfAnotherLayout_isRefused()
    {
        var other = new SequenceBatch(Classes);
        BadInput.Refused<ArgumentException>("batch", "InputSize = 2", "InputSize = 0", () => new ShuffledBatches(Ten(), 1, 1).TryFill(other));
        BadInput.Refused<ArgumentException>("batch", "InputSize = 2", "InputSize = 0", () => new WindowBatches(Ten(), 1, 1).TryFill(other));
        using var ahead = new ReadAheadBatches(new ShuffledBatches(Ten(), 1, 1));
        BadInput.Refused<ArgumentException>("batch", "InputSize = 2", "InputSize = 0", () => ahead.TryFill(other));
    }

    [Fact]
    public void SequenceLayout_Of_oneToMany_isRefused()
        => BadInput.Refused<ArgumentException>(
            "spec", "reads a sequence", "OneToMany",
            () => SequenceLayout.Of(new RnnSpec(2, Cell.Gru(2)) { Shape = SequenceShape.OneToMany }, Loss.SquaredError));

    [Fact]
    public void SequenceBatch_filledAgain_allocatesNothing()
    {
        var source = new ShuffledBatches(Ten(), 3, seed: 1);
        var batch = new SequenceBatch(source.Layout);
        Assert.Equal(0, Allocation.Of(10, () =>
        {
            for (int epoch = 0; epoch < 3; epoch++)
            {
                source.Start(epoch);
                while (source.TryFill(batch))
                {
                }
            }
        }));
    }

    [Fact]
    public void ReadAheadBatches_batches_areThoseOfTheSource()
    {
        using var ahead = new ReadAheadBatches(new ShuffledBatches(Ten(), 3, seed: 1));
        var source = new ShuffledBatches(Ten(), 3, seed: 1);
        SequenceBatch batch = new(source.Layout), expected = new(source.Layout);
        Assert.Throws<InvalidOperationException>(() => ahead.TryFill(batch));
        for (int epoch = 0; epoch < 3; epoch++)
        {
            source.Start(epoch);
            ahead.Start(epoch);
            while (source.TryFill(expected))
            {
                Assert.True(ahead.TryFill(batch));
                Assert.Equal(expected.InputValues, batch.InputValues);
                Assert.Equal(expected.TargetValues, batch.TargetValues);
                if (epoch == 1)
                {
                    break;
                }
            }

            Assert.True(epoch == 1 || !ahead.TryFill(batch));
        }
    }

    [Fact]
    public void ReadAheadBatches_sourceThatFails_failsWhereTheBatchIsAskedFor()
    {
        var failing = new FailingSource();
        using var ahead = new ReadAheadBatches(failing);
        var batch = new SequenceBatch(failing.Layout);
        ahead.Start(0);
        Assert.True(ahead.TryFill(batch));
        Assert.Equal("gone", Assert.Throws<IOException>(() => ahead.TryFill(batch)).Message);
        ahead.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ahead.TryFill(batch));
    }

    private static SequenceSet Ten()
    {
        var set = new SequenceSet(Values);
        for (int i = 0; i < 10; i++)
        {
            set.Add((float[])[i, i], (float[])[i]);
        }

        return set;
    }

    private static int[] Firsts(SequenceSet set)
        => [.. Enumerable.Range(0, set.Count).Select(index => (int)set.GetInputs(index).Values[0])];

    private sealed class FailingSource : IBatchSource
    {
        private int _count;

        public SequenceLayout Layout => Values;

        public long? BatchesPerEpoch => null;

        public bool CarriesState => false;

        public void Start(int epoch) => _count = 0;

        public bool TryFill(SequenceBatch batch)
        {
            batch.Resize(1, 1);
            return _count++ == 0 ? true : throw new IOException("gone");
        }
    }
}
