namespace FastRnn.Serialization;

/// <summary>What a module may be that has vectors and no matrix: their names and shapes do not always tell.</summary>
public enum VectorModule
{
    /// <summary>A <see cref="LayerNormalizationSpec"/>, with or without a bias.</summary>
    LayerNormalization,

    /// <summary>A <see cref="RmsNormalizationSpec"/>.</summary>
    RmsNormalization,

    /// <summary>An <see cref="ActivationSpec"/> of <see cref="Activation.PRelu"/> with a slope for each feature.</summary>
    PRelu,
}
