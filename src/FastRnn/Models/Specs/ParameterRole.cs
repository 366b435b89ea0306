namespace FastRnn;

/// <summary>What a parameter is for, as far as it decides how it can start.</summary>
internal enum ParameterRole
{
    /// <summary>It starts in its own way alone.</summary>
    Other,

    /// <summary>A matrix over inputs or the outputs of the layer below.</summary>
    Weights,

    /// <summary>A matrix over the state of the step before.</summary>
    RecurrentWeights,

    /// <summary>A bias.</summary>
    Bias,
}
