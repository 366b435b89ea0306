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
    /// The activations of simple recurrent and of feed-forward modules by their names; files don't tell. Feed-forward ones need one unless
    /// they stand last.
    /// </summary>
    public IReadOnlyDictionary<string, Activation>? Activations { get; init; }

    /// <summary>g₂ of a feed-forward module that stands last, unless <see cref="Activations"/> names it. Null is the identity for
    /// PyTorch, whose linear modules have no other, and is asked for with Keras, whose dense layers may have any.</summary>
    public Activation? OutputActivation { get; init; }

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

        if (!Enum.IsDefined(options.Shape))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Shape,
                $"Expected one of the values that the enumeration names as {options.Reference(nameof(Shape))}.");
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
    /// <param name="item">the module at fault; null for the file as a whole</param>
    /// <param name="property">the property to set or to leave out</param>
    /// <param name="rule">what was expected, without the property's name</param>
    /// <param name="key">the key of one entry of the property</param>
    internal FastRnnFormatException Fault(string file, string? item, string property, string rule, string? key = null)
        => new(file, item, rule) { Option = Reference(property, key) };

    private OptionReference Reference(string property, string? key = null) => new(GetType().Name, property, key);
}
