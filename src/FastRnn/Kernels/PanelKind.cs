namespace FastRnn.Kernels;

/// <summary>Which panels a matrix lies in.</summary>
internal enum PanelKind
{
    /// <summary><see cref="PanelOfTwo{TVector}"/> of <see cref="PortableVector"/>.</summary>
    Portable,

    /// <summary><see cref="PanelOfTwo{TVector}"/> of <see cref="WideVector"/>.</summary>
    Wide,

    /// <summary><see cref="PanelOfOne{TVector}"/> of <see cref="WideVector"/>.</summary>
    WideOfOne,
}
