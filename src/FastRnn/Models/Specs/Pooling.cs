namespace FastRnn;

/// <summary>How a pooling layer makes one row of all steps of a sequence, feature by feature.</summary>
public enum Pooling
{
    /// <summary>y = (1/T)·Σ x⟨t⟩.</summary>
    Mean,

    /// <summary>y = max x⟨t⟩.</summary>
    Max,

    /// <summary>y = Σ x⟨t⟩.</summary>
    Sum,
}
