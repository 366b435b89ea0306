namespace FastRnn.Onnx.Import;

/// <summary>How the states of an input or output lie in memory.</summary>
internal static class StateOrder
{
    /// <summary>Whether [N, parts, H] instead of [parts, N, H]; null where it is neither of them.</summary>
    /// <param name="axes">the axes; those of one element move nothing</param>
    /// <param name="parts">how many states there are side by side; null where the axes say it</param>
    internal static bool? IsBatchFirst(Axis[] axes, int? parts)
    {
        OnnxAxis?[] many = [.. axes.Where(axis => !axis.IsSingle).Select(axis => axis.Parts.Length > 0 ? null : axis.Role)];
        OnnxAxis?[] outer = many is [.., OnnxAxis.Feature] ? many[..^1] : many;
        return outer switch
        {
            [] or [OnnxAxis.Direction] or [OnnxAxis.Direction, OnnxAxis.Batch] => false,
            [OnnxAxis.Batch, OnnxAxis.Direction] => true,

            // The parts stand within the features, or there is one.
            [OnnxAxis.Batch] => parts > 1 || IsBehind(axes),
            _ => null,
        };
    }

    /// <summary>One part moves nothing, but where its axis stands is what the graph says.</summary>
    private static bool IsBehind(Axis[] axes)
        => Array.FindIndex(axes, axis => axis.Role == OnnxAxis.Batch) < Array.FindIndex(axes, axis => axis.Role == OnnxAxis.Direction);
}
