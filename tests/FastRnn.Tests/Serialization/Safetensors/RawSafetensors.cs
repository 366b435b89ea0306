using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using FastRnn.Serialization;

namespace FastRnn.Tests.Serialization;

/// <summary>Safetensors files byte by byte, right or wrong, without the library's writer.</summary>
internal static class RawSafetensors
{
    /// <summary>Writes a length, a header and data.</summary>
    internal static void Write(string path, ulong length, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[sizeof(ulong) + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        header.CopyTo(bytes.AsSpan(sizeof(ulong)));
        data.CopyTo(bytes.AsSpan(sizeof(ulong) + header.Length));
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Writes a header of its own length, and data.</summary>
    internal static void Write(string path, string header, params ReadOnlySpan<byte> data)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        Write(path, (ulong)bytes.Length, bytes, data);
    }

    /// <summary>Writes one tensor of a type.</summary>
    internal static void WriteTensor(string path, string type, string shape, params byte[] data)
        => Write(path, $$$"""{"t":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":[0,{{{data.Length}}}]}}""", data);

    /// <summary>Changes the header of a file; the data stay.</summary>
    internal static void Change(string path, Action<JsonObject> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        JsonObject header = JsonNode.Parse(bytes.AsSpan(sizeof(ulong), length))!.AsObject();
        change(header);
        Write(path, header.ToJsonString(), bytes.AsSpan(sizeof(ulong) + length));
    }

    /// <summary>Changes a text of the metadata.</summary>
    internal static void ChangeText(string path, string key, Func<string, string> change)
        => Change(path, header =>
        {
            JsonNode metadata = header["__metadata__"]!;
            metadata[key] = change((string)metadata[key]!);
        });

    /// <summary>All values of the only tensor.</summary>
    internal static float[] ReadOnly(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        TensorEntry tensor = Assert.Single(file.Tensors);
        var values = new float[tensor.Count];
        file.Read(tensor, values);
        return values;
    }
}
