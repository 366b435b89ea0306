namespace FastRnn.Training;

/// <summary>A metric over outputs whose targets are classes, target by target.</summary>
public abstract class ClassMetric : Metric
{
    private protected ClassMetric()
    {
    }

    /// <summary>The target that does not count in a batch, such as −100; null for none.</summary>
    public int? IgnoredTarget { get; init; }

    private protected sealed override void AddBatch(in MetricBatch batch)
    {
        CheckWidth(batch);
        batch.RequireIndices();
        for (int n = 0; n < batch.Sequences; n++)
        {
            BeginSequence();
            for (int row = n; row < batch.Rows; row += batch.Sequences)
            {
                if (batch.TryGetTarget(row, IgnoredTarget, out int target))
                {
                    AddTarget(batch.OutputsOf(row), target);
                }
            }

            EndSequence();
        }
    }

    /// <summary>Refuses outputs of a size that does not suit.</summary>
    private protected virtual void CheckWidth(in MetricBatch batch)
    {
    }

    /// <summary>Adds one target, sequence by sequence, step by step.</summary>
    /// <param name="outputs">[O]</param>
    /// <param name="target">its class</param>
    private protected abstract void AddTarget(ReadOnlySpan<float> outputs, int target);

    /// <summary>Called before the first target of each sequence.</summary>
    private protected virtual void BeginSequence()
    {
    }

    /// <summary>Called behind the last target of each sequence.</summary>
    private protected virtual void EndSequence()
    {
    }
}
