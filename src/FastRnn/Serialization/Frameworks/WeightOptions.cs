using System.Collections.ObjectModel;

namespace FastRnn.Serialization;

/// <summary>
/// What names and shapes of another framework's weights leave open. Nothing is guessed: where something that matters is open, reading
/// stops with an exception whose <see cref="FastRnnFormatException.Option"/> is the property to set. A property that contradicts the file,
/// or that no module needs, is refused in the same way. A module is named by the prefix of its tensors: that of
/// <c>encoder.rnn.weight_ih_l0</c> is <c>encoder.rnn</c>; without a prefix it is the empty text. Immutable.
/// </summary>
public abstract record WeightOptions
{
    private protected WeightOptions()
    {
    }

    /// <summary>
    /// All modules, from the inputs up; null where their sizes let them follow each other in one order alone, or in one alone in which
    /// modules that differ in a number of their names (<c>layers.0</c>, <c>layers.2</c>) stand in its order.
    /// </summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>g₁ of simple recurrent modules, tanh or ReLU, unless <see cref="Activations"/> names them; files don't tell.</summary>
    public Activation? Activation { get; init; }

    /// <summary>
    /// The activations of simple recurrent and of feed-forward modules, convolutions among them, by their names; files don't tell.
    /// Feed-forward ones need one unless they stand last.
    /// </summary>
    public IReadOnlyDictionary<string, Activation>? Activations { get; init; }

    /// <summary>g₂ of a feed-forward module that stands last, unless <see cref="Activations"/> names it. Null is the identity for
    /// PyTorch, whose linear modules have no other, and is asked for with Keras, whose dense layers may have any.</summary>
    public Activation? OutputActivation { get; init; }

    /// <summary>ε of all normalizations that <see cref="Epsilons"/> does not name; null for what the framework has unless told otherwise:
    /// 1e-5 of PyTorch, 1e-3 of Keras, whose RMS normalization has 1e-6; that of PyTorch depends on the type of values there, and is asked
    /// for.</summary>
    public float? Epsilon { get; init; }

    /// <summary>ε of normalizations by their names.</summary>
    public IReadOnlyDictionary<string, float>? Epsilons { get; init; }

    /// <summary>What modules are that have vectors alone and that <see cref="VectorModules"/> does not name, where they may be that.
    /// </summary>
    public VectorModule? VectorModule { get; init; }

    /// <summary>
    /// What modules are that have vectors alone, by their names. A gain and a bias are asked for, since normalizations of groups and of
    /// instances, which are none of the layers here, have the same as one of the features of each step; and so are PyTorch's lone vectors
    /// of more than one value. The names of Keras tell RMS normalization and PReLU.
    /// </summary>
    public IReadOnlyDictionary<string, VectorModule>? VectorModules { get; init; }

    /// <summary>What is open of convolutions over time, by their names. Those of a width above 1 need an entry.</summary>
    public IReadOnlyDictionary<string, Convolution>? Convolutions { get; init; }

    /// <summary>How the two directions of bidirectional modules become one output, by the modules' names: <c>merge_mode</c> of Keras.
    /// Files don't tell; side by side unless set, as both frameworks have it.</summary>
    public IReadOnlyDictionary<string, Merge>? Merges { get; init; }

    /// <summary>
    /// Whether inputs are indices: of an embedding that stands first, or else of one-hot vectors. Null where an embedding can be told from
    /// a feed-forward layer without biases; inputs are indices then if one stands first, and values otherwise.
    /// </summary>
    public bool? TakesIndices { get; init; }

    /// <summary>Which steps the network reads and for which it has outputs; files don't tell.</summary>
    public SequenceShape Shape { get; init; }

    /// <summary>g₂ where nothing is given; null where it has to be.</summary>
    internal abstract Activation? ActivationOfLast { get; }

    /// <summary>Throws for values that no file can have.</summary>
    internal static void Check(WeightOptions options)
    {
        if (options.Activation is { Kind: not (ActivationKind.Tanh or ActivationKind.Relu) })
        {
            throw new ArgumentException(
                $"Expected Tanh or Relu as {options.Reference(nameof(Activation))}, but got {options.Activation}.", nameof(options));
        }

        WithoutWeights(options.OutputActivation, nameof(OutputActivation));
        foreach ((string name, Activation activation) in options.Activations ?? ReadOnlyDictionary<string, Activation>.Empty)
        {
            WithoutWeights(activation, nameof(Activations), name);
        }

        CheckEpsilon(options.Epsilon, nameof(Epsilon));
        foreach ((string name, float epsilon) in options.Epsilons ?? ReadOnlyDictionary<string, float>.Empty)
        {
            CheckEpsilon(epsilon, nameof(Epsilons), name);
        }

        CheckKind(options.VectorModule, nameof(VectorModule));
        foreach ((string name, VectorModule module) in options.VectorModules ?? ReadOnlyDictionary<string, VectorModule>.Empty)
        {
            CheckKind<VectorModule>(module, nameof(VectorModules), name);
        }

        foreach ((string name, Merge merge) in options.Merges ?? ReadOnlyDictionary<string, Merge>.Empty)
        {
            CheckKind<Merge>(merge, nameof(Merges), name);
        }

        foreach ((string name, Convolution? convolution) in options.Convolutions ?? ReadOnlyDictionary<string, Convolution>.Empty)
        {
            if (convolution is null)
            {
                throw new ArgumentException(
                    $"Expected a convolution as {options.Reference(nameof(Convolutions), name)}, but got null.", nameof(options));
            }
        }

        if (!Enum.IsDefined(options.Shape))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Shape,
                $"Expected one of the values that the enumeration names as {options.Reference(nameof(Shape))}.");
        }

        void CheckEpsilon(float? epsilon, string property, string? key = null)
        {
            if (epsilon is { } value && !(value > 0 && float.IsFinite(value)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(options), value, $"Expected a finite number above 0 as {options.Reference(property, key)}.");
            }
        }

        void CheckKind<T>(T? kind, string property, string? key = null)
            where T : struct, Enum
        {
            if (kind is { } value && !Enum.IsDefined(value))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(options), value,
                    $"Expected one of the values that the enumeration names as {options.Reference(property, key)}.");
            }
        }

        void WithoutWeights(Activation? activation, string property, string? key = null)
        {
            if (activation is { HasWeights: true })
            {
                throw new ArgumentOutOfRangeException(
                    nameof(options), activation,
                    $"Expected an activation without weights of its own as {options.Reference(property, key)}.");
            }
        }
    }

    /// <summary>What is wrong where a property is missing or contradicts the file.</summary>
    /// <param name="file">the file's path</param>
    /// <param name="item">the module at fault; null, or empty as a module's name without a prefix, for the file as a whole</param>
    /// <param name="property">the property to set or to leave out</param>
    /// <param name="rule">what was expected, without the property's name</param>
    /// <param name="key">the key of one entry of the property</param>
    internal FastRnnFormatException Fault(string file, string? item, string property, string rule, string? key = null)
        => new(file, item is "" ? null : item, rule) { Option = Reference(property, key) };

    private OptionReference Reference(string property, string? key = null) => new(GetType().Name, property, key);
}
