namespace FastRnn.Layers;

/// <summary>How far back a layer can propagate gradients: what it keeps of its weights for that.</summary>
internal enum GradientScope
{
    /// <summary>Forward only.</summary>
    None,

    /// <summary>To its parameters and its initial state.</summary>
    Parameters,

    /// <summary>To its inputs as well, for the layers below.</summary>
    Inputs,
}
