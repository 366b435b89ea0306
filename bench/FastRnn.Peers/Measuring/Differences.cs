using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Measuring;

/// <summary>How far a peer's results are from FastRnn's.</summary>
/// <param name="OfOutputs">the largest difference of outputs and final states</param>
/// <param name="Worst">the tensor that is farthest off, as a share of what is allowed</param>
/// <param name="WorstShare">above 1 when it is too far; NaN when either has one</param>
internal readonly record struct Differences(double OfOutputs, string Worst, double WorstShare)
{
    /// <summary>Of outputs and states as they are, and of a gradient as a share of the tensor's largest.</summary>
    internal const double Allowed = 1e-4;

    internal bool Agree => WorstShare <= 1;

    internal static Differences Between(Tensors reference, Tensors results)
    {
        double ofOutputs = 0, worstShare = 0;
        string worst = reference.Names[0];
        foreach (string name in reference.Names)
        {
            bool isState = WorkTensors.States.Contains(name);
            (double difference, double largest) = Largest(reference[name].Span, results[name].Span);
            double share = difference == 0 ? 0 : difference / (Allowed * (isState ? 1 : largest));
            if (isState)
            {
                ofOutputs = Math.Max(ofOutputs, difference);
            }

            // Not "greater": NaN is worst.
            if (!(share <= worstShare) && !double.IsNaN(worstShare))
            {
                (worst, worstShare) = (name, share);
            }
        }

        return new Differences(ofOutputs, worst, worstShare);
    }

    private static (double Difference, double Value) Largest(ReadOnlySpan<float> reference, ReadOnlySpan<float> results)
    {
        float difference = 0, value = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            difference = MathF.Max(difference, MathF.Abs(results[i] - reference[i]));
            value = MathF.Max(value, MathF.Abs(reference[i]));
        }

        return (difference, value);
    }
}
