using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// The forward and the backward recursion in log space, where no length of a sequence and no distance of a value from all states can
/// make a probability underflow. All buffers are [T, S]. Source: L. R. Rabiner, A tutorial on hidden Markov models and selected
/// applications in speech recognition, Proceedings of the IEEE 77, 1989, section III.
/// </summary>
internal static class ForwardBackward
{
    /// <summary>ln α⟨t⟩(j) = ln P(x⟨1⟩ … x⟨t⟩, state j at t) = ln Σᵢ α⟨t−1⟩(i)·aᵢⱼ + ln bⱼ(x⟨t⟩), with πⱼ as the sum at the first step.
    /// </summary>
    /// <returns>ln P(x⟨1⟩ … x⟨T⟩)</returns>
    internal static double Forward(MarkovChain chain, ReadOnlySpan<double> logEmissions, Span<double> logAlpha)
    {
        int states = chain.StateCount;
        var scratch = new double[states];
        TensorPrimitives.Add(chain.LogInitial, logEmissions[..states], logAlpha[..states]);
        for (int start = states; start < logAlpha.Length; start += states)
        {
            ReadOnlySpan<double> previous = logAlpha.Slice(start - states, states);
            for (int j = 0; j < states; j++)
            {
                logAlpha[start + j] = LogSum.OfProducts(previous, chain.LogInto(j), scratch) + logEmissions[start + j];
            }
        }

        return LogSum.Of(logAlpha[^states..]);
    }

    /// <summary>ln β⟨t⟩(i) = ln P(x⟨t+1⟩ … x⟨T⟩ | state i at t) = ln Σⱼ aᵢⱼ·bⱼ(x⟨t+1⟩)·β⟨t+1⟩(j), with 1 as β⟨T⟩.</summary>
    internal static void Backward(MarkovChain chain, ReadOnlySpan<double> logEmissions, Span<double> logBeta)
    {
        int states = chain.StateCount;
        var scratch = new double[states];
        var next = new double[states];
        logBeta[^states..].Clear();
        for (int start = logBeta.Length - 2 * states; start >= 0; start -= states)
        {
            Next(logEmissions, logBeta, start + states, next);
            for (int i = 0; i < states; i++)
            {
                logBeta[start + i] = LogSum.OfProducts(next, chain.LogOut(i), scratch);
            }
        }
    }

    /// <summary>γ⟨t⟩(i) = P(state i at t | x⟨1⟩ … x⟨T⟩) = α⟨t⟩(i)·β⟨t⟩(i) / Σⱼ α⟨t⟩(j)·β⟨t⟩(j), with a sum of its own for each step,
    /// since the likelihood, which it equals, has been rounded as a large number.</summary>
    internal static void Posteriors(
        ReadOnlySpan<double> logAlpha, ReadOnlySpan<double> logBeta, int states, Span<double> posteriors)
    {
        TensorPrimitives.Add(logAlpha, logBeta, posteriors);
        for (int start = 0; start < posteriors.Length; start += states)
        {
            LogSum.Normalize(posteriors.Slice(start, states));
        }
    }

    /// <summary>
    /// Adds the expected transitions Σₜ ξ⟨t⟩(i, j), with ξ⟨t⟩(i, j) = P(state i at t, state j at t+1 | x⟨1⟩ … x⟨T⟩)
    /// = γ⟨t⟩(i)·aᵢⱼ·bⱼ(x⟨t+1⟩)·β⟨t+1⟩(j) / β⟨t⟩(i).
    /// </summary>
    /// <param name="transitions">[S, S]</param>
    internal static void AddTransitions(
        MarkovChain chain, ReadOnlySpan<double> logEmissions, ReadOnlySpan<double> logBeta, ReadOnlySpan<double> posteriors,
        Span<double> transitions)
    {
        int states = chain.StateCount;
        var scratch = new double[states];
        var next = new double[states];
        for (int start = 0; start < logBeta.Length - states; start += states)
        {
            Next(logEmissions, logBeta, start + states, next);
            for (int i = 0; i < states; i++)
            {
                double posterior = posteriors[start + i];
                if (posterior > 0)
                {
                    Span<double> row = transitions.Slice(i * states, states);
                    TensorPrimitives.Add(next, chain.LogOut(i), scratch);
                    TensorPrimitives.Subtract(scratch, logBeta[start + i], scratch);
                    TensorPrimitives.Exp(scratch, scratch);
                    TensorPrimitives.MultiplyAdd(scratch, posterior, row, row);
                }
            }
        }
    }

    /// <summary>ln bⱼ(x)·β(j) of the step that begins there.</summary>
    private static void Next(ReadOnlySpan<double> logEmissions, ReadOnlySpan<double> logBeta, int start, Span<double> next)
        => TensorPrimitives.Add(logEmissions.Slice(start, next.Length), logBeta.Slice(start, next.Length), next);
}
