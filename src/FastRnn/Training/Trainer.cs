using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What <see cref="RnnTrainer"/> and <see cref="EncoderDecoderTrainer"/> have in common: how weights change.</summary>
public abstract class Trainer : IDisposable
{
    private ExclusiveUse _use;

    private protected Trainer(Optimizer optimizer, LossFunction loss)
    {
        Update = new WeightUpdate(optimizer);
        Loss = loss;
    }

    /// <summary>How gradients change the weights.</summary>
    public Optimizer Optimizer => Update.Optimizer;

    /// <summary>What is made small.</summary>
    public LossFunction Loss { get; }

    /// <summary>How many training steps have changed the weights.</summary>
    public long Updates => Update.Updates;

    /// <summary>
    /// Gradients are scaled down to this norm, over all of them together, where they are beyond it. Infinity, at first, clips
    /// nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    /// <exception cref="InvalidOperationException">It is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public float MaxGradientNorm
    {
        get => Update.MaxGradientNorm;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Update.MaxGradientNorm = value;
        }
    }

    /// <summary>Each gradient is limited to ± this value, before <see cref="MaxGradientNorm"/> applies. Infinity, at first, clips nothing.
    /// </summary>
    /// <inheritdoc cref="MaxGradientNorm" path="/exception"/>
    public float MaxGradientValue
    {
        get => Update.MaxGradientValue;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Update.MaxGradientValue = value;
        }
    }

    /// <summary>A factor of <see cref="Optimizer.LearningRate"/> for the steps to come, such as that of a
    /// <see cref="LearningRateSchedule"/>; 1 at first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or not finite.</exception>
    /// <exception cref="InvalidOperationException">It is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public float LearningRateScale
    {
        get => Update.LearningRateScale;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Update.LearningRateScale = value;
        }
    }

    /// <summary>
    /// d of a running average of the weights, θ̄ ← d·θ̄ + (1 − d)·θ after each update, such as 0.999. It starts as the weights are when
    /// this is set to more than 0, and is kept until it is set to 0, which it is at first: no average.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or not below 1.</exception>
    /// <exception cref="InvalidOperationException">It is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public float AverageDecay
    {
        get => Update.AverageDecay;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Update.AverageDecay = value is >= 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(AverageDecay), value, "Expected a value from 0 up to, but not, 1.");
            foreach (TrainedNetwork network in Networks)
            {
                network.KeepAverage(value > 0);
            }
        }
    }

    internal WeightUpdate Update { get; }

    /// <summary>How many steps were taken, applied or not; what dropout drops depends on it.</summary>
    internal long Steps { get; set; }

    /// <summary>How far the training has come that the trainer's checkpoint was made in; null where it was made in none.</summary>
    internal FitState? Interrupted { get; set; }

    /// <summary>The best weights of that training, a buffer for each network, if there are any.</summary>
    internal IReadOnlyList<ParameterBuffer> InterruptedBest { get; set; } = [];

    /// <summary>All that is trained together.</summary>
    internal abstract IReadOnlyList<TrainedNetwork> Networks { get; }

    /// <summary>Returns the trainer's memory to the pool. Disposing twice does no harm; training afterwards throws.</summary>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; it is not disposed.</exception>
    public void Dispose()
    {
        if (_use.TryDispose(this))
        {
            foreach (TrainedNetwork network in Networks)
            {
                network.Dispose();
            }

            ReturnMemory();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a use of what may change, for one thread at a time.</summary>
    /// <inheritdoc cref="ExclusiveUse.Enter" path="/exception"/>
    internal ExclusiveUse.Scope Enter() => _use.Enter(this);

    /// <summary>Refuses to hand out an average that is not kept.</summary>
    private protected void RequireAverage()
    {
        if (AverageDecay == 0)
        {
            throw new InvalidOperationException($"Expected an average of the weights, but {nameof(AverageDecay)} is 0.");
        }
    }

    /// <summary>The layers as a set, each of which the spec has.</summary>
    private protected static IReadOnlySet<int> LayersOf(IEnumerable<int> layers, RnnSpec spec, string property)
    {
        ArgumentNullException.ThrowIfNull(layers, property);
        var set = new HashSet<int>(layers);
        foreach (int layer in set.Where(layer => layer < 0 || layer >= spec.Layers.Count))
        {
            throw new ArgumentOutOfRangeException(
                property, layer, $"Expected the number of a layer, from 0 to {spec.Layers.Count - 1}.");
        }

        return set;
    }

    /// <summary>Returns what is not a network's.</summary>
    private protected abstract void ReturnMemory();
}
