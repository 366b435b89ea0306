using FastRnn.Onnx.Format;

namespace FastRnn.Cli.Inspect;

/// <summary>Reads the initializers and the Constant nodes of an ONNX file.</summary>
internal static class OnnxContents
{
    internal static FileContents Read(string path)
    {
        ModelProto model = OnnxFile.Read(path, out int opset, out ValueBudget budget);
        var tensors = new List<ListedTensor>();
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            tensors.Add(Listed(path, tensor.Name, tensor, budget));
        }

        foreach (NodeProto node in model.Graph.Node.Where(node => node.OpType == "Constant" && node.Output.Count > 0))
        {
            tensors.AddRange(node.Attribute.Select(attribute => Listed(path, node.Output[0], attribute, budget)).OfType<ListedTensor>());
        }

        string producer = string.Join(' ', ((string[])[model.ProducerName, model.ProducerVersion]).Where(text => text.Length > 0));
        return new FileContents(
            FormattableString.Invariant($"ONNX, opset {opset}{(producer.Length > 0 ? $", by {producer}" : string.Empty)}"),
            tensors,
            [.. model.MetadataProps.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))]);
    }

    /// <summary>The value of a Constant node; null if the attribute holds no numbers.</summary>
    private static ListedTensor? Listed(string path, string name, AttributeProto attribute, ValueBudget budget) => attribute.Name switch
    {
        "value_float" => Listed(name, [], [attribute.F]),
        "value_floats" => Listed(name, [attribute.Floats.Count], [.. attribute.Floats]),
        "value_int" => new ListedTensor(name, DataType.NameOf(DataType.Int64), [], null),
        "value_ints" => new ListedTensor(name, DataType.NameOf(DataType.Int64), [attribute.Ints.Count], null),
        _ => attribute.T is null ? null : Listed(path, name, attribute.T, budget),
    };

    private static ListedTensor Listed(string name, long[] shape, ReadOnlySpan<float> values)
        => new(name, DataType.NameOf(DataType.Float), shape, new NotFiniteCount().Add(values).Warning);

    private static ListedTensor Listed(string path, string name, TensorProto tensor, ValueBudget budget)
    {
        string? warning = DataType.IsFloat(tensor.DataType)
            ? new NotFiniteCount().Add(TensorReader.Read(path, name, tensor, budget).Floats).Warning
            : null;
        return new ListedTensor(name, DataType.NameOf(tensor.DataType), [.. tensor.Dims], warning);
    }
}
