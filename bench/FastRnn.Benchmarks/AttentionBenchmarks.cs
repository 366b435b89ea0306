using BenchmarkDotNet.Attributes;
using FastRnn.Benchmarks.Limits;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Benchmarks;

/// <summary>
/// What attention adds to a decoder's step: one query of H values over the H outputs of 50 steps of an encoder, A = H, the keys of an
/// additive score being there from the first step.
/// </summary>
public class AttentionBenchmarks : LimitedBenchmarks
{
    private const int SourceSteps = 50;

    private AlignedBuffer _memory;
    private float[] _query = [];
    private LayerStack _dot = null!;
    private LayerStack _general = null!;
    private LayerStack _additive = null!;
    private AlignedBuffer _dotTrace;
    private AlignedBuffer _generalTrace;
    private AlignedBuffer _additiveTrace;

    [Params(64)]
    public override int H { get; set; }

    internal override string Caption
        => $"What attention over {SourceSteps} steps of H outputs adds to a decoder's step: one query, the weights and the context.";

    private AttentionMemory Memory => new(_memory.Slice(0, SourceSteps * H), new MemorySize(1, SourceSteps));

    public override void Setup()
    {
        base.Setup();
        _memory = RandomData.Buffer(SourceSteps * H);
        _query = RandomData.Array(H);
        (_dot, _dotTrace) = Create(AttentionScore.Dot);
        (_general, _generalTrace) = Create(AttentionScore.General);
        (_additive, _additiveTrace) = Create(AttentionScore.Additive);
    }

    [Benchmark]
    public float Dot() => Step(_dot, _dotTrace, isContinuation: true);

    [Benchmark]
    public float General() => Step(_general, _generalTrace, isContinuation: true);

    [Benchmark]
    public float Additive() => Step(_additive, _additiveTrace, isContinuation: true);

    internal override bool Measures(string benchmark) => true;

    /// <summary>Scores and context; the additive score has a sum, a tanh, counted as one, a product and a sum for each unit.</summary>
    private protected override Work[] Parts(string benchmark) => benchmark switch
    {
        nameof(Dot) => [Work.Product(2, SourceSteps, H)],
        nameof(General) => [Work.Product(1, H, H), Work.Product(2, SourceSteps, H)],
        _ => [Work.Product(1, H, H), Work.Product(3, SourceSteps, H)],
    };

    private (LayerStack Layers, AlignedBuffer Trace) Create(AttentionScore score)
    {
        LayerStack layers = RnnModel.Create(new RnnSpec(H, Layer.Attention(H, score)), seed: 7).Network.Layers;
        var sequences = new Sequences(1, 1) { Memory = Memory };
        AlignedBuffer trace = AlignedBuffer.Allocate((int)layers.TraceLength(sequences.Size));
        Step(layers, trace, isContinuation: false);
        return (layers, trace);
    }

    private float Step(LayerStack layers, AlignedBuffer trace, bool isContinuation)
    {
        var pass = new ForwardPass(new Sequences(1, 1) { Memory = Memory }) { IsContinuation = isContinuation };
        return layers.Forward(pass, _query, default, trace.Span)[0];
    }
}
