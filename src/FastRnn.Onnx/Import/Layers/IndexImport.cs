using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Operators of indices: a table whose rows are gathered becomes an embedding, one-hot vectors stay indices.</summary>
/// <param name="entry">gives the flow of indices</param>
/// <param name="algebra">makes flows</param>
internal sealed class IndexImport(FlowEntry entry, FlowAlgebra algebra)
{
    /// <summary>A Gather of a table; null where the indices are constants.</summary>
    internal DynamicValue? Embedding(NodeCall call)
    {
        if (call.Argument(1) is not DynamicValue indices)
        {
            return null;
        }

        Tensor table = call.Tensor(0);
        if (indices.Source is not InputSource { IsIndices: true, FirstRow: null } input || call.Node.Int("axis", 0) != 0
            || table is not { Rank: 2, Floats: { } rows } || table.Shape.Contains(0))
        {
            throw call.Node.Refused($"expected rows of a table [V, E] for indices that are an input, but the table is {table}");
        }

        int size = (int)table.Shape[1];
        Flow flow = algebra.Apply(
            call.Node, new EmbeddingOperation(rows, size), entry.OfIndices(call.Node, input, (int)table.Shape[0]), size);
        return new DynamicValue(new FlowSource(flow), [.. indices.Axes, new Axis(size, OnnxAxis.Feature)]);
    }

    internal static DynamicValue OneHot(NodeCall call)
    {
        Tensor depth = call.Tensor(1), values = call.Tensor(2);
        if (call.Required(0) is not DynamicValue { Source: InputSource { IsIndices: true } input } indices
            || depth is not { Rank: <= 1, Integers: [> 0 and <= int.MaxValue and var size] } || values.Floats is not [0, 1])
        {
            throw call.Node.Refused(
                $"expected vectors of floats 0 and 1, of a depth of at least 1, for indices that are an input, but the depth is {depth} "
                + $"{DisplayText.List(depth.Integers ?? [])} and the values are {values} {DisplayText.List(values.Floats ?? [])}");
        }

        return call.Axis(call.Node.Int("axis", -1), indices.Axes.Length + 1) is var axis && axis == indices.Axes.Length
            ? new DynamicValue(new OneHotSource(input, size), [.. indices.Axes, new Axis(size, OnnxAxis.Feature)])
            : throw call.Node.Refused($"expected the last axis, {indices.Axes.Length}, as that of the vectors, but it is {axis}");
    }
}
