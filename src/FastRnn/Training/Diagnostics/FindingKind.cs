namespace FastRnn.Training;

/// <summary>What can be wrong with a training.</summary>
public enum FindingKind
{
    /// <summary>The gradient with respect to a layer's state dies out before it is half way back: what lies further back is not learned.
    /// </summary>
    VanishingGradient,

    /// <summary>The gradient with respect to a layer's state grows on its way back.</summary>
    ExplodingGradient,

    /// <summary>Most outputs of a layer are at the flat ends of their activation, where no gradient passes.</summary>
    SaturatedUnits,

    /// <summary>Many units of a layer put out 0 whatever comes in.</summary>
    DeadUnits,

    /// <summary>An update changes a matrix by a large part of itself.</summary>
    LargeUpdates,

    /// <summary>An update leaves a matrix as good as it is.</summary>
    SmallUpdates,
}
