using System.Text;

namespace FastRnn;

/// <summary>
/// What a layer of a network is: its kind, sizes and options, without weights. Made by <see cref="Layer"/> and <see cref="Cell"/>;
/// immutable; equal when all parts are equal.
/// </summary>
public abstract record LayerSpec
{
    private protected LayerSpec()
    {
    }

    /// <summary>Whether an output depends on the steps so far alone, so that the layer can be streamed.</summary>
    public virtual bool CanStream => true;

    /// <summary>Whether there is an output for each step that may depend on other steps than its own. A layer that makes one row of a
    /// sequence is none: see <see cref="ReducesTime"/>.</summary>
    public virtual bool IsTemporal => false;

    /// <summary>Whether the outputs are one row a sequence, whatever its steps are.</summary>
    public virtual bool ReducesTime => false;

    /// <summary>Whether it attends to the outputs of an encoder, so that it can only stand in a decoder.</summary>
    public bool NeedsMemory => Memories(string.Empty).Any();

    /// <summary>What the layer is, for messages.</summary>
    internal abstract string Kind { get; }

    /// <summary>g₂ where the layer may be a network's head, so that losses can be computed before it.</summary>
    internal virtual Activation? HeadActivation => null;

    /// <summary>The size of outputs, O.</summary>
    /// <param name="inputSize">The size of inputs, I; the size of the vocabulary for indices.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public int GetOutputSize(int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        return Outputs(inputSize);
    }

    /// <summary>The parameters, in their order.</summary>
    /// <param name="inputSize">The size of inputs, I; the size of the vocabulary for indices.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public IReadOnlyList<ParameterShape> GetParameters(int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        return Parameters(inputSize);
    }

    /// <inheritdoc cref="GetOutputSize"/>
    internal abstract int Outputs(int inputSize);

    /// <inheritdoc cref="GetParameters"/>
    internal virtual IReadOnlyList<ParameterShape> Parameters(int inputSize) => [];

    /// <summary>The names and lengths of the state's parts, in the order in which they lie; those of directions one behind the other.
    /// </summary>
    internal virtual (string Name, bool IsReverse, long Length)[] GetState(int inputSize) => [];

    /// <summary>The layers that attend to the outputs of an encoder, this one or those that it holds, each with the size of them.</summary>
    /// <param name="name">the layer's own name</param>
    internal virtual IEnumerable<(string Name, int Size)> Memories(string name) => [];

    /// <summary>The layers that see later steps, this one or those that it holds.</summary>
    /// <param name="name">the layer's own name</param>
    internal virtual IEnumerable<string> LookingAhead(string name) => CanStream ? [] : [name];

    /// <summary>The place behind this layer.</summary>
    /// <param name="place">where this one stands</param>
    internal LayerPlace Behind(LayerPlace place)
        => new(
            Outputs(place.InputSize), TakesIndices: false, place.IsReduced || ReducesTime, ReverseColumnBehind(place), MixesBehind(place));

    /// <summary>The columns from which on outputs are those of a reverse direction; null where there is none.</summary>
    internal virtual int? ReverseColumnBehind(LayerPlace place) => null;

    /// <summary>Whether both directions of a bidirectional layer have a part in the same outputs. Unless overridden they do where they have
    /// in the inputs, and not behind a recurrent layer, whose last step has seen them all.</summary>
    internal virtual bool MixesBehind(LayerPlace place) => place.IsMixed;

    /// <summary>Why the layer can't stand where it does, as a sentence's end; null where it can.</summary>
    internal virtual string? Refusal(LayerPlace place) => NeedsSteps(place);

    /// <summary>Throws unless the layers that it holds can stand where they do.</summary>
    /// <param name="name">the layer's own name, for messages</param>
    /// <param name="place">where it stands</param>
    /// <param name="parameter">for the exception</param>
    internal virtual void CheckBranches(string name, LayerPlace place, string parameter)
    {
    }

    /// <summary>The refusal of a layer that can't take indices.</summary>
    private protected static string? NeedsValues(LayerPlace place)
        => place.TakesIndices ? "takes values, but the network's inputs are indices: an embedding has to stand before it" : null;

    /// <summary>The refusal of a layer over time behind one that has made one row of each sequence.</summary>
    private protected string? NeedsSteps(LayerPlace place)
        => IsTemporal && place.IsReduced ? "runs over time, but a layer before it has made one row of each sequence" : null;

    /// <summary>Options alone: what follows from the kind is left out.</summary>
    /// <param name="builder">Receives the text.</param>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>A size, or the largest that there is where it is beyond all: what has it is too large for any network.</summary>
    private protected static int Saturated(long size) => (int)Math.Min(size, int.MaxValue);

    /// <summary>What an activation with weights of its own adds to the parameters: <c>slopes</c> [1] or [O].</summary>
    private protected static ParameterShape[] WeightsOf(Activation activation, int outputSize)
        => activation.HasWeights
            ? [ParameterShape.Constant("slopes", activation.PerFeature ? outputSize : 1, activation.Alpha)]
            : [];

    /// <summary>1/√n: how PyTorch's modules start.</summary>
    private protected static float Bound(int size) => 1 / MathF.Sqrt(size);
}
