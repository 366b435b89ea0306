namespace FastRnn.Kernels;

/// <summary>An activation y = g(x) of rows of values, chosen at run time, and what back-propagation needs of it.</summary>
internal abstract class RowActivation
{
    /// <summary>Whether <see cref="Backward"/> needs x; where it does not, y may be given for it.</summary>
    internal abstract bool KeepsInput { get; }

    /// <param name="x">[R, width]</param>
    /// <param name="y">[R, width]; may be x, which then is lost to <see cref="Backward"/></param>
    /// <param name="width">the values of a row</param>
    internal abstract void Forward(ReadOnlySpan<float> x, Span<float> y, int width);

    /// <summary>∂L/∂y becomes ∂L/∂x, in place.</summary>
    /// <param name="x">[R, width]; y where it is not kept</param>
    /// <param name="y">[R, width]</param>
    /// <param name="gradient">[R, width]</param>
    /// <param name="width">the values of a row</param>
    internal abstract void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> gradient, int width);
}
