using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>One step of one stream through layers that are no products, each by itself, [H].</summary>
public class LayerStepBenchmarks : LimitedBenchmarks
{
    /// <summary>One multiply-add a value and layer: a yardstick, no limit.</summary>
    private const double FlopsPerElement = 2;

    private NetworkLayer _sum = null!;
    private NetworkLayer _concatenation = null!;
    private NetworkLayer _product = null!;
    private NetworkLayer _affine = null!;
    private NetworkLayer _layerNormalization = null!;
    private NetworkLayer _rmsNormalization = null!;
    private NetworkLayer _meanPooling = null!;
    private NetworkLayer _maxPooling = null!;
    private NetworkLayer _attentionPooling = null!;
    private NetworkLayer _depthwise = null!;
    private AlignedBuffer _x;
    private AlignedBuffer _state;
    private AlignedBuffer _scratch;

    [Params(64, 256)]
    public override int H { get; set; }

    internal override string Caption => "One step of one stream through a layer that is no product, by itself: merges of two identities.";

    public override void Setup()
    {
        base.Setup();
        _x = RandomData.Buffer(H);
        _state = RandomData.Buffer(4 * H);
        _state.Span.Clear();
        _scratch = RandomData.Buffer(16 * H);
        _sum = Create(Layer.Parallel(Merge.Sum, [], []));
        _concatenation = Create(Layer.Parallel(Merge.Concatenate, [], []));
        _product = Create(Layer.Parallel(Merge.Multiply, [], []));
        _affine = Create(Layer.Affine());
        _layerNormalization = Create(Layer.LayerNormalization());
        _rmsNormalization = Create(Layer.RmsNormalization());
        _meanPooling = Create(Layer.MeanPooling());
        _maxPooling = Create(Layer.MaxPooling());
        _attentionPooling = Create(Layer.AttentionPooling());
        _depthwise = Create(Layer.TimeDelay(H, 3, activation: Activation.Identity) with { Groups = H });
    }

    [Benchmark]
    public void Sum() => Step(_sum);

    [Benchmark]
    public void Concatenation() => Step(_concatenation);

    [Benchmark]
    public void Product() => Step(_product);

    [Benchmark]
    public void Affine() => Step(_affine);

    [Benchmark]
    public void LayerNormalization() => Step(_layerNormalization);

    [Benchmark]
    public void RmsNormalization() => Step(_rmsNormalization);

    [Benchmark]
    public void MeanPooling() => Step(_meanPooling);

    [Benchmark]
    public void MaxPooling() => Step(_maxPooling);

    [Benchmark]
    public void AttentionPooling() => Step(_attentionPooling);

    [Benchmark]
    public void Depthwise() => Step(_depthwise);

    private protected override Work[] Parts(string benchmark) => [new Work(FlopsPerElement * H)];

    private NetworkLayer Create(LayerSpec spec)
    {
        var layout = new ParameterLayout();
        var place = new LayerPlace(H, TakesIndices: false, IsReduced: false, ReverseColumn: null);
        NetworkLayer layer = new LayerFactory(place, 0, GradientScope.None)
            .Create(spec, LayerFactory.AddParameters(layout, "layer", spec, H));
        var parameters = new ParameterBuffer(layout);
        new WeightDraws(1).Uniform(parameters.All, 0, 0.1f);
        layer.Pack(parameters);
        return layer;
    }

    private void Step(NetworkLayer layer) => layer.Step(ref _x.Start, ref _state.Start, ref _scratch.Start, descending: false);
}
