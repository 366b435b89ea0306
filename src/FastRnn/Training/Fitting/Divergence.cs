using System.Globalization;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>What to say of a training step whose loss or gradient was not finite.</summary>
internal static class Divergence
{
    internal const string Advice = "Try a lower learning rate, clipping by MaxGradientNorm, or inputs of mean 0 and variance 1.";

    /// <summary>The update, the layer and what to try.</summary>
    internal static string Describe(Trainer trainer, long update, TrainingStep step)
    {
        string what = float.IsFinite(step.Loss)
            ? $"the gradient of {Layer(trainer, network => network.Bptt.Gradients, name => $"{name} is not finite")}"
            : $"the loss is {step.Loss.ToString(CultureInfo.InvariantCulture)}; "
                + Layer(trainer, network => network.Bptt.Parameters, name => $"weights of {name} are not finite");
        float rate = trainer.Optimizer.LearningRate * trainer.LearningRateScale;
        return string.Create(CultureInfo.InvariantCulture, $"Update {update}: {what}, at the learning rate {rate}. {Advice}");
    }

    /// <summary>The first layer with a value that is not finite, or else the one with the largest value.</summary>
    private static string Layer(Trainer trainer, Func<TrainedNetwork, ParameterBuffer> values, Func<string, string> notFinite)
    {
        (float Size, string Name) largest = (0, "no layer");
        foreach (TrainedNetwork network in trainer.Networks)
        {
            ParameterBuffer buffer = values(network);
            foreach (ParameterSlice slice in buffer.Layout.Slices)
            {
                foreach (float value in buffer[slice])
                {
                    if (!float.IsFinite(value))
                    {
                        return notFinite(slice.Name);
                    }

                    largest = Math.Abs(value) > largest.Size ? (Math.Abs(value), slice.Name) : largest;
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{largest.Name} has the largest value, {largest.Size:G3}");
    }
}
