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
/// In a many-to-one network the layers are in two stacks: the body runs over time, the tail sees one row a sequence. In others all
/// layers are in the body. A dense layer that stands last leaves its activation to the network, since some losses are computed before it.
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
        _outputActivation = spec.OutputActivation is { } activation ? Activations.Rows(activation) : null;
        var body = new List<NetworkLayer>();
        var tail = new List<NetworkLayer>();
        int inputSize = spec.InputSize;
        bool isMany = spec.Shape != SequenceShape.ManyToOne;
        int temporalLayers = spec.TemporalLayers;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            Layer layer = spec.Layers[i];

            // Above the first layer the gradients of inputs are those of the outputs below. Fed-back outputs have gradients too.
            bool wantsInputs = scope == GradientScope.Inputs || i > 0 || spec.Shape == SequenceShape.OneToMany;
            GradientScope layerScope = scope != GradientScope.None && wantsInputs ? GradientScope.Inputs : scope;
            var context = new LayerContext(inputSize, spec.TakesIndices && i == 0, i, Layout, $"layers.{i}", layerScope);
            (isMany || i < temporalLayers ? body : tail).Add(layer.Create(context, linear: i == spec.Layers.Count - 1));
            inputSize = layer.OutputSize(inputSize);
        }

        ReverseColumn = isMany ? null : spec.Layers[temporalLayers - 1].ReverseColumn;
        Body = new LayerStack([.. body]);
        Tail = tail.Count == 0 ? null : new LayerStack([.. tail]);
    }

    internal RnnSpec Spec { get; }

    /// <summary>How far back gradients are wanted.</summary>
    internal GradientScope Scope { get; }

    internal ParameterLayout Layout { get; } = new();

    /// <summary>The layers that run over time.</summary>
    internal LayerStack Body { get; }

    /// <summary>The layers of a many-to-one network that see one row a sequence; null where there are none.</summary>
    internal LayerStack? Tail { get; }

    /// <summary>Whether no layer needs later steps.</summary>
    internal bool IsCausal => Spec.IsCausal;

    /// <summary>In a many-to-one network the column of the body's outputs from which on they are those of a reverse direction; null
    /// where there is none.</summary>
    internal int? ReverseColumn { get; }

    internal void Pack(ParameterBuffer parameters)
    {
        Body.Pack(parameters);
        Tail?.Pack(parameters);
    }

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
        => _outputActivation?.Backward(outputs, gradient, Spec.OutputSize);
}
