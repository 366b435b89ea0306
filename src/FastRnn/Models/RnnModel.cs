using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn;

/// <summary>
/// A network with its weights. Immutable: any number of threads may use one model at once, each with sessions of its own.
/// </summary>
public sealed class RnnModel
{
    private RnnModel(RnnSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Network = new Network(spec, GradientScope.None);
        Weights = new ParameterBuffer(Network.Layout);
        Identity = new ModelIdentity(spec, Weights);
    }

    /// <summary>What the network is.</summary>
    public RnnSpec Spec => Network.Spec;

    /// <summary>The number of weights and biases.</summary>
    public int ParameterCount => Network.Layout.Length;

    /// <summary>All weights and biases, in the order that <see cref="FromParameters(RnnSpec, ReadOnlySpan{float})"/> takes.</summary>
    public ReadOnlySpan<float> Parameters => Weights.All;

    internal Network Network { get; }

    internal ParameterBuffer Weights { get; }

    internal ModelIdentity Identity { get; }

    /// <summary>
    /// Makes a model with random weights, as PyTorch's modules start: uniform in ±1/√H for recurrent layers, with one bias for the two
    /// that PyTorch sums, in ±1/√I for others, and with the variance 1 for embeddings.
    /// </summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentNullException"><paramref name="spec"/> is null.</exception>
    public static RnnModel Create(RnnSpec spec, int seed) => Create(spec, seed, WeightInitialization.Default);

    /// <summary>Makes a model with random weights that start as told.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="initialization">How weights start.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The initialization is of gates that no layer has, or of square matrices where a layer's are not.
    /// </exception>
    public static RnnModel Create(RnnSpec spec, int seed, WeightInitialization initialization)
    {
        ArgumentNullException.ThrowIfNull(initialization);
        return FromParameters(
            spec, weights => initialization.Fill(spec.Layers, spec.InputSize, weights, seed, nameof(initialization)));
    }

    /// <summary>Makes a model with given weights.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="parameters">
    /// All weights and biases, layer by layer, each matrix row-major [outputs, inputs], in the order in which the methods of
    /// <see cref="Cell"/> and <see cref="Layer"/> name them: for an Elman layer Wax [H, I], Waa [H, H], b [H]. They are copied.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="spec"/> is null.</exception>
    /// <exception cref="ArgumentException">The number of values does not fit the spec.</exception>
    public static RnnModel FromParameters(RnnSpec spec, ReadOnlySpan<float> parameters)
    {
        var model = new RnnModel(spec);
        Guard.Length(parameters.Length, model.ParameterCount, nameof(parameters), "all weights and biases");
        parameters.CopyTo(model.Weights.All);
        model.Network.Pack(model.Weights);
        return model;
    }

    /// <summary>Makes a model whose weights are written directly to their place, without a copy in between.</summary>
    /// <param name="spec">What the network is.</param>
    /// <param name="fill">Writes all weights and biases, in the order that
    /// <see cref="FromParameters(RnnSpec, ReadOnlySpan{float})"/> takes, to a span of that many zeros. It is called once, before the model
    /// exists for anyone else.</param>
    /// <exception cref="ArgumentNullException"><paramref name="spec"/> or <paramref name="fill"/> is null.</exception>
    public static RnnModel FromParameters(RnnSpec spec, Action<Span<float>> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        return WithWeights(spec, weights => fill(weights.All));
    }

    /// <summary>The same model with other values in an affine layer, such as those that standardize raw inputs.</summary>
    /// <param name="layer">The number of the layer in <see cref="RnnSpec.Layers"/>.</param>
    /// <param name="scale">Of each feature, [I].</param>
    /// <param name="shift">Of each feature, [I].</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="ArgumentException">The layer is no affine one, or a length does not fit.</exception>
    public RnnModel WithAffine(int layer, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift)
    {
        string name = Spec.LayerName(layer);
        if (Spec.Layers[layer] is not AffineSpec)
        {
            throw new ArgumentException($"Expected an affine layer, but {name} is none.", nameof(layer));
        }

        (long start, int size) = (0, Spec.InputSize);
        foreach (LayerSpec below in Spec.Layers.Take(layer))
        {
            start += below.GetParameters(size).Sum(shape => shape.Length);
            size = below.GetOutputSize(size);
        }

        Guard.Length(scale.Length, size, nameof(scale), "[I]");
        Guard.Length(shift.Length, size, nameof(shift), "[I]");
        float[] values = Parameters.ToArray();
        scale.CopyTo(values.AsSpan((int)start));
        shift.CopyTo(values.AsSpan((int)start + size));
        return FromParameters(Spec, values);
    }

    /// <summary>Makes a model whose weights are written to their slices.</summary>
    internal static RnnModel WithWeights(RnnSpec spec, Action<ParameterBuffer> fill)
    {
        var model = new RnnModel(spec);
        fill(model.Weights);
        model.Network.Pack(model.Weights);
        return model;
    }

    /// <summary>Starts a stream with a state of zeros.</summary>
    /// <exception cref="InvalidOperationException">A layer needs later steps, as a bidirectional one does, or the outputs of an encoder.
    /// </exception>
    public RnnSession CreateSession()
    {
        RequireNoMemory();
        Spec.RequireCausal(name => new InvalidOperationException(
            $"Expected layers that see no later step in a streaming session, but {name} sees later ones: use Run."));
        return new RnnSession(Network, Identity);
    }

    /// <summary>
    /// Runs N whole sequences of T steps. Each sequence gets the bits that a session gives it step by step, whatever N is and whatever
    /// lengths the others have. Safe on any number of threads at once.
    /// </summary>
    /// <remarks>
    /// Allocates nothing once the pool holds the memory, which it can up to 64 MiB. A value of a
    /// recurrent state whose magnitude is below 2⁻⁶³ (1.1e-19) becomes 0. A NaN or an infinity in a sequence is
    /// computed with as IEEE 754 says and leaves the other sequences of the batch alone. The time follows the sum of the lengths.
    /// <para>A step of N streams in one call is a run of <c>Steps = 1, Sequences = N</c> with one buffer [N, S] as initial and final state,
    /// each row a stream's. To go on from a final state is meant for networks that <see cref="RnnSpec.CanStream"/>: the state of a
    /// direction that runs in reverse is that at the first step.</para>
    /// </remarks>
    /// <param name="inputs">x [T, N, I], time-major and contiguous, or indices [T, N]; one-to-many: x⟨1⟩ [N, I], indices [N], or none
    /// (<c>default</c>): zeros, or the index 0.</param>
    /// <param name="outputs">Receives ŷ [T, N, O], zeros beyond a sequence's end; many-to-one: [N, O]. May not overlap any other buffer.
    /// </param>
    /// <param name="shape">T, N and, where they differ, the lengths. What stands beyond a sequence's end in
    /// the inputs is not read.</param>
    /// <param name="initialState">The state before the first step, [N, S]; empty for zeros.</param>
    /// <param name="finalState">Receives each sequence's state after its own last step, [N, S]; empty when not wanted. May be
    /// <paramref name="initialState"/>, may not overlap <paramref name="inputs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps or sequences of <paramref name="shape"/> are below 1 or more than
    /// buffers can hold, a length is not from 1 to T, or an index is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">A count of values or lengths does not fit, inputs are values where indices are expected or the
    /// other way round, or buffers overlap. As with every exception, nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">A layer needs the outputs of an encoder.</exception>
    public void Run(
        SequenceData inputs,
        Span<float> outputs,
        BatchShape shape,
        ReadOnlySpan<float> initialState = default,
        Span<float> finalState = default)
    {
        RequireNoMemory();
        BatchGuard.Run(Network, inputs, outputs, shape, initialState, finalState);
        NetworkPass.Run(Network, inputs, outputs, shape, initialState, finalState);
    }

    private void RequireNoMemory()
        => Spec.RequireNoMemory(name => new InvalidOperationException(
            $"Expected layers that need no encoder, but {name} attends to one's outputs: use EncoderDecoder.Run."));
}
