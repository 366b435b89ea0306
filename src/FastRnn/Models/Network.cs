using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// The layers that a spec describes, with the place of their parameters. A model holds one and never changes it; a trainer holds
/// one that it packs anew after every update.
/// </summary>
internal sealed class Network
{
    /// <param name="spec">what the network is</param>
    /// <param name="scope">how far back gradients are wanted: <see cref="BackwardScope.Inputs"/> is to the network's own inputs</param>
    internal Network(RnnSpec spec, BackwardScope scope)
    {
        Spec = spec;
        Recurrent = spec.Cell.CreateLayer(spec.InputSize, Layout, "layers.0", scope);

        // Below the head lies the recurrent layer, which needs the gradients of its outputs.
        BackwardScope above = scope == BackwardScope.None ? BackwardScope.None : BackwardScope.Inputs;
        Output = spec.Head is { } head ? new DenseLayer(spec.Cell.HiddenSize, head.OutputSize, Layout, "head", above) : null;
    }

    internal RnnSpec Spec { get; }

    internal ParameterLayout Layout { get; } = new();

    internal RecurrentLayer Recurrent { get; }

    /// <summary>Wya and by, or null when the outputs are the hidden state.</summary>
    internal DenseLayer? Output { get; }

    internal void Pack(ParameterBuffer parameters)
    {
        Recurrent.Pack(parameters);
        Output?.Pack(parameters);
    }

    /// <summary>The outputs of rows of hidden states [R, H]: ŷ [R, O] = g₂(Wya·a + by), or a copy where there is no head.</summary>
    internal void Emit(ReadOnlySpan<float> hidden, int rows, Span<float> outputs)
    {
        if (Output is null)
        {
            hidden.CopyTo(outputs);
            return;
        }

        Output.Forward(hidden, rows, outputs);
        Spec.Head!.Activate(outputs);
    }
}
