using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>One step of one stream through a forecaster of a series: I = 1, an Elman layer, a linear head with O = 1.</summary>
public class ForecastStepBenchmarks : WeightLimitedBenchmarks
{
    private RnnSession _session = null!;
    private float[] _x = [];
    private float[] _y = [];

    internal override string Caption => "One step of one stream through an Elman layer with one input and a linear head with one output.";

    /// <summary>Waa [H, H], Wax [H, 1], Wya [1, H].</summary>
    private protected override int WeightCount => H * (H + 2);

    public override void Setup()
    {
        base.Setup();
        _session = RnnModel.Create(new RnnSpec(1, Cell.Elman(H), Layer.Dense(1)), seed: 7).CreateSession();
        _x = RandomData.Array(1);
        _y = new float[1];
    }

    [GlobalCleanup]
    public void Cleanup() => _session.Dispose();

    [Benchmark]
    public void Step() => _session.Step(_x, _y);

    private protected override Work[] Parts(string benchmark) => [Work.VectorProduct(H, H + 2)];
}
