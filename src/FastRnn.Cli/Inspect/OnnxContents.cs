using FastRnn.Onnx.Format;

namespace FastRnn.Cli.Inspect;

/// <summary>What an ONNX file holds: its initializers, and the values of its Constant nodes.</summary>
internal static class OnnxContents
{
    /// <summary>ONNX's names of the types of values, by their numbers.</summary>
    private static readonly string[] Types =
    [
        "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL", "FLOAT16", "DOUBLE", "UINT32",
        "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16",
    ];

    private static readonly string[] FloatTypes = ["FLOAT", "FLOAT16", "DOUBLE", "BFLOAT16"];

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
            foreach (AttributeProto attribute in node.Attribute.Where(attribute => attribute.T is not null))
            {
                tensors.Add(Listed(path, node.Output[0], attribute.T, budget));
            }
        }

        string producer = string.Join(' ', ((string[])[model.ProducerName, model.ProducerVersion]).Where(text => text.Length > 0));
        return new FileContents(
            FormattableString.Invariant($"ONNX, opset {opset}{(producer.Length > 0 ? $", by {producer}" : string.Empty)}"),
            tensors,
            [.. model.MetadataProps.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))]);
    }

    private static ListedTensor Listed(string path, string name, TensorProto tensor, ValueBudget budget)
    {
        string type = tensor.DataType >= 0 && tensor.DataType < Types.Length
            ? Types[tensor.DataType]
            : FormattableString.Invariant($"type {tensor.DataType}");
        string? warning = FloatTypes.Contains(type)
            ? ListedTensor.WarningOf(TensorReader.Read(path, name, tensor, budget).Floats)
            : null;
        return new ListedTensor(name, type, [.. tensor.Dims], warning);
    }
}
