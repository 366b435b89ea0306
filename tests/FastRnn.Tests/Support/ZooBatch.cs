using FastRnn.Training;

namespace FastRnn.Tests.Support;

/// <summary>A random batch for a network: inputs of its kind, squared-error targets, and lengths or none.</summary>
internal sealed class ZooBatch
{
    private readonly RnnSpec _spec;
    private readonly float[] _values;
    private readonly int[] _indices;
    private readonly float[] _targets;
    private readonly int[] _lengths;

    /// <param name="spec">the network</param>
    /// <param name="steps">T</param>
    /// <param name="lengths">one of them is T</param>
    /// <param name="isRagged">whether the lengths are given, or all sequences have T steps</param>
    /// <param name="seed">of the values</param>
    internal ZooBatch(RnnSpec spec, int steps, int[] lengths, bool isRagged, int seed)
    {
        var random = new Random(seed);
        (_spec, Steps, Batch, _lengths) = (spec, steps, lengths.Length, isRagged ? lengths : []);
        int rows = (spec.Shape == SequenceShape.OneToMany ? 1 : steps) * Batch;
        _values = RandomData.Uniform(random, rows * spec.InputSize);
        _indices = RandomData.Indices(random, rows, spec.InputSize);
        OutputLength = (spec.Shape == SequenceShape.ManyToOne ? 1 : steps) * Batch * spec.OutputSize;
        _targets = RandomData.Uniform(random, OutputLength, 0.5f);
    }

    internal int Steps { get; }

    internal int Batch { get; }

    internal int OutputLength { get; }

    private BatchShape Shape => new() { Steps = Steps, Sequences = Batch, Lengths = _lengths };

    private SequenceData Inputs => _spec.TakesIndices ? _indices : _values;

    internal void Run(RnnModel model, Span<float> outputs, ReadOnlySpan<float> initial = default, Span<float> final = default)
        => model.Run(Inputs, outputs, Shape, initial, final);

    internal TrainingStep Train(RnnTrainer trainer) => trainer.Step(Inputs, _targets, Shape);

    internal float Evaluate(RnnTrainer trainer, ReadOnlySpan<float> initial = default, Span<float> final = default)
        => trainer.Evaluate(Inputs, _targets, Shape, initial, final);

    internal void Predict(RnnTrainer trainer, Span<float> outputs, ReadOnlySpan<float> initial = default, Span<float> final = default)
        => trainer.Predict(Inputs, outputs, Shape, initial, final);

    /// <summary>One step of a stream, of the batch's first inputs.</summary>
    internal void Step(RnnSession session, Span<float> y)
    {
        if (_spec.TakesIndices)
        {
            session.Step(_indices[0], y);
        }
        else
        {
            session.Step(_values.AsSpan(0, _spec.InputSize), y);
        }
    }
}
