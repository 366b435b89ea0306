using System.Runtime.InteropServices;
using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>Golden models with something changed, and small ones made here.</summary>
internal static class OnnxProto
{
    internal const int Float = 1, Int64 = 7;
    private const int IntegerAttribute = 2;

    internal static ModelProto Golden(string name) => ModelProto.Parser.ParseFrom(OnnxGolden.Find(name).Model);

    /// <summary>A golden model after a change.</summary>
    internal static byte[] Changed(string name, Action<ModelProto> change)
    {
        ModelProto model = Golden(name);
        change(model);
        return model.ToByteArray();
    }

    /// <summary>Checks that a golden model after a change is refused by name, in few words and little memory.</summary>
    internal static void Refused(string name, Action<ModelProto> change, string item, string rule)
    {
        const long MostAllocated = 1 << 26;
        const int LongestRule = 500;
        using var folder = new TemporaryFolder();
        string path = folder.Write("model.onnx", Changed(name, change));
        long before = GC.GetAllocatedBytesForCurrentThread();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => OnnxModel.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        Assert.StartsWith(item, exception.Item ?? "", StringComparison.Ordinal);
        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
        Assert.InRange(exception.Rule.Length, 1, LongestRule);
    }

    internal static TensorProto Initializer(this ModelProto model, string name)
        => model.Graph.Initializer.Single(tensor => tensor.Name == name);

    /// <summary>Gives a tensor of floats other values.</summary>
    internal static void Set(TensorProto tensor, params ReadOnlySpan<float> values)
        => tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));

    internal static Span<float> Floats(byte[] raw) => MemoryMarshal.Cast<byte, float>(raw.AsSpan());

    internal static void SetAttribute(this NodeProto node, AttributeProto attribute)
    {
        if (node.Attribute.FirstOrDefault(other => other.Name == attribute.Name) is { } before)
        {
            node.Attribute.Remove(before);
        }

        node.Attribute.Add(attribute);
    }

    internal static AttributeProto Integer(string name, long value) => new() { Name = name, I = value, Type = IntegerAttribute };
}
