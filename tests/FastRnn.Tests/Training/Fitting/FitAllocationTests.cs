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
}
