using System.Globalization;

namespace FastRnn.Training;

/// <summary>What is wrong, in words.</summary>
internal static class DiagnosisVerdict
{
    /// <summary>A gradient that has this share of what it has a step back is there.</summary>
    private const double Reaching = 0.01;

    /// <summary>Times of what it has a step back from which on a gradient explodes.</summary>
    private const double Exploding = 100;

    /// <summary>Fewer steps tell nothing of the way back.</summary>
    private const int LeastLags = 8;

    private const double ManySaturated = 0.5, ManyDead = 0.3, LargeRatio = 0.1, SmallRatio = 1e-6;

    internal static IReadOnlyList<Finding> Of(IEnumerable<LayerDiagnosis> layers, IEnumerable<TensorDiagnosis> tensors)
        => [.. layers.SelectMany(OfLayer), .. tensors.Where(tensor => !tensor.IsVector).SelectMany(OfTensor)];

    private static IEnumerable<Finding> OfLayer(LayerDiagnosis layer)
    {
        if (layer.GradientByLag is { Count: > 1 } norms && norms[^1].Lag >= LeastLags && norms[0].Norm > 0)
        {
            int reach = norms.TakeWhile(norm => norm.Norm >= Reaching * norms[0].Norm).Last().Lag, longest = norms[^1].Lag;
            LagNorm highest = norms.MaxBy(norm => norm.Norm);
            if (reach < longest / 2)
            {
                yield return Say(
                    FindingKind.VanishingGradient, layer.Name,
                    $"the gradient vanishes: beyond {reach} of {longest} steps back less than 1 % is left of what a step back has.",
                    "Try ChronoSteps with Cell.Lstm or Cell.Gru, or recurrent weights that start orthogonal or as the identity.");
            }

            if (highest.Norm > Exploding * norms[0].Norm)
            {
                yield return Say(
                    FindingKind.ExplodingGradient, layer.Name,
                    $"the gradient explodes: {highest.Lag} steps back it is {highest.Norm / norms[0].Norm:G3} times what a step back has.",
                    "Try MaxGradientNorm = 1, a lower learning rate, or recurrent weights that start orthogonal.");
            }
        }

        if (layer.SaturatedShare > ManySaturated)
        {
            yield return Say(
                FindingKind.SaturatedUnits, layer.Name,
                $"{layer.SaturatedShare:P0} of the outputs are at the ends of their activation, where no gradient passes.",
                "Try inputs of mean 0 and variance 1, smaller weights, or a lower learning rate.");
        }

        if (layer.DeadShare > ManyDead)
        {
            yield return Say(
                FindingKind.DeadUnits, layer.Name,
                $"{layer.DeadShare:P0} of the units put out 0 throughout.",
                "Try a lower learning rate, Activation.LeakyRelu, or weights that start as HeUniform.");
        }
    }

    private static IEnumerable<Finding> OfTensor(TensorDiagnosis tensor)
    {
        if (tensor.UpdateRatio > LargeRatio)
        {
            yield return Say(
                FindingKind.LargeUpdates, tensor.Name,
                $"an update changes it by {tensor.UpdateRatio:P0} of its norm.",
                "Try a lower learning rate, a warm-up, or MaxGradientNorm.");
        }
        else if (tensor is { IsTrained: true, GradientNorm: > 0 } && tensor.UpdateRatio < SmallRatio)
        {
            yield return Say(
                FindingKind.SmallUpdates, tensor.Name,
                $"an update changes it by {tensor.UpdateRatio:G2} of its norm.", "Try a higher learning rate.");
        }
    }

    private static Finding Say(FindingKind kind, string place, FormattableString what, string advice)
        => new(kind, place, $"{place}: {what.ToString(CultureInfo.InvariantCulture)} {advice}");
}
