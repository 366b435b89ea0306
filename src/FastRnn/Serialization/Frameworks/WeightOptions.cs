using System.Collections.ObjectModel;

namespace FastRnn.Serialization;

/// <summary>
/// What names and shapes of another framework's weights leave open. Where something is open and matters, reading stops with an exception
/// that names the property that decides; nothing is guessed. One that contradicts the file, or that no module needs, is refused too. A
/// module is what stands before the names of its tensors: that of <c>encoder.rnn.weight_ih_l0</c> is <c>encoder.rnn</c>, without a prefix
/// the empty text. Immutable.
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

    /// <summary>Throws for values that the enumerations do not name.</summary>
    internal void Check()
    {
        Known(this, Activation, nameof(Activation));
        Known(this, OutputActivation, nameof(OutputActivation));
        Known<SequenceShape>(this, Shape, nameof(Shape));
        foreach ((string name, Activation activation) in Activations ?? ReadOnlyDictionary<string, Activation>.Empty)
        {
            Known<Activation>(this, activation, $"{nameof(Activations)}[\"{name}\"]");
        }
    }

    private static void Known<T>(WeightOptions options, T? value, string property)
        where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), value,
                $"Expected one of the values that the enumeration names as {options.GetType().Name}.{property}.");
        }
    }
}
