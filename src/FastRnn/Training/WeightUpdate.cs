namespace FastRnn.Training;

/// <summary>
/// What a training step does once the loss is known: backward, clip, update; and nothing of it when loss or gradients are not finite.
/// </summary>
internal sealed class WeightUpdate(Optimizer optimizer)
{
    internal Optimizer Optimizer { get; } = optimizer;

    /// <summary>How many updates there have been.</summary>
    internal long Updates { get; set; }

    /// <summary>See <see cref="RnnTrainer.MaxGradientNorm"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    internal float MaxGradientNorm
    {
        get;
        set => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), value, "Expected a value above 0.");
    } = float.PositiveInfinity;

    /// <summary>Clips the gradients of one or two networks, together, and updates their weights.</summary>
    /// <param name="loss">the loss, which is finite</param>
    /// <param name="network">with gradients</param>
    /// <param name="other">with gradients, if there is one</param>
    internal TrainingStep Apply(float loss, TrainedNetwork network, TrainedNetwork? other = null)
    {
        double norm = GradientClipping.ByNorm(network.Gradients, MaxGradientNorm, other is null ? [] : other.Gradients);
        if (!double.IsFinite(norm))
        {
            return new TrainingStep(loss, (float)norm, Applied: false);
        }

        Updates++;
        network.Update(Optimizer, Updates);
        other?.Update(Optimizer, Updates);
        return new TrainingStep(loss, (float)norm, Applied: true);
    }
}
