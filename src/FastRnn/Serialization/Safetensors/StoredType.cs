namespace FastRnn.Serialization;

/// <summary>How weights are written to a file.</summary>
public enum StoredType
{
    /// <summary>32 bits: the weights bit for bit.</summary>
    F32,

    /// <summary>16 bits: half the size, each weight rounded to the nearest value of 8 significant bits, ties to even. A magnitude
    /// that would round to more than 3.39e38 is refused; ∞ and NaN stay what they are.</summary>
    BF16,
}
