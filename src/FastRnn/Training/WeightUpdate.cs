namespace FastRnn.Training;

/// <summary>
/// What a training step does once the gradients are known: clip and update; and nothing of it when one of them is not finite.
/// </summary>
internal sealed class WeightUpdate(Optimizer optimizer)
{
    internal Optimizer Optimizer { get; } = optimizer;

    /// <summary>How many updates there have been.</summary>
    internal long Updates { get; set; }

    /// <summary>See <see cref="Trainer.MaxGradientNorm"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    internal float MaxGradientNorm
    {
        get;
        set => field = Positive(value, nameof(MaxGradientNorm));
    } = float.PositiveInfinity;

    /// <summary>See <see cref="Trainer.MaxGradientValue"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    internal float MaxGradientValue
    {
        get;
        set => field = Positive(value, nameof(MaxGradientValue));
    } = float.PositiveInfinity;

    /// <summary>See <see cref="Trainer.LearningRateScale"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0 or not finite.</exception>
    internal float LearningRateScale
    {
        get;
        set => field = value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LearningRateScale), value, "Expected a finite value of at least 0.");
    } = 1;

    /// <summary>See <see cref="Trainer.AverageDecay"/>.</summary>
    internal float AverageDecay { get; set; }

    /// <summary>One with the same settings that counts by itself.</summary>
    internal WeightUpdate Copy() => new(Optimizer)
    {
        Updates = Updates,
        MaxGradientNorm = MaxGradientNorm,
        MaxGradientValue = MaxGradientValue,
        LearningRateScale = LearningRateScale,
    };

    /// <summary>Clips the gradients of one or two networks, together, and updates their weights.</summary>
    /// <param name="loss">the loss, which is finite</param>
    /// <param name="network">with gradients</param>
    /// <param name="other">with gradients, if there is one</param>
    internal TrainingStep Apply(float loss, TrainedNetwork network, TrainedNetwork? other = null)
    {
        network.ClearFrozenGradients();
        other?.ClearFrozenGradients();
        double norm = GradientClipping.Clip(network.Gradients, other is null ? [] : other.Gradients, MaxGradientValue, MaxGradientNorm);
        if (!double.IsFinite(norm))
        {
            return new TrainingStep(loss, (float)norm, Applied: false);
        }

        Updates++;
        Update(network);
        if (other is not null)
        {
            Update(other);
        }

        return new TrainingStep(loss, (float)norm, Applied: true);
    }

    private void Update(TrainedNetwork network)
    {
        network.Update(Optimizer, Updates, Optimizer.LearningRate * LearningRateScale);
        network.UpdateAverage(AverageDecay);
    }

    private static float Positive(float value, string name)
        => value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a value above 0.");
}
