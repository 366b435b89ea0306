namespace FastRnn.Kernels;

/// <summary>
/// An activation y = g(x) of each value by itself, and what back-propagation needs of it. Fields of the structure are its parameters.
/// A NaN in is a NaN out.
/// </summary>
internal interface IActivation
{
    /// <summary>Whether the derivative needs x; where it does not, whoever keeps only y may give y for x.</summary>
    static abstract bool KeepsInput { get; }

    /// <summary>y = g(x)</summary>
    TVector Apply<TVector>(TVector x)
        where TVector : struct, IVector<TVector>;

    /// <summary>∂L/∂x = ∂L/∂y · g′(x)</summary>
    /// <param name="x">x where it is kept; of no use elsewhere</param>
    /// <param name="y">g(x)</param>
    /// <param name="gradient">∂L/∂y</param>
    TVector Gradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>;
}
