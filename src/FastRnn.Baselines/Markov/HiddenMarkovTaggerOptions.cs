using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>How a tagger is made of tagged sentences.</summary>
public sealed record HiddenMarkovTaggerOptions
{
    /// <summary>A word that occurs at most so many times stands for unknown words: its class is counted instead of the word
    /// itself.</summary>
    public int RareCount { get; init; } = 1;

    /// <summary>How many last letters of an unknown word are looked at; 0 for none.</summary>
    public int SuffixLength { get; init; } = 3;

    /// <summary>λ, how many occurrences of a tag the overall shares of words and tags count as; finite, above 0.</summary>
    public double Smoothing { get; init; } = 1;

    internal void Check(string parameter)
    {
        Guard.Option(RareCount >= 0, nameof(RareCount), RareCount, "at least 0", parameter);
        Guard.Option(SuffixLength >= 0, nameof(SuffixLength), SuffixLength, "at least 0", parameter);
        Guard.Option(
            Smoothing > 0 && double.IsFinite(Smoothing), nameof(Smoothing), Smoothing, "a finite value above 0", parameter);
    }
}
