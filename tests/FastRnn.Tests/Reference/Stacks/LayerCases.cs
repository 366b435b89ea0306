namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Layers one behind another: those of a network, and those of a branch.</summary>
internal static class LayerCases
{
    /// <summary>Each layer with the size of its inputs.</summary>
    internal static IEnumerable<(LayerCase Layer, int Inputs)> Sized(this IEnumerable<LayerCase> layers, int inputs)
    {
        foreach (LayerCase layer in layers)
        {
            yield return (layer, inputs);
            inputs = layer.Outputs(inputs);
        }
    }

    internal static int Outputs(this IEnumerable<LayerCase> layers, int inputs)
        => layers.Aggregate(inputs, (size, layer) => layer.Outputs(size));

    internal static int ParameterCount(this IEnumerable<LayerCase> layers, int inputs)
        => layers.Sized(inputs).Sum(sized => sized.Layer.ParameterCount(sized.Inputs));

    internal static int StateSize(this IEnumerable<LayerCase> layers, int inputs)
        => layers.Sized(inputs).Sum(sized => sized.Layer.StateSize(sized.Inputs));

    /// <summary>What a layer makes of a sequence; some look at the layer that stands before them.</summary>
    internal static double[][] Forward(
        this LayerCase layer, LayerCase? before, double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => layer switch
        {
            LastStepCase last => [last.Of(before, x)],
            ParallelCase parallel => parallel.Forward(before, x, parameters, state, smoothness),
            _ => layer.Forward(x, parameters, state, smoothness),
        };

    /// <summary>The layer that decides where a direction ends: those that keep the columns are passed over.</summary>
    internal static LayerCase? Behind(LayerCase? before, LayerCase layer)
        => layer is DropoutCase or AffineCase or ActivationCase { KeepsColumns: true } ? before : layer;
}
