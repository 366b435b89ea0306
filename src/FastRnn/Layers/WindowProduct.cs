using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// The product of windows over time with weights: y = b + Σ_k W_k·x_k for the inputs x_k [I] of a window, oldest first. It says how windows
/// lie, so that its products read them as they are.
/// </summary>
internal abstract class WindowProduct
{
    /// <summary>I</summary>
    internal abstract int InputSize { get; }

    /// <summary>O</summary>
    internal abstract int OutputSize { get; }

    /// <summary>The floats of a window.</summary>
    internal abstract int WindowSize { get; }

    internal abstract void Pack(ParameterBuffer parameters);

    /// <summary>The scratch floats that <see cref="Forward"/> needs.</summary>
    internal virtual long ForwardScratchLength(int rows) => 0;

    /// <summary>The scratch floats that the methods for gradients need.</summary>
    internal abstract long BackwardScratchLength(int rows);

    /// <summary>Puts an input to its place.</summary>
    /// <param name="windows">of all rows</param>
    /// <param name="rows">R</param>
    /// <param name="row">the window's row</param>
    /// <param name="place">k</param>
    /// <param name="input">x_k [I]; empty for zeros</param>
    internal abstract void Put(Span<float> windows, int rows, int row, int place, ReadOnlySpan<float> input);

    /// <summary>Adds the gradient of an input to its sum [I].</summary>
    /// <inheritdoc cref="Put" path="/param"/>
    internal abstract void AddTo(Span<float> sum, ReadOnlySpan<float> windows, int rows, int row, int place);

    /// <param name="windows">of all rows</param>
    /// <param name="rows">R</param>
    /// <param name="outputs">[R, O]</param>
    /// <param name="scratch">at least <see cref="ForwardScratchLength"/></param>
    internal abstract void Forward(ReadOnlySpan<float> windows, int rows, Span<float> outputs, Span<float> scratch);

    /// <param name="windows">of all rows</param>
    /// <param name="delta">∂L/∂y [R, O]</param>
    /// <param name="rows">R</param>
    /// <param name="gradients">added to</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal abstract void AddGradients(
        ReadOnlySpan<float> windows, ReadOnlySpan<float> delta, int rows, ParameterBuffer gradients, Span<float> scratch);

    /// <param name="delta">∂L/∂y [R, O]</param>
    /// <param name="rows">R</param>
    /// <param name="windowGradients">receives ∂L/∂windows</param>
    /// <param name="scratch">at least <see cref="BackwardScratchLength"/></param>
    internal abstract void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> windowGradients, Span<float> scratch);
}
