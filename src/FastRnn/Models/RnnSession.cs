using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// One stream through a model: it keeps the state between steps. A session is for one thread at a time; any number of sessions may
/// share a model. Made by <see cref="RnnModel.CreateSession"/>.
/// </summary>
/// <remarks>
/// A NaN or an infinity in an input is computed with as IEEE 754 says. A NaN that has reached the state stays there until
/// <see cref="Reset"/> or <see cref="SetState"/>.
/// </remarks>
public sealed class RnnSession : IDisposable
{
    private readonly Network _network;
    private readonly Workspace _workspace = new();
    private readonly Segment _state;
    private readonly Segment _scratch;

    internal RnnSession(Network network)
    {
        _network = network;
        var plan = default(WorkspacePlan);
        _state = plan.Add(Spec.StateSize);
        _scratch = plan.Add(Spec.StateSize);
        _workspace.Reserve(plan.Length);
        Reset();
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => _network.Spec;

    /// <summary>
    /// One step: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b), ŷ⟨t⟩ = g₂(Wya·a⟨t⟩ + by). Allocates nothing. Gives the bits that
    /// <see cref="RnnModel.Run"/> gives for the same inputs.
    /// </summary>
    /// <param name="x">The input x⟨t⟩ [I].</param>
    /// <param name="y">Receives the output ŷ⟨t⟩ [O]; may overlap <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit; nothing has been written and the state is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        Span<float> state = State();
        Guard.Length(x.Length, Spec.InputSize, nameof(x), "[I]");
        Guard.Length(y.Length, Spec.OutputSize, nameof(y), "[O]");
        _network.Recurrent.Step(x, state, _workspace[_scratch]);
        _network.Emit(state, 1, y);
    }

    /// <summary>Sets the state to zeros, as at the start of a sequence.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Reset() => State().Clear();

    /// <summary>Copies the state a⟨t⟩ out.</summary>
    /// <param name="destination">Receives <see cref="RnnSpec.StateSize"/> values.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing has been written.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void CopyStateTo(Span<float> destination)
    {
        Span<float> state = State();
        Guard.Length(destination.Length, state.Length, nameof(destination), "[state size]");
        state.CopyTo(destination);
    }

    /// <summary>Replaces the state a⟨t⟩.</summary>
    /// <param name="source"><see cref="RnnSpec.StateSize"/> values, as copied out of a session of the same spec.</param>
    /// <exception cref="ArgumentException">The length does not fit; the state is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void SetState(ReadOnlySpan<float> source)
    {
        Span<float> state = State();
        Guard.Length(source.Length, state.Length, nameof(source), "[state size]");
        source.CopyTo(state);
    }

    /// <summary>A second session of the same model that goes on from a copy of this one's state.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public RnnSession Clone()
    {
        Span<float> state = State();
        var clone = new RnnSession(_network);
        state.CopyTo(clone.State());
        return clone;
    }

    /// <summary>Returns the session's memory to the pool. Disposing twice does no harm; any other use afterwards throws.</summary>
    public void Dispose() => _workspace.Dispose();

    private Span<float> State()
    {
        ObjectDisposedException.ThrowIf(_workspace.IsDisposed, this);
        return _workspace[_state];
    }
}
