using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Trains a network on batches.</summary>
internal sealed class RnnFitTarget : FitTarget<RnnModel>
{
    private readonly RnnTrainer _trainer;
    private readonly IBatchSource _training;
    private readonly IBatchSource? _validation;
    private readonly SequenceBatch _batch;
    private readonly SequenceBatch? _validated;
    private readonly Func<double> _evaluate;
    private float[] _state = [];

    internal RnnFitTarget(RnnTrainer trainer, IBatchSource training, IBatchSource? validation)
        : base(trainer)
    {
        _trainer = trainer;
        _training = training;
        _validation = validation;
        _batch = new SequenceBatch(training.Layout);
        _validated = validation is null ? null : new SequenceBatch(validation.Layout);
        _evaluate = Evaluate;
        trainer.CarryState = training.CarriesState;
    }

    internal override long? BatchesPerEpoch => _training.BatchesPerEpoch;

    internal override bool Validates => _validation is not null;

    internal override void Start(int epoch) => _training.Start(epoch);

    internal override bool TryNext() => _training.TryFill(_batch);

    internal override TrainingStep Step()
    {
        if (_trainer.CarryState && !_batch.Continues)
        {
            _trainer.ResetState();
        }

        return _trainer.Step(_batch.Inputs, _batch.Targets, _batch.Shape, _batch.Weights);
    }

    internal override double Validate() => WithAverage(_evaluate);

    internal override RnnModel ToModel(IReadOnlyList<ParameterBuffer> parameters)
        => RnnModel.FromParameters(_trainer.Spec, parameters[0].All);

    private double Evaluate()
    {
        var mean = default(MeanLoss);
        SequenceBatch batch = _validated!;
        _validation!.Start(0);
        while (_validation.TryFill(batch))
        {
            int length = _validation.CarriesState ? batch.Sequences * _trainer.Spec.StateSize : 0;
            if (_state.Length < length)
            {
                _state = new float[length];
            }

            Span<float> state = _state.AsSpan(0, length);
            if (!batch.Continues)
            {
                state.Clear();
            }

            mean.Add(_trainer.EvaluateBatch(batch.Inputs, batch.Targets, batch.Shape, state, state, batch.Weights));
        }

        return mean.Value;
    }
}
