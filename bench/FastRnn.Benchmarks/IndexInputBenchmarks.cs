using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>
/// One step of one stream through an LSTM whose input is an index, one of 10,000, beside the same with H values: a row of the input
/// weights is gathered where values take a product.
/// </summary>
public class IndexInputBenchmarks : WeightLimitedBenchmarks
{
    private const int Vocabulary = 10_000;

    /// <summary>How many indices follow one another before they start again; a power of two.</summary>
    private const int IndexCount = 4096;

    private RnnSession _session = null!;
    private float[] _x = [];
    private float[] _y = [];
    private int[] _indices = [];
    private int _position;

    [Params(128)]
    public override int H { get; set; }

    /// <summary>Whether the input is an index.</summary>
    [Params(false, true, Priority = 1)]
    public bool Index { get; set; }

    internal override string Caption
        => "One step of one stream through an LSTM with H inputs, and with an index in a vocabulary of 10,000, another one at every step.";

    /// <summary>Rows of input weights that indices name are left out: one of them is a small part of what a step reads.</summary>
    private protected override int WeightCount => (Index ? 4 : 8) * H * H;

    public override void Setup()
    {
        base.Setup();
        RnnSpec spec = Index ? RnnSpec.ForIndices(Vocabulary, Cell.Lstm(H)) : new RnnSpec(H, Cell.Lstm(H));
        _session = RnnModel.Create(spec, seed: 7).CreateSession();
        _x = RandomData.Array(H);
        _y = new float[H];
        var random = new Random(Seed: 7);
        _indices = [.. Enumerable.Range(0, IndexCount).Select(_ => random.Next(Vocabulary))];
    }

    [GlobalCleanup]
    public void Cleanup() => _session.Dispose();

    [Benchmark]
    public void Step()
    {
        if (Index)
        {
            _position = (_position + 1) & (IndexCount - 1);
            _session.Step(_indices[_position], _y);
        }
        else
        {
            _session.Step(_x, _y);
        }
    }

    internal override bool Measures(string benchmark) => base.Measures(benchmark) && (benchmark != nameof(FmaPeak) || !Index);

    private protected override Work[] Parts(string benchmark) => [Work.VectorProduct(4 * H, Index ? H : H + H)];
}
