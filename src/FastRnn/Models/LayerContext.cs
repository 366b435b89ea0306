using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>What a described layer has to know of its place to become one.</summary>
/// <param name="InputSize">I, the size of the vocabulary for indices</param>
/// <param name="TakesIndices">whether inputs are indices that stand for one-hot vectors</param>
/// <param name="Position">the place of the layer in the network</param>
/// <param name="Layout">where the layer adds its parameters</param>
/// <param name="Name">stands before the parameters' names</param>
/// <param name="Scope">how far back gradients are wanted</param>
internal readonly record struct LayerContext(
    int InputSize, bool TakesIndices, int Position, ParameterLayout Layout, string Name, GradientScope Scope)
{
    /// <summary>W and b of a layer that has no recurrence, which start in ±1/√I.</summary>
    internal Projection Dense(int inputSize, int outputSize)
    {
        float bound = Bound(inputSize);
        ParameterSlice weights = Layout.Add($"{Name}.weights", outputSize, inputSize, bound);
        return Input(weights, Layout.AddVector($"{Name}.bias", outputSize, bound));
    }

    /// <summary>A product with the layer's inputs.</summary>
    internal Projection Input(ParameterSlice weights, ParameterSlice bias)
        => TakesIndices ? new IndexProjection(weights, bias) : new DenseProjection(weights, bias, Scope);

    /// <summary>A product with what comes from the step before, whose gradient is always wanted in training.</summary>
    internal DenseProjection Recurrent(ParameterSlice weights, ParameterSlice? bias = null)
        => new(weights, bias, Scope == GradientScope.None ? GradientScope.None : GradientScope.Inputs);

    /// <summary>1/√n: how PyTorch's modules start.</summary>
    internal static float Bound(int size) => 1 / MathF.Sqrt(size);
}
