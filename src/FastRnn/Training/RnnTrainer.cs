using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Trains a network by back-propagation through time: forward, loss, backward, clip, update. It owns the weights that change, their
/// gradients and what the optimizer remembers; <see cref="ToModel"/> hands out an immutable copy. For one thread at a time: a
/// use that begins while another one has not ended throws.
/// </summary>
/// <remarks>
/// After the first step of the largest steps × sequences, a step allocates nothing. The same spec, seed and data give the same weights
/// on the same kind of processor.
/// </remarks>
public sealed class RnnTrainer : Trainer
{
    private readonly Workspace _carried = new();

    /// <summary>Starts from random weights, the same that <see cref="RnnModel.Create(RnnSpec, int)"/> gives for the seed.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the last layer.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The loss is not defined for the spec's last layer, or a layer needs the outputs of an encoder.
    /// </exception>
    public RnnTrainer(RnnSpec spec, Optimizer optimizer, LossFunction loss, int seed)
        : this(RnnModel.Create(spec, seed), optimizer, loss)
    {
    }

    /// <summary>Starts from the weights of a model, which stays as it is.</summary>
    /// <param name="model">The network and the weights to start from.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the last layer.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The loss is not defined for the spec's last layer, or a layer needs the outputs of an encoder.
    /// </exception>
    public RnnTrainer(RnnModel model, Optimizer optimizer, LossFunction loss)
        : base(optimizer, loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        TrainingGuard.NoMemory(model.Spec, nameof(model));
        TrainingGuard.Loss(loss, model.Spec);
        Trained = new TrainedNetwork(model, optimizer);
        Networks = [Trained];
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => Trained.Bptt.Spec;

    /// <summary>
    /// Whether a step starts from the state in which the one before it ended (truncated BPTT: no gradient crosses the border), instead
    /// of from zeros. A step taken while this is off leaves the carried state as it is. See <see cref="ResetState"/>. With
    /// lengths, a sequence goes on from the state at its own end.
    /// </summary>
    /// <exception cref="InvalidOperationException">A layer needs later steps, as a bidirectional one does: its state at a window's
    /// beginning is nothing to go on from. Or it is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public bool CarryState
    {
        get;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            if (value)
            {
                Spec.RequireCausal(name => new InvalidOperationException(
                    $"Expected layers that see no later step where the state is carried, but {name} sees later ones."));
            }

            field = value;
        }
    }

    /// <summary>
    /// The layers, by their numbers in <see cref="RnnSpec.Layers"/>, whose weights stay as they are, as when a model is trained further
    /// for another task. Their gradients have no part in the gradient's norm. None at first.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="InvalidOperationException">It is set while a use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">It is set and the trainer is disposed.</exception>
    public IReadOnlyCollection<int> FrozenLayers
    {
        get => Trained.FrozenLayers;
        set
        {
            using ExclusiveUse.Scope use = Enter();
            Trained.FrozenLayers = LayersOf(value, Spec, nameof(FrozenLayers));
        }
    }

    internal TrainedNetwork Trained { get; }

    internal override IReadOnlyList<TrainedNetwork> Networks { get; }

    /// <summary>The number of sequences whose state is carried, N; 0 where none is.</summary>
    public int CarriedSequences { get; private set; }

    /// <summary>The carried state, [N, S].</summary>
    internal ReadOnlySpan<float> CarriedState => CarriedSequences == 0 ? [] : _carried[new Segment(0, CarriedSequences * Spec.StateSize)];

    /// <summary>One training step.</summary>
    /// <param name="inputs">x [T, N, I], time-major and contiguous, or indices [T, N]; one-to-many: x⟨1⟩ [N, I], indices [N], or none
    /// (<c>default</c>): zeros, or the index 0.</param>
    /// <param name="targets">y [T, N, O], or class indices [T, N], as the loss takes; many-to-one: [N, O] or [N].</param>
    /// <param name="shape">T, N and, where they differ, the lengths. What stands beyond a sequence's end is
    /// not read.</param>
    /// <param name="weights">How much each target counts, [T, N] or, many-to-one, [N], at least 0: 0 leaves it out, whatever it is. Empty
    /// for 1 throughout.</param>
    /// <returns>The loss and whether the step was applied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The steps or sequences of <paramref name="shape"/> are below 1 or more than buffers can hold, a length is not from 1 to T, an index
    /// is not in the vocabulary, or a target is out of range.
    /// </exception>
    /// <exception cref="ArgumentException">A count does not fit, or there are values where indices are expected or the other way round.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The state is carried and the number of sequences has changed without <see cref="ResetState"/>, or another use of the trainer has
    /// not ended; nothing has been changed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public TrainingStep Step(
        SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> weights = default)
    {
        using ExclusiveUse.Scope use = Enter();
        Check(inputs, targets, shape, weights);
        if (CarryState && CarriedSequences != 0 && CarriedSequences != shape.Sequences)
        {
            throw new InvalidOperationException(
                $"Expected {CarriedSequences} as {nameof(shape.Sequences)}, as many as the carried state has, but got "
                + $"{shape.Sequences}; call {nameof(ResetState)} to start anew.");
        }

        var state = new Segment(0, shape.Sequences * Spec.StateSize);
        if (CarryState)
        {
            _carried.Reserve(state.Length);
        }

        ReadOnlySpan<float> initial = CarryState && CarriedSequences != 0 ? _carried[state] : [];
        float value = (float)Trained.Bptt.Forward(Loss, inputs, targets, shape, initial, ++Steps, weights: weights);
        if (!float.IsFinite(value))
        {
            return new TrainingStep(value, float.NaN, Applied: false);
        }

        Trained.Bptt.Backward(inputs);
        TrainingStep step = Update.Apply(value, Trained);
        if (CarryState && step.Applied)
        {
            Trained.Bptt.CopyFinalState(Carry(shape.Sequences));
        }

        return step;
    }

    /// <summary>
    /// The loss without dropout; changes neither weights nor the carried state. With the final state of one window as the initial state of
    /// the next, a long sequence is evaluated in windows.
    /// </summary>
    /// <inheritdoc cref="Step" path="/param"/>
    /// <param name="initialState">The state before the first step, [N, S]; empty for zeros.</param>
    /// <param name="finalState">Receives each sequence's state after its own last step, [N, S]; empty when not wanted. May be
    /// <paramref name="initialState"/>, may not overlap <paramref name="inputs"/> or <paramref name="targets"/>.</param>
    /// <returns>The loss; not finite where inputs, targets or weights make it so.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The steps or sequences of <paramref name="shape"/> are below 1 or more than buffers can hold, a length is not from 1 to T, an index
    /// is not in the vocabulary, or a target is out of range.
    /// </exception>
    /// <exception cref="ArgumentException">A count does not fit, there are values where indices are expected or the other way round, or
    /// buffers overlap. As with every exception, nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public float Evaluate(
        SequenceData inputs,
        SequenceData targets,
        BatchShape shape,
        ReadOnlySpan<float> initialState = default,
        Span<float> finalState = default,
        ReadOnlySpan<float> weights = default)
    {
        return (float)EvaluateBatch(inputs, targets, shape, initialState, finalState, weights).Mean;
    }

    /// <summary>
    /// The outputs with the weights as they are now, without dropout: the bits that <see cref="RnnModel.Run"/> of <see cref="ToModel"/>
    /// gives, with no copy of the weights. Changes neither weights nor the carried state.
    /// </summary>
    /// <inheritdoc cref="RnnModel.Run" path="/remarks|/param|/exception"/>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Predict(
        SequenceData inputs,
        Span<float> outputs,
        BatchShape shape,
        ReadOnlySpan<float> initialState = default,
        Span<float> finalState = default)
    {
        using ExclusiveUse.Scope use = Enter();
        Network network = Trained.Bptt.Network;
        BatchGuard.Run(network, inputs, outputs, shape, initialState, finalState);
        NetworkPass.Run(network, inputs, outputs, shape, initialState, finalState);
    }

    /// <summary>Copies the carried state out, that from which the next step starts while <see cref="CarryState"/> is on.</summary>
    /// <param name="destination">Receives [N, S], N being the sequences of the steps that have carried it.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">No state is carried: none has been since the beginning or
    /// <see cref="ResetState"/>; or another use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void CopyCarriedStateTo(Span<float> destination)
    {
        using ExclusiveUse.Scope use = Enter();
        if (CarriedSequences == 0)
        {
            throw new InvalidOperationException(
                $"Expected a carried state, but there is none; a step leaves one while {nameof(CarryState)} is on.");
        }

        Guard.Length(destination.Length, CarriedState.Length, nameof(destination), "[N, S]");
        CarriedState.CopyTo(destination);
    }

    /// <summary>Forgets the carried state: the next step starts from zeros, and may have another number of sequences.</summary>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void ResetState()
    {
        using ExclusiveUse.Scope use = Enter();
        CarriedSequences = 0;
    }

    /// <summary>An immutable copy of the weights as they are now.</summary>
    /// <exception cref="InvalidOperationException">Another use of the trainer has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public RnnModel ToModel()
    {
        using ExclusiveUse.Scope use = Enter();
        return Trained.ToModel();
    }

    /// <summary>An immutable copy of the average of the weights that <see cref="Trainer.AverageDecay"/> keeps.</summary>
    /// <exception cref="InvalidOperationException">No average is kept, or another use of the trainer has not ended.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public RnnModel ToAveragedModel()
    {
        using ExclusiveUse.Scope use = Enter();
        RequireAverage();
        return Trained.ToAveragedModel();
    }

    /// <summary>Carries the state of a batch from here on, to be filled by the caller.</summary>
    internal Span<float> Carry(int batch)
    {
        var state = new Segment(0, batch * Spec.StateSize);
        _carried.Reserve(state.Length);
        CarriedSequences = batch;
        return _carried[state];
    }

    /// <summary>As <see cref="Evaluate"/>, with what the mean is over.</summary>
    internal LossValue EvaluateBatch(
        SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> initialState, Span<float> finalState,
        ReadOnlySpan<float> weights)
    {
        using ExclusiveUse.Scope use = Enter();
        Check(inputs, targets, shape, weights);
        BatchGuard.States(Spec, inputs, shape, initialState, finalState);
        Guard.Overlap(targets.Values.Overlaps(finalState), nameof(finalState), nameof(targets));
        double loss = Trained.Bptt.Forward(Loss, inputs, targets, shape, initialState, weights: weights);
        if (!finalState.IsEmpty)
        {
            Trained.Bptt.CopyFinalState(finalState);
        }

        return new LossValue(loss, Trained.Bptt.LossWeight);
    }

    private protected override void ReturnMemory() => _carried.Dispose();

    private void Check(SequenceData inputs, SequenceData targets, BatchShape shape, ReadOnlySpan<float> weights)
    {
        BatchGuard.Inputs(Spec, inputs, shape);
        TrainingGuard.Size(Trained.Bptt, shape);
        TrainingGuard.Targets(Loss, Spec, targets, shape, weights);
    }
}
