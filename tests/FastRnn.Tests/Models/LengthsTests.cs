using FastRnn.Layers;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>What lengths cost: the rows that the sequences have, and none for what stands behind their ends.</summary>
public sealed class LengthsTests
{
    private const int T = 40;

    private static readonly int[] Lengths = [3, T, 1, 1, 7, 2];

    private static readonly int Sum = Lengths.Sum();

    public static TheoryData<SequenceShape> Shapes => [SequenceShape.ManyToMany, SequenceShape.ManyToOne, SequenceShape.OneToMany];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnModel_Run_lengths_computesTheirSumOfRows(SequenceShape shape)
    {
        RnnModel model = RnnModel.Create(Spec(shape), 1);
        var batch = new ZooBatch(model.Spec, T, Lengths, isRagged: true, 1);
        Assert.Equal((Sum, 0), Count(() => batch.Run(model, new float[batch.OutputLength])));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnTrainer_Step_lengths_computesTheirSumOfRowsForthAndBack(SequenceShape shape)
    {
        using var trainer = new RnnTrainer(Spec(shape), new Sgd(1e-3f), Loss.HalfSquaredError, 1);
        var batch = new ZooBatch(trainer.Spec, T, Lengths, isRagged: true, 1);
        Assert.Equal((Sum, Sum), Count(() => batch.Train(trainer)));
        Assert.Equal((Sum, 0), Count(() => batch.Evaluate(trainer)));
    }

    [Fact]
    public void RnnModel_Run_lengthsInBothDirections_computesTheirSumOfRowsTwice()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(1, Cell.Bidirectional(Cell.Custom<CountingCell>(1))), 1);
        var batch = new ZooBatch(model.Spec, T, Lengths, isRagged: true, 1);
        Assert.Equal((2 * Sum, 0), Count(() => batch.Run(model, new float[batch.OutputLength])));
    }

    [Fact]
    public void BatchSize_rows_areTheSumOfLengths()
    {
        Assert.Equal((Sum, true), Rows(new BatchSize(new BatchShape { Steps = T, Sequences = Lengths.Length, Lengths = Lengths })));
        Assert.Equal((T * Lengths.Length, false), Rows(new BatchSize(new BatchShape { Steps = T, Sequences = Lengths.Length })));

        static (int Rows, bool HasLengths) Rows(BatchSize size) => (size.Rows, size.HasLengths);
    }

    /// <summary>What is kept for the way back follows the rows too: for a tenth of them it is not half as much.</summary>
    [Fact]
    public void GradientMemory_Length_lengths_followsTheirSum()
    {
        var network = new Network(new RnnSpec(16, Cell.Lstm(32), Layer.Dense(16)), GradientScope.Parameters);
        long whole = Kept(new BatchSize(new BatchShape { Steps = 100, Sequences = 100 }));
        int[] tenths = [.. Enumerable.Repeat(10, 100)];
        Assert.InRange(Kept(new BatchSize(new BatchShape { Steps = 100, Sequences = 100, Lengths = tenths })), 1, whole / 2);

        long Kept(BatchSize size) => GradientMemory.Length(network, size);
    }

    [Fact]
    public void RnnModel_manyThreads_lengths_giveEachTheBitsOfOneThread()
    {
        const int Threads = 6, Rounds = 20, Steps = 9;
        RnnModel model = RnnModel.Create(Zoo.Spec("both directions"), 1);
        (ZooBatch Batch, float[] Outputs)[] works = Enumerable.Range(1, Threads).Select(seed =>
        {
            // The lengths differ from thread to thread, and with them the order of the rows.
            int[] lengths = RandomData.Indices(new Random(seed), 5, Steps).Select(length => length + 1).ToArray();
            var batch = new ZooBatch(model.Spec, Steps, lengths, isRagged: true, seed);
            return (batch, Run(batch));
        }).ToArray();
        using var start = new Barrier(Threads);
        int differences = 0;
        List<Thread> threads = works.Select(work => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < Rounds; round++)
            {
                Interlocked.Add(ref differences, Compare.AreSameBits(work.Outputs, Run(work.Batch)) ? 0 : 1);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, differences);
        Assert.Equal(Threads, works.Select(work => work.Outputs[0]).Distinct().Count());

        float[] Run(ZooBatch batch)
        {
            var outputs = new float[batch.OutputLength];
            batch.Run(model, outputs);
            return outputs;
        }
    }

    private static RnnSpec Spec(SequenceShape shape)
        => new(2, Cell.Custom<CountingCell>(1), Layer.Dense(2)) { Shape = shape };

    private static (int Forwards, int Backwards) Count(Action action)
    {
        (CountingCell.Forwards, CountingCell.Backwards) = (0, 0);
        action();
        return (CountingCell.Forwards, CountingCell.Backwards);
    }
}
