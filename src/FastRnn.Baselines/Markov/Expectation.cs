namespace FastRnn.Baselines.Markov;

/// <summary>What a model says about the hidden states of sequences.</summary>
internal sealed class Expectation<T>
    where T : struct
{
    internal Expectation(HiddenMarkovModel<T> model, IReadOnlyList<T[]> sequences)
    {
        int states = model.StateCount;
        Initial = new double[states];
        Transitions = new double[states * states];
        Posteriors = new double[sequences.Count][];
        double[] alpha = [], beta = [];
        for (int n = 0; n < sequences.Count; n++)
        {
            double[] logEmissions = model.Emissions.ComputeLogs(sequences[n]);
            if (alpha.Length < logEmissions.Length)
            {
                alpha = new double[logEmissions.Length];
                beta = new double[logEmissions.Length];
            }

            Span<double> logAlpha = alpha.AsSpan(0, logEmissions.Length), logBeta = beta.AsSpan(0, logEmissions.Length);
            double logLikelihood = ForwardBackward.Forward(model.Chain, logEmissions, logAlpha);
            if (double.IsNegativeInfinity(logLikelihood))
            {
                throw new ArgumentException(
                    $"Expected sequences that the model can emit, but the probability of sequence {n} is 0.", nameof(sequences));
            }

            LogLikelihood += logLikelihood;
            ForwardBackward.Backward(model.Chain, logEmissions, logBeta);
            double[] posteriors = new double[logEmissions.Length];
            ForwardBackward.Posteriors(logAlpha, logBeta, states, posteriors);
            ForwardBackward.AddTransitions(model.Chain, logEmissions, logBeta, posteriors, Transitions);
            for (int state = 0; state < states; state++)
            {
                Initial[state] += posteriors[state];
            }

            Posteriors[n] = posteriors;
        }
    }

    /// <summary>The sum of ln P(sequence).</summary>
    internal double LogLikelihood { get; }

    /// <summary>How many sequences are expected to begin with each state [S].</summary>
    internal double[] Initial { get; }

    /// <summary>How many transitions are expected between each two states [S, S].</summary>
    internal double[] Transitions { get; }

    /// <summary>γ [T, S] of each sequence.</summary>
    internal double[][] Posteriors { get; }
}
