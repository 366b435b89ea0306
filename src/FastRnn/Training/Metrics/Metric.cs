namespace FastRnn.Training;

/// <summary>What is counted over the outputs of a network and their targets, batch by batch, without allocating. Padding and targets of
/// weight 0 do not count; other weights do not matter. For one thread at a time.</summary>
public abstract class Metric
{
    private protected Metric()
    {
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">ŷ [T, N, O] or, one for each sequence, [N, O], as <see cref="RnnModel.Run"/> writes them.</param>
    /// <param name="batch">What they are the outputs of.</param>
    /// <exception cref="ArgumentNullException">The batch is null.</exception>
    /// <exception cref="ArgumentException">The outputs are not as many for each target as the metric takes, or targets are of another
    /// kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or an output is out of range; part of the batch may have been added.
    /// </exception>
    public void Add(ReadOnlySpan<float> outputs, SequenceBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int rows = batch.TargetRows, width = rows > 0 ? outputs.Length / rows : 0;
        if (width == 0 || width * rows != outputs.Length)
        {
            throw new ArgumentException($"Expected outputs for each of {rows} targets, but got {outputs.Length} values.", nameof(outputs));
        }

        AddBatch(outputs, width, batch);
    }

    /// <summary>Forgets all that has been added.</summary>
    public abstract void Reset();

    /// <summary>Adds a batch whose outputs are whole rows.</summary>
    /// <param name="outputs">[R, O], R the rows of targets</param>
    /// <param name="width">O</param>
    /// <param name="batch">with targets</param>
    private protected abstract void AddBatch(ReadOnlySpan<float> outputs, int width, SequenceBatch batch);

    /// <summary>Refuses outputs of another size.</summary>
    private protected static void RequireWidth(int width, int expected, string parameter = "outputs")
    {
        if (width != expected)
        {
            throw new ArgumentException($"Expected {expected} outputs for each target, but got {width}.", parameter);
        }
    }
}
