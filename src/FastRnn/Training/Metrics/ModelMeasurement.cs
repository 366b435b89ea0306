namespace FastRnn.Training;

/// <summary>Runs a model over sequences with targets.</summary>
public static class ModelMeasurement
{
    extension(RnnModel model)
    {
        /// <summary>Runs all sequences of a set in batches and adds each batch to metrics.</summary>
        /// <param name="set">Sequences with targets.</param>
        /// <param name="metrics">What is counted, added to what they have.</param>
        /// <exception cref="ArgumentNullException">The model, the set or a metric are null.</exception>
        /// <exception cref="ArgumentException">The set is empty, has inputs of another size than the model, or targets that a metric does
        /// not take.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index or an output is out of range.</exception>
        public void Measure(SequenceSet set, params ReadOnlySpan<Metric> metrics)
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentNullException.ThrowIfNull(set);
            const int BatchSize = 32;
            var source = new ShuffledBatches(set, BatchSize, seed: null);
            var batch = new SequenceBatch(set.Layout);
            float[] outputs = [];
            while (source.TryFill(batch))
            {
                int length = model.Spec.OutputSteps(batch.Steps) * batch.Sequences * model.Spec.OutputSize;
                outputs = length <= outputs.Length ? outputs : new float[length];
                model.Run(batch.Inputs, outputs.AsSpan(0, length), batch.Shape);
                foreach (Metric metric in metrics)
                {
                    ArgumentNullException.ThrowIfNull(metric, nameof(metrics));
                    metric.Add(outputs.AsSpan(0, length), batch);
                }
            }
        }
    }
}
