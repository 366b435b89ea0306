using FastRnn.Serialization;
using Google.Protobuf;

namespace FastRnn.Onnx.Format;

/// <summary>Reads the messages of an ONNX file, whose limits are checked before anything is built.</summary>
internal static class OnnxFile
{
    internal const int OldestOpset = 7, NewestOpset = 22;

    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Reads a model without functions of its own.</summary>
    internal static ModelProto Read(string path, out int opset, out ValueBudget budget)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RegularFile.Require(path, null, "of a model");
        long length = new FileInfo(path).Length;
        if (length > Array.MaxLength)
        {
            throw new FastRnnFormatException(path, null, $"expected at most {Array.MaxLength} bytes, but it has {length}");
        }

        byte[] bytes = File.ReadAllBytes(path);
        ModelProto model;
        try
        {
            MessageLimits.Check(path, bytes);
            model = Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new FastRnnFormatException(path, null, $"expected a model in ONNX's protobuf, but {exception.Message}", exception);
        }

        budget = new ValueBudget(path, bytes.Length);
        if (model.Graph is null)
        {
            throw new FastRnnFormatException(path, null, "expected a model with a graph, but it has none");
        }

        opset = Opset(path, model);
        return model;
    }

    private static int Opset(string path, ModelProto model)
    {
        if (model.Functions.Count > 0)
        {
            throw new FastRnnFormatException(
                path, $"function {DisplayText.Text(model.Functions[0].Name)}", "expected a model without functions of its own");
        }

        if (model.Graph.SparseInitializer.Count > 0)
        {
            string name = DisplayText.Text(model.Graph.SparseInitializer[0].Values?.Name ?? "");
            throw new FastRnnFormatException(path, $"sparse initializer {name}", "expected dense initializers alone");
        }

        long version = 0;
        foreach (OperatorSetIdProto set in model.OpsetImport)
        {
            if (set.Domain is "" or "ai.onnx")
            {
                version = Math.Max(version, set.Version);
            }
        }

        return version is >= OldestOpset and <= NewestOpset
            ? (int)version
            : throw new FastRnnFormatException(
                path, "opset_import", $"expected version {OldestOpset} to {NewestOpset} of ONNX's operators, but got {version}");
    }
}
