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

        AddBatch(new(outputs, width, batch.Targets, batch.Layout.TargetSize, batch.Sequences, nameof(batch))
        {
            Lengths = batch.Layout.HasOneTarget ? [] : batch.Lengths,
            Weights = batch.Weights,
        });
    }

    /// <summary>Adds outputs and targets that are no <see cref="SequenceBatch"/>, such as those that <see cref="RnnTrainer.Predict"/> has
    /// written.</summary>
    /// <param name="outputs">ŷ [T, N, O].</param>
    /// <param name="targets">y: class indices [T, N], or values [T, N, target size]; those of padding are not read.</param>
    /// <param name="shape">That of the outputs: a network with one output for each sequence has 1 step, and no lengths. So have rows that
    /// are no sequences.</param>
    /// <param name="weights">[T, N], of which only matters whether one is 0; empty for none.</param>
    /// <exception cref="ArgumentException">The outputs are not as many for each target as the metric takes, or targets are of another
    /// kind or number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A member of the shape or a weight is out of range; or a target or an output is, then
    /// part of the batch may have been added.</exception>
    public void Add(ReadOnlySpan<float> outputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> weights = default)
    {
        BatchGuard.Shape(shape, nameof(shape));
        if (!targets.Beside.IsEmpty)
        {
            throw new ArgumentException($"Expected indices or values, but got {targets.Describe()}.", nameof(targets));
        }

        int rows = Guard.SequenceLength(shape.Steps, shape.Sequences, 1, nameof(shape));
        int width = WidthOf(outputs.Length, rows, nameof(outputs)), targetWidth = WidthOf(targets.Length, rows, nameof(targets));
        if (targets.IsIndices)
        {
            Guard.Length(targets.Length, rows, nameof(targets), "[T, N]");
        }

        if (!weights.IsEmpty)
        {
            Guard.Length(weights.Length, rows, nameof(weights), "[T, N]");
            TrainingGuard.Weights(weights);
        }

        AddBatch(new(outputs, width, targets, targets.IsIndices ? 0 : targetWidth, shape.Sequences, nameof(targets))
        {
            Lengths = shape.Lengths,
            Weights = weights,
        });
    }

    /// <summary>Forgets all that has been added.</summary>
    public abstract void Reset();

    /// <summary>Adds a batch whose outputs and targets are whole rows.</summary>
    private protected abstract void AddBatch(in MetricBatch batch);

    /// <summary>How many values each row has.</summary>
    private static int WidthOf(int length, int rows, string parameter)
        => length >= rows && length % rows == 0
            ? length / rows
            : throw new ArgumentException($"Expected as many values for each of T·N = {rows} rows, but got {length}.", parameter);
}
