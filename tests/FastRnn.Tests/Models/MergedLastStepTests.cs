using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Many-to-one networks whose last layer over time merges its directions: the last step of each direction, merged.</summary>
public sealed class MergedLastStepTests
{
    private const int I = 3, H = 4, T = 5, N = 3, Seed = 4;

    [Theory]
    [InlineData(Merge.Concatenate)]
    [InlineData(Merge.Sum)]
    [InlineData(Merge.Average)]
    [InlineData(Merge.Multiply)]
    public void RnnSpec_Shape_manyToOne_mergesTheEndOfEachDirection(Merge merge)
    {
        var spec = new RnnSpec(I, Cell.Bidirectional(Cell.Lstm(H), merge)) { Shape = SequenceShape.ManyToOne };
        float[] parameters = RandomData.Uniform(Seed, (int)spec.ParameterCount);
        int half = parameters.Length / 2;
        float[] inputs = RandomData.Uniform(Seed + 1, T * N * I);
        int[] lengths = [5, 2, 4];
        float[] forward = Run(Cell.Lstm(H), parameters.AsSpan(0, half)), reverse = Run(Cell.Reversed(Cell.Lstm(H)), parameters.AsSpan(half));
        var outputs = new float[N * spec.OutputSize];
        RnnModel.FromParameters(spec, parameters).Run(inputs, outputs, new() { Steps = T, Sequences = N, Lengths = lengths });
        for (int i = 0; i < outputs.Length; i++)
        {
            int sequence = i / spec.OutputSize, unit = i % spec.OutputSize;
            double a = forward[sequence * H + unit % H], b = reverse[sequence * H + unit % H];
            double expected = merge switch
            {
                Merge.Sum => a + b,
                Merge.Average => (a + b) / 2,
                Merge.Multiply => a * b,
                _ => unit < H ? a : b,
            };
            Compare.Within(expected, outputs[i], 1e-6, $"{merge}, output {i}");
        }

        float[] Run(LayerSpec layer, ReadOnlySpan<float> weights)
        {
            var one = new RnnSpec(I, layer) { Shape = SequenceShape.ManyToOne };
            var ends = new float[N * H];
            RnnModel.FromParameters(one, weights).Run(inputs, ends, new() { Steps = T, Sequences = N, Lengths = lengths });
            return ends;
        }
    }

    [Fact]
    public void RnnSpec_Shape_manyToOneOfMergedDirections_keepsWhatStandsBehind()
        => Assert.Equal(
            new RnnSpec(
                I, Cell.Gru(2),
                Layer.Parallel(Merge.Sum, [Cell.Gru(H), Layer.LastStep()], [Cell.Reversed(Cell.Gru(H)), Layer.LastStep()]), Layer.Dense(1)),
            new RnnSpec(I, Cell.Gru(2), Cell.Bidirectional(Cell.Gru(H), Merge.Sum), Layer.Dense(1)) { Shape = SequenceShape.ManyToOne });
}
