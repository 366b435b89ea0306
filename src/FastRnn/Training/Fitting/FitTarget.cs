using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What the loop of a training needs of a trainer and its data.</summary>
internal abstract class FitTarget<TModel>(Trainer trainer)
{
    private readonly List<ParameterBuffer> _best = [];

    internal Trainer Trainer { get; } = trainer;

    /// <summary>How many batches an epoch has; null where this is not known.</summary>
    internal abstract long? BatchesPerEpoch { get; }

    /// <summary>Whether there are validation data.</summary>
    internal abstract bool Validates { get; }

    /// <summary>The weights of the lowest validation loss so far, a buffer for each network; none before there are any.</summary>
    internal IReadOnlyList<ParameterBuffer> Best => _best;

    /// <summary>Begins an epoch.</summary>
    internal abstract void Start(int epoch);

    /// <summary>Takes the next batch; false at the end of the epoch.</summary>
    internal abstract bool TryNext();

    /// <summary>A training step with the batch.</summary>
    internal abstract TrainingStep Step();

    /// <summary>The mean loss over the validation data.</summary>
    internal abstract double Validate();

    /// <summary>A model of weights for each network.</summary>
    internal abstract TModel ToModel(IReadOnlyList<ParameterBuffer> parameters);

    /// <summary>The weights as they are, or their average where one is kept.</summary>
    internal IReadOnlyList<ParameterBuffer> Current
        => [.. Trainer.Networks.Select(network => network.Average ?? network.Bptt.Parameters)];

    /// <summary>Takes over what a checkpoint has kept, if the trainer comes from one; otherwise training begins.</summary>
    internal FitState TakeState()
    {
        FitState state = Trainer.Interrupted ?? new FitState();
        _best.AddRange(Trainer.InterruptedBest);
        Trainer.Interrupted = null;
        Trainer.InterruptedBest = [];
        return state;
    }

    /// <summary>Makes room for the best weights, and keeps those that are.</summary>
    internal void KeepBest()
    {
        for (int i = 0; i < Trainer.Networks.Count; i++)
        {
            TrainedNetwork network = Trainer.Networks[i];
            if (_best.Count == i)
            {
                _best.Add(new ParameterBuffer(network.Bptt.Parameters.Layout));
            }

            (network.Average ?? network.Bptt.Parameters).All.CopyTo(_best[i].All);
        }
    }

    /// <summary>Runs with the average of the weights, where one is kept.</summary>
    private protected double WithAverage(Func<double> run)
    {
        Swap();
        try
        {
            return run();
        }
        finally
        {
            Swap();
        }

        void Swap()
        {
            foreach (TrainedNetwork network in Trainer.Networks)
            {
                network.SwapAverage();
            }
        }
    }
}
