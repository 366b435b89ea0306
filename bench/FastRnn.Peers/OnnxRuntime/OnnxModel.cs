using System.Runtime.InteropServices;
using FastRnn.Peers.Workloads;
using Google.Protobuf;

namespace FastRnn.Peers.OnnxRuntime;

/// <summary>
/// An ONNX model of one recurrent node, its weights as initializers, its states as inputs and outputs. Field numbers are those of
/// onnx.proto3; gates are z, r, n for a GRU and i, o, f, g for an LSTM.
/// </summary>
internal static class OnnxModel
{
    internal const string X = "X", InitialH = "initial_h", InitialC = "initial_c", Y = "Y", FinalH = "Y_h", FinalC = "Y_c";

    private const int Float = 1, FormatVersion = 8, OperatorSet = 14;

    /// <summary>The states last, c behind h; a streamed step needs no outputs beside its new state.</summary>
    internal static string[] OutputsOf(PeerWork work)
        => [.. work.Mode == WorkMode.Step ? (string[])[] : [Y], FinalH, .. work.HasMemory ? (string[])[FinalC] : []];

    internal static string[] InputsOf(PeerWork work) => [X, InitialH, .. work.HasMemory ? (string[])[InitialC] : []];

    /// <summary>The shape of an input or output.</summary>
    internal static long[] Shape(PeerWork work, string name) => name switch
    {
        X => [work.StepsOfCall, work.Batch, work.InputSize],
        Y => [work.StepsOfCall, 1, work.Batch, work.HiddenSize],
        _ => [1, work.Batch, work.HiddenSize],
    };

    internal static byte[] Create(PeerWork work, Tensors data)
        => Message(model =>
        {
            Number(model, 1, FormatVersion);
            Bytes(model, 7, Graph(work, data));
            Bytes(model, 8, Message(set => Number(set, 2, OperatorSet)));
        });

    private static byte[] Graph(PeerWork work, Tensors data)
        => Message(graph =>
        {
            int gates = work.Gates * work.HiddenSize;
            float[] biases = new float[2 * gates];
            Rows(work, data[WorkTensors.Bias].Span, 1).CopyTo(biases, 0);
            data[WorkTensors.RecurrentBias].Span.CopyTo(biases.AsSpan(2 * gates - work.HiddenSize));

            Bytes(graph, 1, Node(work));
            Text(graph, 2, work.Cell.Name());
            Bytes(graph, 5, Tensor("W", Rows(work, data[WorkTensors.InputWeights].Span, work.InputSize), 1, gates, work.InputSize));
            Bytes(graph, 5, Tensor("R", Rows(work, data[WorkTensors.RecurrentWeights].Span, work.HiddenSize), 1, gates, work.HiddenSize));
            Bytes(graph, 5, Tensor("B", biases, 1, 2 * gates));
            foreach (string input in InputsOf(work))
            {
                Bytes(graph, 11, Value(input, Shape(work, input)));
            }

            foreach (string output in OutputsOf(work))
            {
                Bytes(graph, 12, Value(output, Shape(work, output)));
            }
        });

    private static byte[] Node(PeerWork work)
        => Message(node =>
        {
            // The place of an input or output tells what it is: one that is not there has an empty name.
            foreach (string input in (string[])["X", "W", "R", "B", "", InitialH, .. work.HasMemory ? (string[])[InitialC] : []])
            {
                Text(node, 1, input);
            }

            string[] outputs = OutputsOf(work);
            foreach (string output in work.Mode == WorkMode.Step ? ["", .. outputs] : outputs)
            {
                Text(node, 2, output);
            }

            Text(node, 4, work.Cell == WorkCell.Elman ? "RNN" : work.Cell.Name().ToUpperInvariant());
            Bytes(node, 5, Attribute("hidden_size", work.HiddenSize));
            if (work.Cell == WorkCell.Gru)
            {
                Bytes(node, 5, Attribute("linear_before_reset", 1));
            }
        });

    /// <summary>Rows [G·H, width] with the gates in ONNX's order.</summary>
    private static float[] Rows(PeerWork work, ReadOnlySpan<float> values, int width)
    {
        int[] order = work.Cell switch
        {
            WorkCell.Elman => [0],
            WorkCell.Gru => [1, 0, 2],
            _ => [0, 3, 1, 2],
        };
        int length = work.HiddenSize * width;
        var rows = new float[values.Length];
        for (int gate = 0; gate < order.Length; gate++)
        {
            values.Slice(order[gate] * length, length).CopyTo(rows.AsSpan(gate * length));
        }

        return rows;
    }

    private static byte[] Tensor(string name, float[] values, params long[] shape)
        => Message(tensor =>
        {
            foreach (long dimension in shape)
            {
                Number(tensor, 1, dimension);
            }

            Number(tensor, 2, Float);
            Text(tensor, 8, name);
            Bytes(tensor, 9, MemoryMarshal.AsBytes<float>(values).ToArray());
        });

    private static byte[] Attribute(string name, long value)
        => Message(attribute =>
        {
            const int Integer = 2;
            Text(attribute, 1, name);
            Number(attribute, 3, value);
            Number(attribute, 20, Integer);
        });

    private static byte[] Value(string name, long[] shape)
    {
        byte[] dimensions = Message(message =>
        {
            foreach (long dimension in shape)
            {
                Bytes(message, 1, Message(one => Number(one, 1, dimension)));
            }
        });
        byte[] tensor = Message(message =>
        {
            Number(message, 1, Float);
            Bytes(message, 2, dimensions);
        });
        return Message(message =>
        {
            Text(message, 1, name);
            Bytes(message, 2, Message(type => Bytes(type, 1, tensor)));
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(stream);
        }

        return bytes.ToArray();
    }

    private static void Number(CodedOutputStream stream, int field, long value)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(value);
    }

    private static void Text(CodedOutputStream stream, int field, string value)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(value);
    }

    private static void Bytes(CodedOutputStream stream, int field, byte[] value)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
