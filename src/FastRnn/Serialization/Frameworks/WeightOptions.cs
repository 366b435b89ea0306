using System.Collections.ObjectModel;

namespace FastRnn.Serialization;

/// <summary>
/// What names and shapes of another framework's weights leave open. Nothing is guessed: where something that matters is open, reading
/// stops with an exception whose <see cref="FastRnnFormatException.Option"/> is the property to set. A property that contradicts the file,
/// or that no module needs, is refused in the same way. A module is named by the prefix of its tensors: that of
/// <c>encoder.rnn.weight_ih_l0</c> is <c>encoder.rnn</c>; without a prefix it is the empty text. The parts <c>module</c> and
/// <c>_orig_mod</c>, which wrappers of PyTorch add, do not belong to it. Immutable.
/// </summary>
public abstract record WeightOptions
{
    private protected WeightOptions()
    {
    }

    /// <summary>
    /// All modules, from the inputs up. Null where their sizes allow one order alone, which numbers in names do not contradict, or where
    /// sizes and numbers together allow one alone: where names first differ in a number, the smaller one stands before, such as
    /// <c>layers.0</c> before <c>layers.2</c>, and <c>0.1</c> before <c>1.0</c>.
    /// </summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>g₁ of simple recurrent modules, tanh or ReLU, unless <see cref="Activations"/> names them; files don't tell.</summary>
    public Activation? Activation { get; init; }

    /// <summary>
    /// Activations by the names of modules; files don't tell. Of a simple recurrent, linear or convolution module it is the activation of
    /// its layer, and linear modules and convolutions need one unless they stand last. Of any other module, such as a normalization, an
    /// LSTM or an embedding, it becomes a layer behind it: what follows these is not asked for, and nothing does unless it is said here.
    /// </summary>
    public IReadOnlyDictionary<string, Activation>? Activations { get; init; }

    /// <summary>The activation of the module that stands last, or behind it if it has none of its own or is a simple recurrent one, unless
    /// <see cref="Activations"/> names it. Null is the identity, but for dense layers and convolutions of Keras, which may have any: it is
    /// asked for there.</summary>
    public Activation? OutputActivation { get; init; }

    /// <summary>The ε of all normalizations that <see cref="Epsilons"/> does not name. Null is the framework's default: 1e-5 in PyTorch,
    /// 1e-3 in Keras and 1e-6 for its RMS normalization. PyTorch's RMS normalization has no fixed default; its ε is asked for.</summary>
    public float? Epsilon { get; init; }

    /// <summary>The ε of normalizations, by the names of their modules.</summary>
    public IReadOnlyDictionary<string, float>? Epsilons { get; init; }

    /// <summary>The kind of all modules with vectors alone whose kind names and shapes leave open, that can be of this kind, that have more
    /// than one value, and that <see cref="VectorModules"/> does not name.</summary>
    public VectorModule? VectorModule { get; init; }

    /// <summary>
    /// The kinds of modules with vectors alone, by their names. A gain with a bias is asked for: a layer normalization has the same tensors
    /// as normalizations of groups and of instances, which are not supported. So is a vector alone in PyTorch, which may be the gain of a
    /// layer normalization or of an RMS normalization, or the slopes of a PReLU; one value alone is a PReLU unless it is named here. In
    /// Keras, names tell RMS normalizations and PReLU.
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

    /// <summary>Which steps the network reads and for which it has outputs; files don't tell. Many-to-one takes the last step that each
    /// direction of a bidirectional module runs, which is h_n in PyTorch and <c>return_sequences=False</c> in Keras: for the reverse
    /// direction that is the first step of the sequence. A network that reads <c>out[:, -1]</c> instead, where the reverse direction has
    /// seen the last step alone, is many-to-many here: take the last row of its outputs.</summary>
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
        => new(file, item is "" ? null : item, rule)
        {
            Option = Reference(property, key),
            Values = rule.StartsWith("expected a value", StringComparison.Ordinal) ? ValuesOf(property) : null,
        };

    /// <summary>What a property that is asked for can be, as code; null where the rule says it.</summary>
    internal virtual string? ValuesOf(string property) => property switch
    {
        nameof(Activation) => "Activation.Tanh or Activation.Relu",
        nameof(Activations) or nameof(OutputActivation) => "Activation.Identity, Activation.Relu, Activation.Tanh or another one",
        nameof(VectorModules) => string.Join(" or ", Enum.GetValues<VectorModule>().Select(kind => $"VectorModule.{kind}")),
        nameof(Convolutions) => "Convolution.Causal, Convolution.Centered or another one",
        nameof(TakesIndices) => "true or false",
        _ => null,
    };

    private OptionReference Reference(string property, string? key = null) => new(GetType().Name, property, key);
}
