namespace FastRnn.Serialization;

/// <summary>The cells that other frameworks have too.</summary>
internal enum CellKind
{
    Elman,

    /// <summary>Without peepholes.</summary>
    Lstm,

    /// <summary>The reset after the recurrent product.</summary>
    Gru,

    ResetBeforeGru,
}
