using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// The layers that a spec describes, with the place of their parameters. A model holds one and never changes it; a trainer holds
/// one that it packs anew after every update.
/// </summary>
/// <remarks>
/// A dense layer or an activation that stands last leaves its activation to the network, since some losses are computed before it; but not
/// one whose derivative needs the logits, which no such loss is defined for.
/// </remarks>
internal sealed class Network
{
    private readonly RowActivation? _outputActivation;

    /// <param name="spec">what the network is</param>
    /// <param name="scope">how far back gradients are wanted: <see cref="GradientScope.Inputs"/> is to the network's own inputs</param>
    internal Network(RnnSpec spec, GradientScope scope)
    {
        Spec = spec;
        Scope = scope;
        _outputActivation = spec.OutputActivation is { } activation && ActivationKernels.Rows(activation) is { KeepsInput: false } head
            ? head
            : null;
        var layers = new List<NetworkLayer>();
        foreach ((int i, (LayerSpec layer, LayerPlace at)) in spec.Layers.At(spec.Place).Index())
        {
            // Above the first layer the gradients of inputs are those of the outputs below. Fed-back outputs have gradients too.
            bool wantsInputs = scope == GradientScope.Inputs || i > 0 || spec.FeedsBack;
            GradientScope layerScope = scope != GradientScope.None && wantsInputs ? GradientScope.Inputs : scope;
            ParameterSlice[] slices = LayerFactory.AddParameters(Layout, $"layers.{spec.NumberOf(i)}", layer, at.InputSize);
            bool isLinear = i == spec.Layers.Count - 1 && _outputActivation is not null;
            layers.AddRange(new LayerFactory(at, spec.NumberOf(i), layerScope).CreateAll(layer, slices, isLinear));
        }

        Layers = new LayerStack([.. layers]);
    }

    internal RnnSpec Spec { get; }

    /// <summary>How far back gradients are wanted.</summary>
    internal GradientScope Scope { get; }

    internal ParameterLayout Layout { get; } = new();

    internal LayerStack Layers { get; }

    internal void Pack(ParameterBuffer parameters) => Layers.Pack(parameters);

    /// <summary>Turns logits [R, O] into outputs, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Activate(Span<float> logits) => _outputActivation?.Forward(logits, logits, Spec.OutputSize);

    /// <summary>Makes outputs the inputs of the next step: themselves, or the indices of the largest.</summary>
    /// <param name="outputs">begins with the rows [R, O]</param>
    /// <param name="rows">R</param>
    /// <param name="inputs">receives [R, I], or the bits of the indices [R]</param>
    internal void FeedBack(ReadOnlySpan<float> outputs, int rows, Span<float> inputs)
    {
        int width = Spec.OutputSize;
        if (!Spec.TakesIndices)
        {
            outputs[..(rows * width)].CopyTo(inputs);
            return;
        }

        Span<int> indices = MemoryMarshal.Cast<float, int>(inputs);
        for (int row = 0; row < rows; row++)
        {
            indices[row] = TensorPrimitives.IndexOfMax(outputs.Slice(row * width, width));
        }
    }

    /// <summary>Turns the gradient of outputs [R, O] into that of logits, in place.</summary>
    internal void BackwardActivation(ReadOnlySpan<float> outputs, Span<float> gradient)
        => _outputActivation?.Backward(outputs, outputs, gradient, Spec.OutputSize);
}
