namespace FastRnn.Onnx.Format;

/// <summary>Moves blocks of rows from ONNX's order of gates to the library's and back.</summary>
internal static class GateOrder
{
    /// <summary>The places of the gates i, f, g, o among ONNX's i, o, f, c.</summary>
    internal static readonly int[] Lstm = [0, 2, 3, 1];

    /// <summary>The places of p_i, p_f, p_o among ONNX's i, o, f.</summary>
    internal static readonly int[] Peepholes = [0, 2, 1];

    /// <summary>The places of r, z, n among ONNX's z, r, h.</summary>
    internal static readonly int[] Gru = [1, 0, 2];

    internal static readonly int[] Rnn = [0];

    /// <summary>The blocks of the source in another order.</summary>
    internal static float[] Apply(int[] order, ReadOnlySpan<float> source)
    {
        var ordered = new float[source.Length];
        Apply(order, source, ordered);
        return ordered;
    }

    /// <inheritdoc cref="Apply(int[], ReadOnlySpan{float})"/>
    internal static void Apply(int[] order, ReadOnlySpan<float> source, Span<float> ordered)
    {
        int length = source.Length / order.Length;
        for (int block = 0; block < order.Length; block++)
        {
            source.Slice(order[block] * length, length).CopyTo(ordered[(block * length)..]);
        }
    }

    /// <summary>The order that undoes an order.</summary>
    internal static int[] Inverse(int[] order) => [.. order.Select((_, block) => Array.IndexOf(order, block))];
}
