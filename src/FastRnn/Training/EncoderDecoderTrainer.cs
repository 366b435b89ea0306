using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Trains an encoder and a decoder together, by back-propagation through both: the decoder starts from the encoder's final state and is
/// given the right inputs at every step (teacher forcing), or its own outputs now and then (<see cref="ScheduledSampling"/>). Where the
/// decoder attends to the encoder's outputs, gradients flow into those too. For one thread at a time: a use that begins while another one
/// has not ended throws.
/// </summary>
/// <remarks>
/// After the first step of the largest batch, a step allocates nothing. The same specs, seed and data give the same weights on the same
/// kind of processor.
/// </remarks>
public sealed class EncoderDecoderTrainer : Trainer
{
    /// <summary>Added to the decoder's steps, so that its dropout layers drop other values than the encoder's.</summary>
    private const long DecoderSteps = 1L << 62;

    private readonly Workspace _handedOver = new();
    private readonly ScheduledSampler _sampler = new();

    /// <summary>Starts from random weights, the same that <see cref="EncoderDecoder.Create(RnnSpec, RnnSpec, int)"/> gives for
    /// the seed.</summary>
    /// <param name="encoder">What the encoder is.</param>
    /// <param name="decoder">What the decoder is: with states, and attention, that meet the encoder's.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the decoder's last layer.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The specs do not fit each other, or the loss does not suit the decoder's last layer.</exception>
    public EncoderDecoderTrainer(RnnSpec encoder, RnnSpec decoder, Optimizer optimizer, LossFunction loss, int seed)
        : this(EncoderDecoder.Create(encoder, decoder, seed), optimizer, loss)
    {
    }

    /// <summary>Starts from the weights of models, which stay as they are.</summary>
    /// <param name="models">The networks and the weights to start from.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the decoder's last layer.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The loss does not suit the decoder's last layer.</exception>
    public EncoderDecoderTrainer(EncoderDecoder models, Optimizer optimizer, LossFunction loss)
        : base(optimizer, loss)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        TrainingGuard.Loss(loss, models.Decoder.Spec);
        Encoder = new TrainedNetwork(models.Encoder, optimizer);
        Decoder = new TrainedNetwork(models.Decoder, optimizer);
        Networks = [Encoder, Decoder];
    }

    /// <summary>The encoder's layers, by their numbers in <see cref="RnnSpec.Layers"/>, whose weights stay as they are. None at first.
    /// </summary>
    /// <inheritdoc cref="RnnTrainer.FrozenLayers" path="/exception"/>
    public IReadOnlyCollection<int> FrozenEncoderLayers
    {
        get => Encoder.FrozenLayers;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Encoder.FrozenLayers = LayersOf(value, Encoder.Bptt.Spec, nameof(FrozenEncoderLayers));
        }
    }

    /// <summary>The decoder's layers, by their numbers in <see cref="RnnSpec.Layers"/>, whose weights stay as they are. None at first.
    /// </summary>
    /// <inheritdoc cref="RnnTrainer.FrozenLayers" path="/exception"/>
    public IReadOnlyCollection<int> FrozenDecoderLayers
    {
        get => Decoder.FrozenLayers;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Decoder.FrozenLayers = LayersOf(value, Decoder.Bptt.Spec, nameof(FrozenDecoderLayers));
        }
    }

    /// <summary>How often the decoder is given its own outputs while it is trained; null, as at first, for never: teacher forcing. It
    /// costs a run of the decoder, step by step, for each training step.</summary>
    /// <exception cref="ArgumentException">The decoder's outputs can't be its inputs.</exception>
    /// <exception cref="InvalidOperationException">It is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public ScheduledSampling? ScheduledSampling
    {
        get;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            if (value is not null)
            {
                ScheduledSampler.Check(Decoder.Bptt.Spec, nameof(ScheduledSampling));
            }

            field = value;
        }
    }

    internal TrainedNetwork Encoder { get; }

    internal TrainedNetwork Decoder { get; }

    internal override IReadOnlyList<TrainedNetwork> Networks { get; }

    /// <summary>One training step.</summary>
    /// <param name="source">What the encoder reads: x [Tx, N, I], time-major and contiguous, or indices [Tx, N].</param>
    /// <param name="sourceShape">Tx, N and, where they differ, the lengths of the sources.</param>
    /// <param name="inputs">What the decoder is given: at its first step what starts a sequence, then the targets of the step before.
    /// [Ty, N, I] or indices [Ty, N].</param>
    /// <param name="targets">y [Ty, N, O], or class indices [Ty, N], as the loss takes. To learn where to end, a sequence of indices has
    /// the end as its last target.</param>
    /// <param name="shape">Ty, N and, where they differ, the lengths of the targets.</param>
    /// <param name="weights">How much each target counts, [Ty, N], at least 0: 0 leaves it out, whatever it is. Empty
    /// for 1 throughout.</param>
    /// <returns>The loss and whether the step was applied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The steps or sequences of a shape are below 1 or more than buffers can hold, a length is out of its range, an index is not in the
    /// vocabulary, or a target is out of range.
    /// </exception>
    /// <exception cref="ArgumentException">The shapes differ in their number of sequences, a count does not fit, or there are values where
    /// indices are expected or the other way round.</exception>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public TrainingStep Step(
        SequenceData source, BatchShape sourceShape, SequenceData inputs, SequenceData targets, BatchShape shape,
        ReadOnlySpan<float> weights = default)
    {
        using ExclusiveUse.Scope use = Enter();
        Check(source, sourceShape, inputs, targets, shape, weights);
        Encode(source, sourceShape, ++Steps);
        inputs = Mix(inputs, shape, sourceShape);
        float value = (float)Forward(sourceShape, inputs, targets, shape, weights, Steps);
        if (!float.IsFinite(value))
        {
            return new TrainingStep(value, float.NaN, Applied: false);
        }

        // What the decoder's initial state is to the loss, the encoder's final state is. Attention gives its outputs a gradient too.
        EncodedSource encoded = HandedOver(sourceShape);
        encoded.ClearGradient();
        Decoder.Bptt.Backward(inputs, initialGradient: encoded.State, attended: encoded.Memory(sourceShape.Lengths));
        Encoder.Bptt.Backward(source, finalGradient: encoded.State, outputGradient: encoded.TakeGradient());
        return Update.Apply(value, Encoder, Decoder);
    }

    /// <summary>The loss with the right inputs given, without dropout; changes no weights.</summary>
    /// <inheritdoc cref="Step" path="/param|/exception"/>
    public float Evaluate(
        SequenceData source, BatchShape sourceShape, SequenceData inputs, SequenceData targets, BatchShape shape,
        ReadOnlySpan<float> weights = default)
    {
        return (float)EvaluateBatch(source, sourceShape, inputs, targets, shape, weights).Mean;
    }

    /// <summary>Immutable copies of the weights as they are now.</summary>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public EncoderDecoder ToModel()
    {
        using ExclusiveUse.Scope use = Enter();
        return new EncoderDecoder(Encoder.ToModel(), Decoder.ToModel());
    }

    /// <summary>Immutable copies of the average of the weights that <see cref="Trainer.AverageDecay"/> keeps.</summary>
    /// <exception cref="InvalidOperationException">No average is kept, or another use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public EncoderDecoder ToAveragedModel()
    {
        using ExclusiveUse.Scope use = Enter();
        RequireAverage();
        return new EncoderDecoder(Encoder.ToAveragedModel(), Decoder.ToAveragedModel());
    }

    /// <summary>As <see cref="Evaluate"/>, with what the mean is over.</summary>
    internal LossValue EvaluateBatch(
        SequenceData source, BatchShape sourceShape, SequenceData inputs, SequenceData targets, BatchShape shape,
        ReadOnlySpan<float> weights)
    {
        using ExclusiveUse.Scope use = Enter();
        Check(source, sourceShape, inputs, targets, shape, weights);
        Encode(source, sourceShape, trainingStep: 0);
        double loss = Forward(sourceShape, inputs, targets, shape, weights, trainingStep: 0);
        return new LossValue(loss, Decoder.Bptt.LossWeight);
    }

    private protected override void ReturnMemory()
    {
        _handedOver.Dispose();
        _sampler.Dispose();
    }

    /// <summary>Runs the encoder and hands its state and outputs over.</summary>
    private void Encode(SequenceData source, BatchShape sourceShape, long trainingStep)
    {
        EncodedSource encoded = HandedOver(sourceShape);
        Encoder.Bptt.ForwardToState(source, sourceShape, [], trainingStep, encoded.Outputs);
        Encoder.Bptt.CopyFinalState(encoded.State);
        encoded.TakeOutputs();
    }

    /// <summary>The right inputs, or with outputs of the decoder among them.</summary>
    private SequenceData Mix(SequenceData inputs, BatchShape shape, BatchShape sourceShape)
    {
        if (ScheduledSampling is not { } sampling || sampling.GetProbability(Updates + 1) is not (> 0 and var probability))
        {
            return inputs;
        }

        EncodedSource encoded = HandedOver(sourceShape);
        return _sampler.Mix(
            Decoder.Bptt.Network, inputs, shape, encoded.State, encoded.Memory(sourceShape.Lengths), probability,
            new SplitMix64(sampling.Seed, unchecked((int)Steps)));
    }

    /// <summary>Runs the decoder from what the encoder has handed over.</summary>
    private double Forward(
        BatchShape sourceShape, SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> weights,
        long trainingStep)
    {
        EncodedSource encoded = HandedOver(sourceShape);
        long decoderStep = trainingStep == 0 ? 0 : trainingStep + DecoderSteps;
        return Decoder.Bptt.Forward(
            Loss, inputs, targets, shape, encoded.State, decoderStep, encoded.Memory(sourceShape.Lengths), weights);
    }

    /// <summary>States and outputs on their way up, their gradients on their way down.</summary>
    private EncodedSource HandedOver(BatchShape sourceShape)
    {
        _handedOver.Reserve((int)HandedOverLength(sourceShape));
        var memory = new SpanAllocator(_handedOver.All);
        return new EncodedSource(Encoder.Bptt.Spec, Decoder.Bptt.Spec, SizeOf(sourceShape), hasGradient: true, ref memory);
    }

    private long HandedOverLength(BatchShape sourceShape)
        => EncodedSource.Length(Encoder.Bptt.Spec, Decoder.Bptt.Spec, SizeOf(sourceShape), hasGradient: true);

    private static MemorySize SizeOf(BatchShape sourceShape) => new(sourceShape.Sequences, sourceShape.Steps);

    private void Check(
        SequenceData source, BatchShape sourceShape, SequenceData inputs, SequenceData targets, BatchShape shape,
        ReadOnlySpan<float> weights)
    {
        BatchGuard.Inputs(Encoder.Bptt.Spec, source, sourceShape, nameof(source), nameof(sourceShape));
        BatchGuard.Inputs(Decoder.Bptt.Spec, inputs, shape);
        BatchGuard.SameSequences(sourceShape, shape);

        TrainingGuard.Size(Encoder.Bptt, sourceShape, nameof(sourceShape));
        EncoderDecoderGuard.HandedOver(HandedOverLength(sourceShape), nameof(sourceShape));
        TrainingGuard.Size(Decoder.Bptt, shape, attended: EncodedSource.SizeFor(Decoder.Bptt.Spec, SizeOf(sourceShape)));
        TrainingGuard.Targets(Loss, Decoder.Bptt.Spec, targets, shape, weights);
    }
}
