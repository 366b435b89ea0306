using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Metrics take no memory as they go.</summary>
[Collection(Alone.Name)]
public sealed class MetricAllocationTests
{
    [Fact]
    public void Metric_Add_allocatesNothing()
    {
        var classes = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 0 });
        var values = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 1 });
        classes.Resize(20, 3);
        values.Resize(20, 3);
        float[] probabilities = [.. Enumerable.Repeat(0.5f, 120)];
        Metric[] ofClasses =
        [
            new ConfusionMatrix(2), new LikelihoodMetrics(), new CalibrationError(), new EntityMetrics(["O", "B-X"]),
        ];
        var regression = new RegressionMetrics();
        var intervals = new IntervalMetrics(0.9);
        var match = new SequenceMatchMetrics();
        int[] one = new int[50], other = new int[60];
        Assert.Equal(0, Allocation.Of(20, () =>
        {
            foreach (Metric metric in ofClasses)
            {
                metric.Add(probabilities, classes);
            }

            ofClasses[0].Add(probabilities, classes.Targets, new() { Steps = 20, Sequences = 3 });
            regression.Add(probabilities.AsSpan(0, 60), values);
            intervals.Add(probabilities, values);
            match.Add<int>(one, other);
        }));
    }
}
