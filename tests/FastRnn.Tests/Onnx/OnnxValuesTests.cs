using System.Buffers.Binary;
using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>The same weights wherever and in whatever type a file keeps them.</summary>
public sealed class OnnxValuesTests
{
    private const string Name = "GRU reset before without biases";
    private const int Float16 = 10, Double = 11, BFloat16 = 16;

    public static TheoryData<string> Kinds
        =>
        [
            "float_data", "double_data", "raw double", "half in int32_data", "raw half", "bfloat16 in int32_data", "raw bfloat16",
            "external",
        ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OnnxModel_Load_weightsOfAnotherKind_areTheSame(string kind)
    {
        // Weights that each of the types holds exactly.
        ModelProto model = OnnxProto.Golden(Name);
        TensorProto tensor = model.Initializer("W");
        float[] weights = [.. Enumerable.Range(0, tensor.RawData.Length / sizeof(float)).Select(i => (i % 17 - 8) / 8f)];
        var raw = new byte[weights.Length * sizeof(float)];
        weights.CopyTo(OnnxProto.Floats(raw));
        tensor.RawData = ByteString.CopyFrom(raw);
        using var folder = new TemporaryFolder();
        float[] expected = Parameters(OnnxModel.Load(folder.Write("plain.onnx", model.ToByteArray())));

        tensor.ClearRawData();
        switch (kind)
        {
            case "float_data":
                tensor.FloatData.Add(weights);
                break;
            case "double_data":
                tensor.DataType = Double;
                tensor.DoubleData.Add(weights.Select(value => (double)value));
                break;
            case "raw double":
                tensor.DataType = Double;
                tensor.RawData = Raw(sizeof(double), (at, value) => BinaryPrimitives.WriteDoubleLittleEndian(at, value));
                break;
            case "half in int32_data":
                tensor.DataType = Float16;
                tensor.Int32Data.Add(weights.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)));
                break;
            case "raw half":
                tensor.DataType = Float16;
                tensor.RawData = Raw(sizeof(ushort), (at, value) => BinaryPrimitives.WriteHalfLittleEndian(at, (Half)value));
                break;
            case "bfloat16 in int32_data":
                tensor.DataType = BFloat16;
                tensor.Int32Data.Add(weights.Select(value => (int)(BitConverter.SingleToUInt32Bits(value) >> 16)));
                break;
            case "raw bfloat16":
                tensor.DataType = BFloat16;
                tensor.RawData = Raw(
                    sizeof(ushort),
                    (at, value) => BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
                break;
            default:
                const int Offset = 12;
                Directory.CreateDirectory(folder["data"]);
                folder.Write("data/weights.bin", [.. new byte[Offset], .. raw, 1, 2, 3]);
                tensor.DataLocation = 1;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "data/weights.bin" });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{Offset}" });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{raw.Length}" });
                break;
        }

        Compare.SameBits(expected, Parameters(OnnxModel.Load(folder.Write("model.onnx", model.ToByteArray()))), kind);

        ByteString Raw(int size, WriteValue write)
        {
            var bytes = new byte[weights.Length * size];
            for (int i = 0; i < weights.Length; i++)
            {
                write(bytes.AsSpan(i * size), weights[i]);
            }

            return ByteString.CopyFrom(bytes);
        }
    }

    private delegate void WriteValue(Span<byte> at, float value);

    private static float[] Parameters(OnnxModel onnx)
    {
        var parameters = new float[onnx.Model.ParameterCount];
        onnx.Model.Parameters.CopyTo(parameters);
        return parameters;
    }
}
