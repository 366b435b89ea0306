using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// A batch of sequences of differing lengths, uniform from 1 to T = 100, beside a batch of as many full ones: an element is a step of a
/// sequence, and the time by the element tells what the bookkeeping, and products of fewer and fewer rows, cost.
/// </summary>
public class DifferingLengthsBenchmarks : LimitedBenchmarks
{
    private const int Steps = 100;
    private const int Batch = 32;

    private readonly int[] _lengths = UniformLengths();
    private RnnModel _model = null!;
    private float[] _inputs = [];
    private float[] _outputs = [];

    [Params(128)]
    public override int H { get; set; }

    internal override string Caption
        => $"An LSTM over 32 sequences of 100 steps each, and of 1 to 100 steps, {_lengths.Sum()} in all; an element is a step of a "
            + "sequence.";

    public override void Setup()
    {
        base.Setup();
        _model = RnnModel.Create(new RnnSpec(H, Cell.Lstm(H)), seed: 7);
        _inputs = RandomData.Array(Steps * Batch * H);
        _outputs = new float[Steps * Batch * H];
    }

    [Benchmark]
    public void Full() => _model.Run(_inputs, _outputs, new() { Steps = Steps, Sequences = Batch });

    [Benchmark]
    public void Differing()
        => _model.Run(_inputs, _outputs, new() { Steps = Steps, Sequences = Batch, Lengths = _lengths });

    internal override int? Elements(string benchmark)
        => benchmark switch
        {
            nameof(Full) => Steps * Batch,
            nameof(Differing) => _lengths.Sum(),
            _ => null,
        };

    private protected override Work[] Parts(string benchmark) => [Work.Product(Elements(benchmark)!.Value, 4 * H, H + H)];

    private static int[] UniformLengths()
    {
        var random = new Random(Seed: 7);
        return [.. Enumerable.Range(0, Batch).Select(_ => random.Next(1, Steps + 1))];
    }
}
