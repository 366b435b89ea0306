using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// One stream through a model: it keeps the state between steps. A session is for one thread at a time, which may be another one each
/// time; any number of sessions may share a model. Made by <see cref="RnnModel.CreateSession"/>.
/// </summary>
/// <remarks>
/// A use that begins before another one has ended, on another thread or from within a cell of one's own, throws. Steps on the thread that
/// has used the session first are the fastest, by some nanoseconds.
/// A value of the state whose magnitude is below 2⁻⁶³ (1.1e-19) becomes 0, so that a stream that falls silent never gets slower by
/// denormal numbers. A NaN or an infinity in an input is computed with as IEEE 754 says. A NaN that has reached the state stays there until
/// <see cref="Reset"/> or <see cref="SetState"/>.
/// </remarks>
public sealed class RnnSession : IDisposable
{
    private readonly Network _network;
    private readonly Workspace _workspace = new();
    private readonly RnnSpec _spec;
    private readonly LayerStack _layers;
    private readonly int _scratchStart;
    private readonly int _inputSize;

    /// <summary>How many values an input has; below 0 where it is an index.</summary>
    private readonly int _inputLength;
    private readonly int _outputSize;
    private readonly bool _takesIndices;

    /// <summary>Which way large matrices are read next, see <see cref="NetworkLayer.Step"/>; no bits depend on it.</summary>
    private bool _descending;

    private ExclusiveUse _use;

    internal RnnSession(Network network, ModelIdentity model)
    {
        Model = model;
        _network = network;
        _spec = network.Spec;
        _layers = network.Layers;
        _inputSize = _spec.InputSize;
        _outputSize = _spec.OutputSize;
        _takesIndices = _spec.TakesIndices;
        _inputLength = _takesIndices || _spec.Several is not null ? -1 : _inputSize;
        _scratchStart = (int)SpanAllocator.LengthOf(_spec.StateSize);
        long rowStart = _scratchStart + SpanAllocator.LengthOf(_layers.StepScratchLength);

        // A network without any would have no memory to begin at.
        _workspace.Reserve(checked((int)Math.Max(1, rowStart + (_spec.Several is null ? 0 : _inputSize))));

        // Not a use: the thread that makes a session may be another than the one that steps it.
        State().Clear();
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => _spec;

    internal ModelIdentity Model { get; }

    /// <summary>
    /// One step through all layers; for an Elman layer a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b). Allocates nothing. Gives the bits that
    /// <see cref="RnnModel.Run"/> gives for the same inputs; a many-to-one network puts out at every step what it would put out if the
    /// sequence ended there, and of a one-to-many network the caller feeds the outputs back.
    /// </summary>
    /// <param name="x">The input x⟨t⟩ [I].</param>
    /// <param name="y">Receives the output ŷ⟨t⟩ [O]; may overlap <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the network takes indices; nothing has been written and the state is
    /// unchanged.</exception>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        using ExclusiveUse.Scope use = Enter();
        ref float memory = ref _workspace.StartOf(this);
        if (x.Length != _inputLength || y.Length != _outputSize)
        {
            Refuse(x, y.Length);
        }

        Step(ref MemoryMarshal.GetReference(x), ref memory, y);
    }

    /// <inheritdoc cref="Step(ReadOnlySpan{float}, Span{float})" path="/summary|/exception[not(contains(@cref, 'ArgumentException'))]"/>
    /// <param name="index">The input x⟨t⟩, an index.</param>
    /// <param name="y">Receives the output ŷ⟨t⟩ [O].</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="y"/> does not fit, or the network takes values; nothing has been
    /// written and the state is unchanged.</exception>
    public void Step(int index, Span<float> y)
    {
        using ExclusiveUse.Scope use = Enter();
        ref float memory = ref _workspace.StartOf(this);
        if (!_takesIndices)
        {
            RequireOneInput(nameof(index));
            BatchGuard.Kind(_spec, new ReadOnlySpan<int>(in index), nameof(index));
        }

        Guard.Index(index, _inputSize, nameof(index));
        Guard.Length(y.Length, _outputSize, nameof(y), "[O]");
        Step(ref Unsafe.As<int, float>(ref index), ref memory, y);
    }

    /// <inheritdoc cref="Step(ReadOnlySpan{float}, Span{float})" path="/summary|/exception[not(contains(@cref, 'ArgumentException'))]"/>
    /// <remarks>Of a network with several inputs, <see cref="RnnSpec.ForInputs"/>.</remarks>
    /// <param name="indices">The indices of all inputs in their order, [K]; −1 behind the last one of a sequence within the step.</param>
    /// <param name="values">The values of all inputs in their order, [V].</param>
    /// <param name="y">Receives the output ŷ⟨t⟩ [O]; may overlap <paramref name="values"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in its vocabulary.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or the network has one input; nothing has been written and the state is
    /// unchanged.</exception>
    public void Step(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> y)
    {
        using ExclusiveUse.Scope use = Enter();
        ref float memory = ref _workspace.StartOf(this);
        if (_spec.Several is not { } several)
        {
            throw new ArgumentException(
                $"Expected {(_takesIndices ? "an index" : "values")} alone, as the network takes, but got indices and values.",
                nameof(indices));
        }

        Guard.Length(indices.Length, several.IndexCount, nameof(indices), "[K]");
        Guard.Length(values.Length, several.ValueCount, nameof(values), "[V]");
        Guard.Length(y.Length, _outputSize, nameof(y), "[O]");
        InputsGuard.Row(several, indices, 0, nameof(indices));
        Span<float> row = _workspace.All.Slice(
            _scratchStart + (int)SpanAllocator.LengthOf(_layers.StepScratchLength), _inputSize);
        MemoryMarshal.Cast<int, float>(indices).CopyTo(row);
        values.CopyTo(row[several.IndexCount..]);
        Step(ref MemoryMarshal.GetReference(row), ref memory, y);
    }

    /// <summary>Sets the state to zeros, as at the start of a sequence.</summary>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Reset()
    {
        using ExclusiveUse.Scope use = Enter();
        State().Clear();
    }

    /// <summary>Copies the state out, layer by layer.</summary>
    /// <param name="destination">Receives <see cref="RnnSpec.StateSize"/> values.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void CopyStateTo(Span<float> destination)
    {
        using ExclusiveUse.Scope use = Enter();
        Span<float> state = State();
        Guard.Length(destination.Length, state.Length, nameof(destination), "[state size]");
        state.CopyTo(destination);
    }

    /// <summary>Replaces the state.</summary>
    /// <param name="source"><see cref="RnnSpec.StateSize"/> values, as copied out of a session of the same spec.</param>
    /// <exception cref="ArgumentException">The length does not fit; the state is unchanged.</exception>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void SetState(ReadOnlySpan<float> source)
    {
        using ExclusiveUse.Scope use = Enter();
        Span<float> state = State();
        Guard.Length(source.Length, state.Length, nameof(source), "[state size]");
        source.CopyTo(state);
    }

    /// <summary>A second session of the same model that goes on from a copy of this one's state.</summary>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public RnnSession Clone()
    {
        using ExclusiveUse.Scope use = Enter();
        Span<float> state = State();
        var clone = new RnnSession(_network, Model);
        state.CopyTo(clone.State());
        return clone;
    }

    /// <summary>Returns the session's memory to the pool. Disposing twice does no harm; any other use afterwards throws.</summary>
    /// <exception cref="InvalidOperationException">Another use of the session has not ended; it is not disposed.</exception>
    public void Dispose()
    {
        if (_use.TryDispose(this))
        {
            _workspace.Dispose();
        }
    }

    /// <summary>Begins a use of what may change, for one thread at a time.</summary>
    /// <inheritdoc cref="ExclusiveUse.Enter" path="/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ExclusiveUse.Scope Enter() => _use.Enter(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(ref float x, ref float memory, Span<float> y)
    {
        // The state, and behind it the scratch.
        ref float scratch = ref Unsafe.Add(ref memory, _scratchStart);
        ref float output = ref _layers.Step(ref x, ref memory, ref scratch, _descending);
        _descending = !_descending;
        if (Unsafe.AreSame(ref output, ref x))
        {
            // Layers that let their inputs through: y may overlap them.
            MemoryMarshal.CreateReadOnlySpan(ref output, y.Length).CopyTo(y);
        }
        else
        {
            VectorCopy.Copy(ref output, ref MemoryMarshal.GetReference(y), y.Length);
        }

        _network.Activate(y);
    }

    /// <summary>Says what is wrong with a step's arguments; out of the way of those that are right.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refuse(ReadOnlySpan<float> x, int outputLength)
    {
        RequireOneInput(nameof(x));
        BatchGuard.Kind(_spec, x, nameof(x));
        Guard.Length(x.Length, _inputSize, nameof(x), "[I]");
        Guard.Length(outputLength, _outputSize, "y", "[O]");
    }

    private void RequireOneInput(string parameter)
    {
        if (_spec.Several is { } several)
        {
            throw new ArgumentException(
                $"Expected {several.IndexCount} indices and {several.ValueCount} values in one call, as the network takes, but got one "
                + "kind alone.", parameter);
        }
    }

    /// <summary>The state, layer by layer; for who has entered.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    internal Span<float> State() => _workspace.AllOf(this)[.._spec.StateSize];
}
