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
        /// <exception cref="ArgumentException">The set is empty, has inputs of another size than the model, one target where the model has
        /// outputs at each step or the other way round, or targets that a metric does not take.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index or an output is out of range.</exception>
        public void Measure(SequenceSet set, params ReadOnlySpan<Metric> metrics)
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentNullException.ThrowIfNull(set);
            foreach (Metric metric in metrics)
            {
                ArgumentNullException.ThrowIfNull(metric, nameof(metrics));
            }

            RequireTargetsOf(model.Spec, set.Layout);
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
                    metric.Add(outputs.AsSpan(0, length), batch);
                }
            }
        }
    }

    /// <summary>Refuses targets that are not as many as outputs: their counts could fit by chance.</summary>
    private static void RequireTargetsOf(RnnSpec spec, SequenceLayout layout, string parameter = "set")
    {
        if (!layout.HasTargets || layout.HasOneTarget != spec.HasOneOutput)
        {
            string expected = spec.HasOneOutput ? "one for each sequence" : "one at each step";
            string actual = !layout.HasTargets ? "there are none"
                : layout.HasOneTarget ? "there is one for each sequence" : "there is one at each step";
            throw new ArgumentException($"Expected targets, {expected}, as the model's outputs are, but {actual}.", parameter);
        }
    }
}
