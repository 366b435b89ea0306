namespace FastRnn.Onnx.Import;

/// <summary>How the states of an input or output lie in memory.</summary>
internal static class StateOrder
{
    /// <summary>Whether the order is [N, parts, H] instead of [parts, N, H]; null where it is neither.</summary>
    /// <param name="axes">the axes; those of one element do not change the order in memory</param>
    /// <param name="parts">how many states there are side by side; null where the axes say it</param>
    internal static bool? IsBatchFirst(Axis[] axes, int? parts)
    {
        OnnxAxis?[] many = [.. axes.Where(axis => !axis.IsSingle).Select(axis => axis.Parts.Length > 0 ? null : axis.Role)];
        OnnxAxis?[] outer = many is [.., OnnxAxis.Feature] ? many[..^1] : many;
        return outer switch
        {
            [] or [OnnxAxis.Direction] or [OnnxAxis.Direction, OnnxAxis.Batch] => false,
            [OnnxAxis.Batch, OnnxAxis.Direction] => true,

            // The parts are within the features, or there is one.
            [OnnxAxis.Batch] => parts > 1 || IsBehind(axes),
            _ => null,
        };
    }

    /// <summary>The place of a single part does not change the order in memory, but the graph's axes have it.</summary>
    private static bool IsBehind(Axis[] axes)
        => Array.FindIndex(axes, axis => axis.Role == OnnxAxis.Batch) < Array.FindIndex(axes, axis => axis.Role == OnnxAxis.Direction);
}
