using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>Trains classifiers.</summary>
public static class HiddenMarkovClassifier
{
    /// <summary>Trains a model on the sequences of each class; the priors are the classes' shares of all sequences.</summary>
    /// <typeparam name="T">int for sequences of symbols, float for sequences of vectors.</typeparam>
    /// <param name="sequences">The sequences of all classes.</param>
    /// <param name="labels">The class of each sequence.</param>
    /// <param name="classCount">The number of classes, each with at least one sequence.</param>
    /// <param name="train">Trains the model of a class, given its sequences; see <see cref="BaumWelch"/>.</param>
    /// <exception cref="ArgumentException">There are not as many labels as sequences, or a class has no sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is below 1, or a label is not below it.</exception>
    public static HiddenMarkovClassifier<T> Train<T>(
        IReadOnlyList<T[]> sequences, ReadOnlySpan<int> labels, int classCount,
        Func<IReadOnlyList<T[]>, HiddenMarkovModel<T>> train)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(train);
        Guard.AtLeast(classCount, 1, nameof(classCount));
        Guard.Length(labels.Length, sequences.Count, nameof(labels), "one for each sequence");
        Guard.Indices(labels, classCount, nameof(labels));
        var models = new HiddenMarkovModel<T>[classCount];
        var priors = new double[classCount];
        for (int label = 0; label < classCount; label++)
        {
            var own = new List<T[]>();
            for (int n = 0; n < labels.Length; n++)
            {
                if (labels[n] == label)
                {
                    own.Add(sequences[n]);
                }
            }

            if (own.Count == 0)
            {
                throw new ArgumentException($"Expected at least 1 sequence of each class, but class {label} has 0.", nameof(labels));
            }

            models[label] = train(own);
            priors[label] = (double)own.Count / labels.Length;
        }

        return new HiddenMarkovClassifier<T>(models, priors);
    }
}

/// <summary>
/// Classifies whole sequences: a hidden Markov model for each class and the class's prior probability, P(class | sequence) ∝
/// P(class)·P(sequence | class). Immutable, so any number of threads may use it.
/// </summary>
/// <typeparam name="T">int for sequences of symbols, float for sequences of vectors.</typeparam>
public sealed class HiddenMarkovClassifier<T>
    where T : struct
{
    private readonly HiddenMarkovModel<T>[] _models;
    private readonly double[] _priors;

    /// <param name="models">The model of each class; all for the same symbols, or vectors of the same size.</param>
    /// <param name="priors">P(class), at least 0, with the sum 1; copied.</param>
    /// <exception cref="ArgumentException">There is no model, models differ in the values of a step, there are not as many priors as
    /// models, or these are no probabilities.</exception>
    public HiddenMarkovClassifier(IReadOnlyList<HiddenMarkovModel<T>> models, ReadOnlySpan<double> priors)
    {
        ArgumentNullException.ThrowIfNull(models);
        Guard.Count(models.Count, 1, nameof(models), "model");
        int width = models[0].Emissions.Width;
        if (models.FirstOrDefault(model => model.Emissions.Width != width) is { } other)
        {
            throw new ArgumentException(
                $"Expected models of {width} values a step, as the first one has, but got one of {other.Emissions.Width}.",
                nameof(models));
        }

        Guard.Probabilities(priors, 1, models.Count, nameof(priors), "[classes]");
        _models = [.. models];
        _priors = priors.ToArray();
    }

    /// <summary>The model of each class.</summary>
    public IReadOnlyList<HiddenMarkovModel<T>> Models => _models;

    /// <summary>P(class).</summary>
    public ReadOnlySpan<double> Priors => _priors;

    /// <summary>The most probable class; of equally probable ones the first.</summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <exception cref="ArgumentException">As for <see cref="Posteriors"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public int Classify(ReadOnlySpan<T> sequence)
    {
        double[] posteriors = Posteriors(sequence);
        return Array.IndexOf(posteriors, posteriors.Max());
    }

    /// <summary>P(class | sequence) of each class; they sum to 1.</summary>
    /// <param name="sequence">[T] symbols, or [T, D] values; at least one step.</param>
    /// <exception cref="ArgumentException">There is no step, the length is no multiple of D, a value is NaN or infinite, or no model can
    /// emit the sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A symbol is out of range.</exception>
    public double[] Posteriors(ReadOnlySpan<T> sequence)
    {
        var logs = new double[_models.Length];
        for (int label = 0; label < logs.Length; label++)
        {
            logs[label] = Math.Log(_priors[label]) + _models[label].LogLikelihood(sequence);
        }

        if (logs.All(double.IsNegativeInfinity))
        {
            throw new ArgumentException(
                "Expected a sequence that the model of some class can emit, but its probability is 0 in all of them.", nameof(sequence));
        }

        LogSum.Normalize(logs);
        return logs;
    }
}
