namespace FastRnn;

/// <summary>How the outputs of branches, or of the two directions of a bidirectional layer, become one.</summary>
public enum Merge
{
    /// <summary>Side by side, in their order: as many features as all have together.</summary>
    Concatenate,

    /// <summary>y = Σᵢ yᵢ, feature by feature.</summary>
    Sum,

    /// <summary>y = (1/n)·Σᵢ yᵢ of n outputs, feature by feature.</summary>
    Average,

    /// <summary>y = Πᵢ yᵢ, feature by feature.</summary>
    Multiply,
}
