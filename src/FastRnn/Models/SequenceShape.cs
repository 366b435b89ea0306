namespace FastRnn;

/// <summary>Which steps of a sequence a network reads and for which it has outputs.</summary>
public enum SequenceShape
{
    /// <summary>An output at every step: inputs [T, N, I], outputs [T, N, O].</summary>
    ManyToMany,

    /// <summary>
    /// One output, at the last step of each sequence: inputs [T, N, I], outputs [N, O]. Of a bidirectional layer the last hidden state
    /// of each direction counts: the forward one's at the sequence's end, the reverse one's at its beginning. The dense layers that
    /// stand last are computed for that step alone.
    /// </summary>
    ManyToOne,

    /// <summary>
    /// One input, and each output is the next step's input: inputs [N, I] or none, which are zeros or the index 0, outputs [T, N, O] with
    /// O = I. In a network of indices the index of the largest output is fed back.
    /// </summary>
    OneToMany,
}
