using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// A network with its weights. Immutable: any number of threads may use one model at once, each with sessions of its own.
/// </summary>
public sealed class RnnModel
{
    /// <summary>Floats of hidden states that a whole run keeps at a time: what a second-level cache holds.</summary>
    private const int RunChunkLength = 32 * 1024;

    private RnnModel(RnnSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Network = new Network(spec, BackwardScope.None);
        Parameters = new ParameterBuffer(Network.Layout);
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => Network.Spec;

    /// <summary>The number of weights and biases.</summary>
    public int ParameterCount => Network.Layout.Length;

    internal Network Network { get; }

    internal ParameterBuffer Parameters { get; }

    /// <summary>
    /// Makes a model with random weights: all weights and biases uniform in ±1/√H, as PyTorch's modules start, with one bias for the
    /// two that PyTorch sums.
    /// </summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException"><paramref name="spec"/> is null.</exception>
    public static RnnModel Create(RnnSpec spec, int seed)
    {
        var model = new RnnModel(spec);
        Initialization.Uniform(model.Parameters.All, spec.Cell.HiddenSize, seed);
        model.Network.Pack(model.Parameters);
        return model;
    }

    /// <summary>Makes a model with given weights.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="parameters">
    /// All weights and biases, each matrix row-major [outputs, inputs], one behind another: Wax [H, I], Waa [H, H], b [H] and, with a
    /// head, Wya [O, H], by [O]. They are copied.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="spec"/> is null.</exception>
    /// <exception cref="ArgumentException">The number of values does not fit the spec.</exception>
    public static RnnModel FromParameters(RnnSpec spec, ReadOnlySpan<float> parameters)
    {
        var model = new RnnModel(spec);
        Guard.Length(parameters.Length, model.ParameterCount, nameof(parameters), "all weights and biases");
        parameters.CopyTo(model.Parameters.All);
        model.Network.Pack(model.Parameters);
        return model;
    }

    /// <summary>Copies all weights and biases out, in the order that <see cref="FromParameters"/> takes.</summary>
    /// <param name="destination">Receives <see cref="ParameterCount"/> values.</param>
    /// <exception cref="ArgumentException">The length does not fit; nothing has been written.</exception>
    public void CopyParametersTo(Span<float> destination)
    {
        Guard.Length(destination.Length, ParameterCount, nameof(destination), "all weights and biases");
        Parameters.All.CopyTo(destination);
    }

    /// <summary>Starts a stream with a state of zeros.</summary>
    public RnnSession CreateSession() => new(Network);

    /// <summary>
    /// Runs N whole sequences of T steps. Each sequence gets the bits that a session gives it step by step, whatever N is. Safe on any
    /// number of threads at once.
    /// </summary>
    /// <remarks>
    /// Allocates nothing once the pool holds the memory, which it can for N·H up to 8 million. A NaN or an infinity in a sequence is
    /// computed with as IEEE 754 says and leaves the other sequences of the batch alone.
    /// </remarks>
    /// <param name="inputs">x [T, N, I], time-major and contiguous.</param>
    /// <param name="outputs">Receives ŷ [T, N, O]; may not overlap any other buffer.</param>
    /// <param name="steps">T; at least 1.</param>
    /// <param name="batch">N; at least 1.</param>
    /// <param name="initialState">a⟨0⟩ [N, H]; empty for zeros.</param>
    /// <param name="finalState">Receives a⟨T⟩ [N, H]; empty when not wanted. May be <paramref name="initialState"/>, may not overlap
    /// <paramref name="inputs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> or <paramref name="batch"/> is below 1 or more than
    /// buffers can hold.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or buffers overlap; nothing has been written.</exception>
    public void Run(
        ReadOnlySpan<float> inputs,
        Span<float> outputs,
        int steps,
        int batch = 1,
        ReadOnlySpan<float> initialState = default,
        Span<float> finalState = default)
    {
        CheckRun(inputs, outputs, steps, batch, initialState, finalState);
        int row = batch * Spec.StateSize;
        int chunk = Math.Clamp(RunChunkLength / row, 1, steps);
        AlignedBuffer buffer = AlignedPool.Rent((chunk + 1) * row);
        Span<float> first = buffer.Slice(0, row);
        if (initialState.IsEmpty)
        {
            first.Clear();
        }
        else
        {
            initialState.CopyTo(first);
        }

        int count;
        for (int start = 0; start < steps; start += count)
        {
            count = Math.Min(chunk, steps - start);
            int rows = count * batch;
            Span<float> hidden = buffer.Slice(0, (count + 1) * row);
            Network.Recurrent.Forward(inputs.Slice(start * batch * Spec.InputSize, rows * Spec.InputSize), hidden, count, batch);
            Network.Emit(hidden[row..], rows, outputs.Slice(start * batch * Spec.OutputSize, rows * Spec.OutputSize));
            hidden[(count * row)..].CopyTo(first);
        }

        if (!finalState.IsEmpty)
        {
            first.CopyTo(finalState);
        }

        AlignedPool.Return(buffer);
    }

    private void CheckRun(
        ReadOnlySpan<float> inputs, Span<float> outputs, int steps, int batch,
        ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        Guard.Length(inputs.Length, Guard.SequenceLength(steps, batch, Spec.InputSize), nameof(inputs), "[T, N, I]");
        Guard.Length(outputs.Length, Guard.SequenceLength(steps, batch, Spec.OutputSize), nameof(outputs), "[T, N, O]");
        if (2L * batch * Spec.StateSize > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(nameof(batch), batch, $"2 steps × batch {batch} × {Spec.StateSize} is {2L * batch * Spec.StateSize}");
        }

        int stateLength = batch * Spec.StateSize;
        if (!initialState.IsEmpty)
        {
            Guard.Length(initialState.Length, stateLength, nameof(initialState), "[N, H]");
        }

        if (!finalState.IsEmpty)
        {
            Guard.Length(finalState.Length, stateLength, nameof(finalState), "[N, H]");
        }

        Guard.Overlap(inputs.Overlaps(outputs), nameof(outputs), nameof(inputs));
        Guard.Overlap(initialState.Overlaps(outputs), nameof(outputs), nameof(initialState));
        Guard.Overlap(finalState.Overlaps(outputs), nameof(finalState), nameof(outputs));
        Guard.Overlap(inputs.Overlaps(finalState), nameof(finalState), nameof(inputs));
        Guard.Overlap(
            initialState.Overlaps(finalState, out int offset) && offset != 0, nameof(finalState), nameof(initialState));
    }
}
