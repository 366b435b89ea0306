using System.Globalization;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Import;

/// <summary>A node and which of its attributes have been read: one that is not is refused, not skipped.</summary>
internal sealed class NodeReader
{
    private readonly string _path;
    private readonly NodeProto _node;
    private readonly HashSet<string> _read = [];

    internal NodeReader(string path, int opset, NodeProto node)
    {
        _path = path;
        Opset = opset;
        _node = node;
        string type = DisplayText.Text(node.OpType);
        Label = node.Name.Length > 0
            ? $"node {DisplayText.Text(node.Name)} ({type})"
            : $"node {type} of {DisplayText.Text(node.Output.FirstOrDefault(output => output.Length > 0) ?? "nothing")}";
        if (node.Domain is not ("" or "ai.onnx"))
        {
            throw Refused($"expected an operator of ONNX's own domain, but its domain is {DisplayText.Text(node.Domain)}");
        }

        var names = new HashSet<string>();
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (!names.Add(attribute.Name))
            {
                throw Refused($"expected each attribute once, but {DisplayText.Text(attribute.Name)} is there twice");
            }
        }
    }

    internal int Opset { get; }

    internal string Operator => _node.OpType;

    /// <summary>The node's name, or its operator and output, for messages.</summary>
    internal string Label { get; }

    internal IReadOnlyList<string> Inputs => _node.Input;

    /// <summary>What an input is called, for messages.</summary>
    internal string InputName(int index) => DisplayText.Text(_node.Input[index]);

    internal IReadOnlyList<string> Outputs => _node.Output;

    internal long Int(string name, long missing) => IntOrNull(name) ?? missing;

    internal long? IntOrNull(string name) => Find(name, AttributeType.Integer)?.I;

    internal float? FloatOrNull(string name) => Find(name, AttributeType.Float)?.F;

    internal string Word(string name, string missing)
        => Find(name, AttributeType.Text) is { } attribute ? DisplayText.Text(attribute.S) : missing;

    /// <summary>Whole numbers: axes, of which there are few, unless <paramref name="most"/> is given.</summary>
    internal long[]? Ints(string name, int most = Tensor.MostDimensions)
        => Find(name, AttributeType.Integers) is not { } attribute ? null
            : attribute.Ints.Count <= most
                ? [.. attribute.Ints]
                : throw Refused($"expected at most {most} whole numbers as {name}, but there are {attribute.Ints.Count}");

    internal float[]? FloatsOrNull(string name) => Find(name, AttributeType.Floats) is { } attribute ? [.. attribute.Floats] : null;

    internal string[]? Words(string name)
        => Find(name, AttributeType.Texts) is { } attribute ? [.. attribute.Strings.Select(DisplayText.Text)] : null;

    internal TensorProto? TensorOrNull(string name)
        => Find(name, AttributeType.Tensor) is { } attribute
            ? attribute.T ?? throw Refused($"expected a tensor as attribute {name}, but it has none")
            : null;

    /// <summary>Throws for an attribute that has not been read.</summary>
    internal void RequireAllRead()
    {
        AttributeProto? left = _node.Attribute.FirstOrDefault(attribute => !_read.Contains(attribute.Name));
        if (left is not null)
        {
            throw Refused(
                $"expected no attribute {DisplayText.Text(left.Name)}, which FastRnn has no counterpart of, but its value is "
                + ValueOf(left));
        }
    }

    internal FastRnnFormatException Refused(string rule, Exception? inner = null) => new(_path, Label, rule, inner);

    private AttributeProto? Find(string name, int type)
    {
        AttributeProto? found = _node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
        if (found is null)
        {
            return null;
        }

        _read.Add(name);
        return found.Type == type && found.RefAttrName.Length == 0
            ? found
            : throw Refused($"expected the attribute {name} as a value of type {type}, but its type is {found.Type}");
    }

    private static string ValueOf(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Float => attribute.F.ToString(CultureInfo.InvariantCulture),
        AttributeType.Integer => attribute.I.ToString(CultureInfo.InvariantCulture),
        AttributeType.Text => DisplayText.Text(attribute.S),
        AttributeType.Floats => DisplayText.List(attribute.Floats),
        AttributeType.Integers => DisplayText.List(attribute.Ints),
        AttributeType.Texts => DisplayText.List(attribute.Strings.Select(DisplayText.Text)),
        _ => $"of type {attribute.Type}",
    };
}
