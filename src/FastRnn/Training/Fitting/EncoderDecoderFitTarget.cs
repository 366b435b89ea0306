using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Trains an encoder and a decoder on batches of pairs.</summary>
internal sealed class EncoderDecoderFitTarget : FitTarget<EncoderDecoder>
{
    private readonly EncoderDecoderTrainer _trainer;
    private readonly ISequencePairSource _training;
    private readonly ISequencePairSource? _validation;
    private readonly SequenceBatch _source;
    private readonly SequenceBatch _target;
    private readonly Func<double> _evaluate;
    private readonly SequenceBatch _validatedSource;
    private readonly SequenceBatch _validatedTarget;

    internal EncoderDecoderFitTarget(EncoderDecoderTrainer trainer, ISequencePairSource training, ISequencePairSource? validation)
        : base(trainer)
    {
        _trainer = trainer;
        _training = training;
        _validation = validation;
        _source = new SequenceBatch(training.SourceLayout);
        _target = new SequenceBatch(training.TargetLayout);
        _validatedSource = new SequenceBatch(training.SourceLayout);
        _validatedTarget = new SequenceBatch(training.TargetLayout);
        _evaluate = Evaluate;
    }

    internal override long? BatchesPerEpoch => _training.BatchesPerEpoch;

    internal override bool Validates => _validation is not null;

    internal override void Start(int epoch) => _training.Start(epoch);

    internal override bool TryNext() => _training.TryFill(_source, _target);

    internal override TrainingStep Step()
        => _trainer.Step(_source.Inputs, _source.Shape, _target.Inputs, _target.Targets, _target.Shape, _target.Weights);

    internal override double Validate() => WithAverage(_evaluate);

    internal override EncoderDecoder ToModel(IReadOnlyList<ParameterBuffer> parameters)
        => new(
            RnnModel.FromParameters(_trainer.Encoder.Bptt.Spec, parameters[0].All),
            RnnModel.FromParameters(_trainer.Decoder.Bptt.Spec, parameters[1].All));

    private double Evaluate()
    {
        var mean = default(MeanLoss);
        SequenceBatch source = _validatedSource, target = _validatedTarget;
        _validation!.Start(0);
        while (_validation.TryFill(source, target))
        {
            mean.Add(_trainer.EvaluateBatch(
                source.Inputs, source.Shape, target.Inputs, target.Targets, target.Shape, target.Weights));
        }

        return mean.Value;
    }
}
