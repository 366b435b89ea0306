using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Epochs behind the first one take no memory but the records of their validations.</summary>
[Collection(Alone.Name)]
public sealed class FitAllocationTests
{
    /// <summary>A record of a validation, and its place in a list that grows.</summary>
    private const long BytesPerValidation = 400;

    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    public void RnnTrainer_Fit_moreEpochs_takeNoMoreMemory(int? window)
    {
        var spec = new RnnSpec(2, Cell.Gru(4), Layer.Dense(1));
        var set = new SequenceSet(SequenceLayout.Of(spec, Loss.SquaredError));
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            int steps = 4 + random.Next(9);
            set.Add(RandomData.Uniform(random, 2 * steps), RandomData.Uniform(random, steps));
        }

        const int Few = 10, Many = 110;
        Fit(Few);
        long few = Fit(Few), many = Fit(Many);
        Assert.InRange(many - few, 0, (Many - Few) * BytesPerValidation);

        long Fit(int epochs)
        {
            using var trainer = new RnnTrainer(spec, new Adam(), Loss.SquaredError, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Fit(set, set, new FitOptions { Epochs = epochs, BatchSize = 4, Window = window });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void EncoderDecoderTrainer_Fit_moreEpochs_takeNoMoreMemory()
    {
        var encoder = RnnSpec.ForIndices(6, Layer.Embedding(3), Cell.Gru(4));
        var decoder = RnnSpec.ForIndices(6, Cell.Gru(4), Layer.Attention(4), Layer.Dense(6, Activation.Softmax));
        const int Few = 10, Many = 110;
        Fit(Few);
        long few = Fit(Few), many = Fit(Many);
        Assert.InRange(many - few, 0, (Many - Few) * BytesPerValidation);

        long Fit(int epochs)
        {
            using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(), Loss.CrossEntropy, 1)
            {
                ScheduledSampling = new() { Probability = 0.5f },
            };
            SequencePairSet set = Pairs(trainer);
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Fit(set, set, new FitOptions { Epochs = epochs, BatchSize = 4 });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static SequencePairSet Pairs(EncoderDecoderTrainer trainer)
        {
            var set = SequencePairSet.For(trainer, startIndex: 0, endIndex: 1);
            var random = new Random(1);
            for (int i = 0; i < 20; i++)
            {
                set.Add(RandomData.Indices(random, 1 + random.Next(5), 6), RandomData.Indices(random, random.Next(5), 6));
            }

            return set;
        }
    }
}
