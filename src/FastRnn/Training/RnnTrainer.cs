using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Trains a network by back-propagation through time: forward, loss, backward, clip, update. It owns the weights that change, their
/// gradients and what the optimizer remembers; <see cref="ToModel"/> hands out an immutable copy. For one thread at a time.
/// </summary>
/// <remarks>
/// After the first step of the largest steps × batch, a step allocates nothing. The same spec, seed and data give the same weights
/// on the same kind of processor.
/// </remarks>
public sealed class RnnTrainer : IDisposable
{
    private readonly Backpropagation _bptt;
    private readonly AlignedBuffer _moments;
    private readonly Workspace _carried = new();
    private int _carriedBatch;
    private long _updates;

    /// <summary>Starts from random weights, the same that <see cref="RnnModel.Create"/> gives for the seed.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the head.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The loss is not defined for the spec's head.</exception>
    public RnnTrainer(RnnSpec spec, Optimizer optimizer, Loss loss, int seed)
        : this(RnnModel.Create(spec, seed), optimizer, loss)
    {
    }

    /// <summary>Starts from the weights of a model, which stays as it is.</summary>
    /// <param name="model">The network and the weights to start from.</param>
    /// <param name="optimizer">How gradients change the weights.</param>
    /// <param name="loss">What is made small; it must suit the head.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The loss is not defined for the spec's head.</exception>
    public RnnTrainer(RnnModel model, Optimizer optimizer, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        if (!loss.Function.Accepts(model.Spec.Head))
        {
            string head = model.Spec.Head?.Activation.ToString() ?? "no head";
            throw new ArgumentException($"Expected a loss that is defined for a head of {head}, but got {loss}.", nameof(loss));
        }

        Optimizer = optimizer;
        Loss = loss;
        _bptt = new Backpropagation(model.Spec, model.Parameters.All);
        _moments = AlignedBuffer.Allocate(checked(optimizer.MomentCount * _bptt.Parameters.Padded.Length));
        _moments.Span.Clear();
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => _bptt.Spec;

    /// <summary>How gradients change the weights.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What is made small.</summary>
    public Loss Loss { get; }

    /// <summary>
    /// Gradients are scaled down to this norm, over all of them together, where they are beyond it. Infinity, at first, clips
    /// nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float MaxGradientNorm
    {
        get;
        set => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), value, "Expected a value above 0.");
    } = float.PositiveInfinity;

    /// <summary>
    /// Whether a step starts from the state in which the one before it ended (truncated BPTT: no gradient crosses the border), instead
    /// of from zeros. A step taken while this is off leaves the carried state as it is. See <see cref="ResetState"/>.
    /// </summary>
    public bool CarryState { get; set; }

    /// <summary>One training step on targets that are values.</summary>
    /// <param name="inputs">x [T, N, I], time-major and contiguous.</param>
    /// <param name="targets">y [T, N, O].</param>
    /// <param name="steps">T; at least 1.</param>
    /// <param name="batch">N; at least 1.</param>
    /// <returns>The loss and whether the step was applied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="steps"/> or <paramref name="batch"/> is below 1 or more than buffers can hold, or a target is out of range.
    /// </exception>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loss takes targets of the other kind, values or class indices; or the state is carried and the batch size has changed
    /// without <see cref="ResetState"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public TrainingStep Step(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int steps, int batch = 1)
        => Step<float>(inputs, targets, steps, batch);

    /// <summary>One training step on targets that are class indices.</summary>
    /// <param name="inputs">x [T, N, I], time-major and contiguous.</param>
    /// <param name="targets">Class indices [T, N].</param>
    /// <param name="steps">T; at least 1.</param>
    /// <param name="batch">N; at least 1.</param>
    /// <returns>The loss and whether the step was applied.</returns>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int)" path="/exception"/>
    public TrainingStep Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> targets, int steps, int batch = 1)
        => Step<int>(inputs, targets, steps, batch);

    /// <summary>The loss on targets that are values, from a state of zeros; changes neither weights nor the carried state.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int)" path="/param|/exception"/>
    public float Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int steps, int batch = 1)
        => Evaluate<float>(inputs, targets, steps, batch);

    /// <summary>The loss on targets that are class indices, from a state of zeros; changes neither weights nor the carried state.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, int, int)" path="/param|/exception"/>
    public float Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> targets, int steps, int batch = 1)
        => Evaluate<int>(inputs, targets, steps, batch);

    /// <summary>Forgets the carried state: the next step starts from zeros, and may have another batch size.</summary>
    public void ResetState() => _carriedBatch = 0;

    /// <summary>An immutable copy of the weights as they are now.</summary>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public RnnModel ToModel()
    {
        ObjectDisposedException.ThrowIf(_bptt.IsDisposed, this);
        return RnnModel.FromParameters(Spec, _bptt.Parameters.All);
    }

    /// <summary>Returns the trainer's memory to the pool. Disposing twice does no harm; training afterwards throws.</summary>
    public void Dispose()
    {
        _bptt.Dispose();
        _carried.Dispose();
    }

    private TrainingStep Step<TTarget>(ReadOnlySpan<float> inputs, ReadOnlySpan<TTarget> targets, int steps, int batch)
    {
        LossFunction<TTarget> loss = Check(inputs, targets, steps, batch);
        if (CarryState && _carriedBatch != 0 && _carriedBatch != batch)
        {
            throw new InvalidOperationException(
                $"Expected a batch of {_carriedBatch}, whose state is carried, but got {batch}; call ResetState to start anew.");
        }

        var state = new Segment(0, batch * Spec.StateSize);
        if (CarryState)
        {
            _carried.Reserve(state.Length);
        }

        ReadOnlySpan<float> initial = CarryState && _carriedBatch != 0 ? _carried[state] : [];
        float value = (float)_bptt.Forward(loss, inputs, targets, steps, batch, initial);
        if (!float.IsFinite(value))
        {
            return new TrainingStep(value, float.NaN, Applied: false);
        }

        _bptt.Backward(inputs);
        double norm = GradientClipping.ByNorm(_bptt.Gradients.All, MaxGradientNorm);
        if (!double.IsFinite(norm))
        {
            return new TrainingStep(value, (float)norm, Applied: false);
        }

        Optimizer.Update(_bptt.Parameters.Padded, _bptt.Gradients.Padded, _moments.Span, ++_updates);
        _bptt.Pack();
        if (CarryState)
        {
            _bptt.FinalState.CopyTo(_carried[state]);
            _carriedBatch = batch;
        }

        return new TrainingStep(value, (float)norm, Applied: true);
    }

    private float Evaluate<TTarget>(ReadOnlySpan<float> inputs, ReadOnlySpan<TTarget> targets, int steps, int batch)
        => (float)_bptt.Forward(Check(inputs, targets, steps, batch), inputs, targets, steps, batch, []);

    private LossFunction<TTarget> Check<TTarget>(
        ReadOnlySpan<float> inputs, ReadOnlySpan<TTarget> targets, int steps, int batch)
    {
        ObjectDisposedException.ThrowIf(_bptt.IsDisposed, this);
        if (Loss.Function is not LossFunction<TTarget> loss)
        {
            throw new InvalidOperationException(
                typeof(TTarget) == typeof(int)
                    ? $"Expected targets that are values (float), as {Loss} takes, but got class indices (int)."
                    : $"Expected targets that are class indices (int), as {Loss} takes, but got values (float).");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        long length = _bptt.WorkspaceLength(steps, batch);
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(nameof(steps), steps, $"what steps {steps} × batch {batch} × {Spec.OutputSize} and more keep is {length}");
        }

        Guard.Length(inputs.Length, Guard.SequenceLength(steps, batch, Spec.InputSize), nameof(inputs), "[T, N, I]");
        int targetSize = loss.TargetSize(Spec.OutputSize);
        string targetShape = typeof(TTarget) == typeof(int) ? "[T, N]" : "[T, N, O]";
        Guard.Length(targets.Length, Guard.SequenceLength(steps, batch, targetSize), nameof(targets), targetShape);
        loss.Check(targets, Spec.OutputSize, nameof(targets));
        return loss;
    }
}
