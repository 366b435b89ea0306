using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// y = b + W·x for rows of inputs, with the weights packed as the kernels read them. It knows no time: rows are steps × sequences.
/// </summary>
internal abstract class Projection
{
    private protected Projection(ParameterSlice weights, ParameterSlice? bias)
    {
        Weights = weights;
        Bias = bias;
    }

    /// <summary>The floats of a row of inputs.</summary>
    internal abstract int InputWidth { get; }

    internal int OutputSize => Weights.Rows;

    /// <summary>The scratch floats that <see cref="AddGradients"/> needs.</summary>
    internal abstract long GradientScratchLength { get; }

    /// <summary>W [M, K]</summary>
    private protected ParameterSlice Weights { get; }

    /// <summary>b [M]</summary>
    private protected ParameterSlice? Bias { get; }

    /// <summary>Takes the weights over.</summary>
    internal abstract void Pack(ParameterBuffer parameters);

    /// <param name="inputs">[R, K]</param>
    /// <param name="rows">R</param>
    /// <param name="outputs">[R, M]</param>
    internal abstract void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> outputs);

    /// <summary>One row, together with a product of the state: y = b + W·x, and q = V·h, or y = (b + W·x) + V·h where q is y.</summary>
    /// <param name="x">begins [K]</param>
    /// <param name="recurrent">V [M, L]</param>
    /// <param name="h">begins [L]</param>
    /// <param name="y">begins [M]</param>
    /// <param name="q">begins [M]; may be <paramref name="y"/></param>
    /// <param name="descending">whether panels are read in descending order, see <see cref="Product"/></param>
    internal abstract void Forward(
        ref float x, PackedMatrix recurrent, ref float h, ref float y, ref float q, bool descending);

    /// <summary>∂L/∂W += Σ ∂L/∂y·xᵀ and ∂L/∂b += Σ ∂L/∂y over the rows.</summary>
    /// <param name="inputs">[R, K], as given to <see cref="Forward(ReadOnlySpan{float}, int, Span{float})"/></param>
    /// <param name="delta">∂L/∂y [R, M]</param>
    /// <param name="rows">R</param>
    /// <param name="gradients">receives the sums, added to what is there</param>
    /// <param name="scratch">at least <see cref="GradientScratchLength"/></param>
    internal void AddGradients(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows, ParameterBuffer gradients, Span<float> scratch)
    {
        AddWeightGradients(inputs, delta, rows, gradients[Weights], scratch);
        if (Bias is { } bias)
        {
            GradientSum.AddRows(delta, rows, gradients[bias]);
        }
    }

    /// <summary>∂L/∂x = Wᵀ·∂L/∂y, added to what is there if asked.</summary>
    /// <param name="delta">∂L/∂y [R, M]</param>
    /// <param name="rows">R</param>
    /// <param name="inputGradient">∂L/∂x [R, K]</param>
    /// <param name="add">whether to add</param>
    internal abstract void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> inputGradient, bool add);

    private protected abstract void AddWeightGradients(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> delta, int rows, Span<float> weightGradients, Span<float> scratch);
}
