namespace FastRnn.Baselines.Markov;

/// <summary>Which transitions are possible.</summary>
public enum HiddenMarkovTopology
{
    /// <summary>From every state to every state, and any state first; the start is random, by the seed.</summary>
    Ergodic,

    /// <summary>From a state to itself and to the next one, with state 0 first; the start cuts each sequence into equal parts.</summary>
    LeftToRight,
}
