using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Tests.Support;
using Google.Protobuf;

namespace FastRnn.Tests.Onnx;

/// <summary>A gate in another's place is noticed: the goldens tell all orders apart, in each of the weights.</summary>
public sealed class GateOrderTests
{
    /// <summary>A hundred times what the goldens are compared within.</summary>
    private const double Noticed = 1e-3;

    private static readonly (string Case, string Tensor, int Blocks)[] Weights =
    [
        ("LSTM peepholes bidirectional", "W", 4),
        ("LSTM peepholes bidirectional", "R", 4),
        ("LSTM peepholes bidirectional", "B", 8),
        ("LSTM peepholes bidirectional", "P", 3),
        ("GRU bidirectional B initial sequence_lens", "W", 3),
        ("GRU bidirectional B initial sequence_lens", "R", 3),
        ("GRU bidirectional B initial sequence_lens", "B", 6),
        ("GRU reset after bidirectional with biases", "W", 3),
        ("GRU reset after bidirectional with biases", "R", 3),
        ("GRU reset after bidirectional with biases", "B", 6),
    ];

    public static TheoryData<string, string, int, int, int> Swaps
    {
        get
        {
            var swaps = new TheoryData<string, string, int, int, int>();
            foreach ((string name, string tensor, int blocks) in Weights)
            {
                for (int a = 0; a < blocks; a++)
                {
                    for (int b = a + 1; b < blocks; b++)
                    {
                        // The two biases of a gate are added, but for those that the reset's product parts.
                        bool isSum = tensor == "B" && b - a == blocks / 2 && !(name.Contains("reset after") && a == 2);
                        if (!isSum)
                        {
                            swaps.Add(name, tensor, blocks, a, b);
                        }
                    }
                }
            }

            return swaps;
        }
    }

    [Theory]
    [MemberData(nameof(Swaps))]
    public void OnnxModel_Load_blocksOfTwoGatesSwapped_givesOtherOutputs(string name, string tensor, int blocks, int a, int b)
    {
        OnnxCase golden = OnnxGolden.Find(name);
        byte[] bytes = OnnxProto.Changed(name, model => Swap(model.Initializer(tensor), blocks, a, b));
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> outputs = OnnxRun.Run(OnnxModel.Load(folder.Write("model.onnx", bytes)), golden.Inputs);
        double difference = golden.Outputs.Max(output => output.Value.Values.Zip(outputs[output.Key], (x, y) => Math.Abs(x - y)).Max());
        Assert.True(difference > Noticed, $"the outputs differ by {difference} alone");
    }

    /// <summary>In both directions.</summary>
    private static void Swap(TensorProto tensor, int blocks, int a, int b)
    {
        byte[] raw = tensor.RawData.ToByteArray();
        Span<float> values = OnnxProto.Floats(raw);
        int length = values.Length / 2 / blocks;
        for (int direction = 0; direction < 2; direction++)
        {
            Span<float> all = values.Slice(direction * blocks * length, blocks * length);
            for (int i = 0; i < length; i++)
            {
                (all[a * length + i], all[b * length + i]) = (all[b * length + i], all[a * length + i]);
            }
        }

        tensor.RawData = ByteString.CopyFrom(raw);
    }
}
