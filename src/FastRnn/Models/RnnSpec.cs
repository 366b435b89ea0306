using FastRnn.Kernels;

namespace FastRnn;

/// <summary>What a network is: its sizes and its layers, without weights. Immutable; equal when all parts are equal.</summary>
public sealed record RnnSpec
{
    /// <summary>Describes a network whose inputs are values.</summary>
    /// <param name="inputSize">The number of inputs at a step, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input size is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public RnnSpec(int inputSize, params ReadOnlySpan<LayerSpec> layers)
        : this(inputSize, nameof(inputSize), takesIndices: false, layers)
    {
    }

    private RnnSpec(InputsSpec inputs, ReadOnlySpan<LayerSpec> layers)
    {
        Several = inputs;
        InputSize = (int)Math.Min((long)inputs.IndexCount + inputs.ValueCount, int.MaxValue);
        Lay(LayerSequence.Copy([inputs, .. layers], nameof(layers), nameof(layers)), nameof(layers));
    }

    private RnnSpec(int inputSize, string parameter, bool takesIndices, ReadOnlySpan<LayerSpec> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize, parameter);
        InputSize = inputSize;
        TakesIndices = takesIndices;
        Lay(LayerSequence.Copy(layers, nameof(layers), nameof(layers)), nameof(layers));
    }

    /// <summary>The number of inputs at a step, I; the size of the vocabulary where inputs are indices, and K + V where there are several
    /// (<see cref="ForInputs"/>).</summary>
    public int InputSize { get; }

    /// <summary>Whether inputs are indices from 0 to I − 1, which stand for one-hot vectors, instead of values.</summary>
    public bool TakesIndices { get; }

    /// <summary>The inputs where there are several; empty where all are values, or one index.</summary>
    public IReadOnlyList<InputSpec> Inputs => Several?.Inputs ?? [];

    /// <summary>K, how many indices a step takes: 1 or 0, or those of all inputs where there are several.</summary>
    public int IndexCount => Several?.IndexCount ?? (TakesIndices ? 1 : 0);

    /// <summary>V, how many values a step takes: I or 0, or those of all inputs where there are several.</summary>
    public int ValueCount => Several?.ValueCount ?? (TakesIndices ? 0 : InputSize);

    /// <summary>The number of outputs at a step, O.</summary>
    public int OutputSize { get; private set; }

    /// <summary>The floats of one stream's state, S: the states of the layers one behind another, see <see cref="StateParts"/>.</summary>
    public int StateSize { get; private set; }

    /// <summary>The parts of one stream's state in the order in which they lie: layer by layer, of both directions h→, h←, then c→, c←.
    /// </summary>
    public IReadOnlyList<StatePart> StateParts { get; private set; } = [];

    /// <summary>The layers, from the inputs up.</summary>
    public IReadOnlyList<LayerSpec> Layers { get; private set; } = [];

    /// <summary>Whether no layer needs later steps, so that <see cref="RnnModel.CreateSession"/> can stream the network, unless it
    /// <see cref="NeedsMemory"/>.</summary>
    public bool CanStream { get; private set; }

    /// <summary>Whether a layer attends to the outputs of an encoder, so that the network can only run as the decoder of an
    /// <see cref="EncoderDecoder"/>.</summary>
    public bool NeedsMemory { get; private set; }

    /// <summary>
    /// Which steps the network reads and for which it has outputs. It is many-to-one where a layer makes one row of each sequence, such as
    /// <see cref="Layer.LastStep"/> or <see cref="Layer.MeanPooling"/>. Set to many-to-one, a network without such a layer gets a
    /// <see cref="LastStepSpec"/> behind its last layer over time, or behind its first layer if none is. A bidirectional layer whose
    /// directions are merged becomes two branches there, a direction and its last step each: what Keras returns without
    /// <c>return_sequences</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shape.</exception>
    /// <exception cref="ArgumentException">
    /// One-to-many with a layer that needs later steps, or with outputs of another size than inputs; many-to-many or one-to-many with a
    /// layer that makes one row of each sequence.
    /// </exception>
    public SequenceShape Shape
    {
        get => FeedsBack ? SequenceShape.OneToMany : HasOneOutput ? SequenceShape.ManyToOne : SequenceShape.ManyToMany;
        init => Take(value, nameof(Shape));
    }

    /// <summary>The number of weights and biases.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>The activation of the outputs where the last layer is dense; null otherwise.</summary>
    internal Activation? OutputActivation => Layers[^1].HeadActivation;

    /// <summary>Whether outputs are probabilities of the indices that inputs are, or logits or logarithms of them.</summary>
    internal bool GivesIndices
        => TakesIndices && OutputSize == InputSize
            && OutputActivation?.Kind is ActivationKind.Softmax or ActivationKind.LogSoftmax or ActivationKind.Identity;

    /// <summary>What is to be said where <see cref="GivesIndices"/> is not so, without a full stop.</summary>
    internal string ExpectedOfIndices
        => $"a network of indices with a dense last layer of {InputSize} outputs, with Softmax, LogSoftmax or Identity, but "
            + $"{LayerName(Layers.Count - 1)} has {OutputSize} outputs with {OutputActivation}, and the inputs are "
            + (TakesIndices ? "indices" : "values");

    /// <summary>The layers that attend to the outputs of an encoder, those in branches too, each with the size of these.</summary>
    internal IEnumerable<(string Name, int Size)> Memories => Layers.SelectMany((layer, i) => layer.Memories(LayerName(i)));

    /// <summary>The first layer where there are several inputs; else null.</summary>
    internal InputsSpec? Several { get; }

    /// <summary>What the first layer sees.</summary>
    internal LayerPlace Place
        => new(InputSize, TakesIndices, IsReduced: false, ReverseColumn: null, TakesRows: Several is not null);

    /// <summary>Whether outputs are the next step's inputs.</summary>
    internal bool FeedsBack { get; private set; }

    /// <summary>Whether a sequence has one output.</summary>
    internal bool HasOneOutput { get; private set; }

    /// <summary>Describes a network whose inputs are indices. Unless an embedding stands first, the first layer sees them as one-hot
    /// vectors; no product with a one-hot vector is computed, a row is gathered.</summary>
    /// <param name="vocabularySize">The number of indices, I; at least 1.</param>
    /// <param name="layers">The layers: the first one sees the inputs, the last one's outputs are the network's; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size of the vocabulary is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentException">There is no layer, one is null, or one can't stand where it does.</exception>
    public static RnnSpec ForIndices(int vocabularySize, params ReadOnlySpan<LayerSpec> layers)
        => new(vocabularySize, nameof(vocabularySize), takesIndices: true, layers);

    /// <summary>Describes a network with several inputs, indices and values: words with their characters, or with numbers beside them.
    /// </summary>
    /// <example>
    /// <code>
    /// var tagger = RnnSpec.ForInputs(
    ///     [
    ///         InputSpec.Index(vocabularySize: 5000, Layer.Embedding(64)),
    ///         InputSpec.Sequence(vocabularySize: 90, maxLength: 16, Layer.Embedding(16), Cell.Bidirectional(Cell.Gru(16)),
    /// Layer.LastStep()),         InputSpec.Values(size: 4),
    ///     ],
    ///     Cell.Bidirectional(Cell.Lstm(64)), Layer.Dense(9, Activation.Softmax));
    /// </code>
    /// </example>
    /// <param name="inputs">The inputs, at least one. What their layers put out stands side by side in their order.</param>
    /// <param name="layers">The layers over that; the last one's outputs are the network's. None for what stands side by side
    /// itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weights are more than arrays can hold.</exception>
    /// <exception cref="ArgumentException">There is no input, one is null, a layer is null, or one can't stand where it does.</exception>
    public static RnnSpec ForInputs(ReadOnlySpan<InputSpec> inputs, params ReadOnlySpan<LayerSpec> layers)
        => new(new InputsSpec(inputs), layers);

    /// <summary>Whether all parts are equal.</summary>
    /// <param name="other">Another spec.</param>
    public bool Equals(RnnSpec? other)
        => other is not null && InputSize == other.InputSize && TakesIndices == other.TakesIndices && FeedsBack == other.FeedsBack
            && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(InputSize);
        hash.Add(TakesIndices);
        hash.Add(FeedsBack);
        foreach (LayerSpec layer in Layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    /// <summary>The number that a layer has in the names of parameters: its place among all but last steps, which files of many-to-one
    /// networks do not count.</summary>
    internal int NumberOf(int position) => Layers.Take(position).Count(layer => layer is not LastStepSpec);

    /// <summary>Where a last step is put by <see cref="Shape"/>: behind the last layer over time, or behind the first one.</summary>
    internal static int LastStepPlace(IReadOnlyList<LayerSpec> layers)
        => 1 + Math.Max(0, layers.Index().LastOrDefault(layer => layer.Item.IsTemporal, (0, null!)).Index);

    /// <summary>Sizes, shape and layers.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
        => $"RnnSpec {{ InputSize = {InputSize}, TakesIndices = {TakesIndices}, Shape = {Shape}, Layers = [{string.Join(", ", Layers)}] }}";

    /// <summary>The network of the first layers, at least one.</summary>
    internal RnnSpec Below(int count)
    {
        LayerSpec[] layers = [.. Layers.Take(count)];
        return Several is not null ? new(Several, layers.AsSpan(1)) : new(InputSize, nameof(InputSize), TakesIndices, layers);
    }

    /// <summary>The steps that inputs have, of T.</summary>
    internal int InputSteps(int steps) => FeedsBack ? 1 : steps;

    /// <summary>The steps that outputs have, of T.</summary>
    internal int OutputSteps(int steps) => HasOneOutput ? 1 : steps;

    /// <summary>Throws unless every layer can be streamed.</summary>
    internal void RequireCausal(Func<string, Exception> refuse)
    {
        if (!CanStream)
        {
            throw refuse(Layers.SelectMany((layer, i) => layer.LookingAhead(LayerName(i))).First());
        }
    }

    /// <summary>Throws where a layer attends to the outputs of an encoder.</summary>
    internal void RequireNoMemory(Func<string, Exception> refuse)
    {
        if (NeedsMemory)
        {
            throw refuse(Memories.First().Name);
        }
    }

    /// <summary>The name of a layer in messages, such as <c>layers[1] (Dense)</c>.</summary>
    /// <param name="position">The layer's place in <see cref="Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public string LayerName(int position)
        => (uint)position < (uint)Layers.Count
            ? LayerSequence.Name("layers", position, Layers[position])
            : throw new ArgumentOutOfRangeException(
                nameof(position), position, $"Expected a place from 0 to {Layers.Count - 1}, but got {position}.");

    /// <summary>
    /// A bound from above of the floats that the weights of a layer take twice, once for the way back, with every side of a matrix filled
    /// up as packing does at most, and of what the sums of gradients take.
    /// </summary>
    private static double TrainingLength(IReadOnlyList<ParameterShape> parameters)
    {
        const double Filling = 32, RowFilling = 64;
        double length = 0, widest = 0;
        foreach (ParameterShape shape in parameters)
        {
            length += shape.IsVector ? shape.Length : (shape.Rows + Filling) * (shape.Columns + Filling);
            widest = Math.Max(widest, shape.Rows);
        }

        return 2 * length + (parameters.Count == 0 ? 0 : GradientSum.LongestBlock * (widest + RowFilling));
    }

    /// <summary>Takes layers that can stand where they do, and counts what they have.</summary>
    private void Lay(IReadOnlyList<LayerSpec> layers, string parameter)
    {
        if (layers.Count == 0)
        {
            throw new ArgumentException("Expected at least one layer, but got none.", parameter);
        }

        LayerPlace place = Place;
        layers.Check("layers", place, parameter);
        var states = new List<StatePart>();
        double length = 0;
        (Layers, ParameterCount, StateSize) = (layers, 0, 0);
        for (int i = 0; i < layers.Count; i++)
        {
            LayerSpec layer = layers[i];
            IReadOnlyList<ParameterShape> parameters = layer.GetParameters(place.InputSize);
            (string Name, bool IsReverse, long Length)[] state = layer.GetState(place.InputSize);
            length += TrainingLength(parameters) + state.Sum(part => (double)part.Length);
            if (length > Guard.LargestBuffer)
            {
                throw Guard.TooLarge(parameter, (long)length, $"training {LayerName(i)} on {place.InputSize} inputs takes {length:0}");
            }

            ParameterCount += parameters.Sum(shape => shape.Length);
            foreach ((string name, bool isReverse, long partLength) in state)
            {
                states.Add(new StatePart(i, name, isReverse, StateSize, (int)partLength));
                StateSize += (int)partLength;
            }

            place = layer.Behind(place);
        }

        (OutputSize, HasOneOutput, StateParts) = (place.InputSize, place.IsReduced, states.AsReadOnly());
        CanStream = layers.All(layer => layer.CanStream);
        NeedsMemory = layers.Any(layer => layer.NeedsMemory);
    }

    private void Take(SequenceShape shape, string parameter)
    {
        FeedsBack = shape == SequenceShape.OneToMany;
        switch (shape)
        {
            case SequenceShape.ManyToOne when !HasOneOutput:
                int place = LastStepPlace(Layers);
                LayerSpec[] last = Layers[place - 1] is BidirectionalSpec { Merge: not Merge.Concatenate } both
                    ? [LastOfBoth(both)]
                    : [Layers[place - 1], Layer.LastStep()];
                Lay(Array.AsReadOnly<LayerSpec>([.. Layers.Take(place - 1), .. last, .. Layers.Skip(place)]), parameter);
                break;
            case SequenceShape.ManyToOne:
                break;
            case SequenceShape.ManyToMany or SequenceShape.OneToMany:
                if (HasOneOutput)
                {
                    int reducing = Layers.Index().First(layer => layer.Item.ReducesTime).Index;
                    throw new ArgumentException(
                        $"Expected {shape} layers, which keep all steps, but {LayerName(reducing)} makes one row of each sequence.",
                        parameter);
                }

                if (FeedsBack)
                {
                    CheckFeedback(parameter);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(parameter, shape, "Expected one of the shapes that the enumeration names.");
        }
    }

    /// <summary>The last step of each direction, merged: in branches, since rows that are merged before hold the last step of one direction
    /// beside the first of the other. The parameters are the same, in the same order.</summary>
    private static ParallelSpec LastOfBoth(BidirectionalSpec both)
        => Layer.Parallel(both.Merge, [both.Inner, Layer.LastStep()], [Cell.Reversed(both.Reverse), Layer.LastStep()]);

    private void CheckFeedback(string parameter)
    {
        RequireCausal(name => new ArgumentException(
            $"Expected layers that see no later step, since outputs are fed back, but {name} sees all.", parameter));
        if (Several is not null)
        {
            throw new ArgumentException(
                $"Expected one input, since outputs are fed back, but there are {Inputs.Count} inputs.", parameter);
        }

        if (OutputSize != InputSize)
        {
            throw new ArgumentException(
                $"Expected {InputSize} outputs, as many as inputs, since outputs are fed back, but "
                + $"{LayerName(Layers.Count - 1)} has {OutputSize}.", parameter);
        }
    }
}
