namespace FastRnn;

/// <summary>What one of several inputs is at a step.</summary>
public enum InputKind
{
    /// <summary>Values.</summary>
    Values,

    /// <summary>An index.</summary>
    Index,

    /// <summary>A short sequence of indices, such as the characters of a word.</summary>
    Sequence,
}
