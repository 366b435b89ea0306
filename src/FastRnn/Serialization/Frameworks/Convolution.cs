namespace FastRnn.Serialization;

/// <summary>
/// What names and shapes of a convolution over time leave open. It has an output for each step of its inputs, with zeros before a
/// sequence and behind it. Immutable.
/// </summary>
public sealed record Convolution
{
    /// <summary>Outputs see no later step: all zeros stand before a sequence. Keras' padding <c>causal</c>.</summary>
    public static Convolution Causal { get; } = new();

    /// <summary>Windows are centered on each step, as padding <c>same</c> of PyTorch and Keras has them.</summary>
    public static Convolution Centered { get; } = new() { LookAhead = null };

    /// <summary>How many steps behind its own an output sees, at most (width − 1)·dilation; null for centered windows, of which half of
    /// these steps, and the odd one, lie ahead. 0 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public int? LookAhead
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(LookAhead));
            field = value;
        }
    } = 0;

    /// <summary>The steps from one input of a window to the next; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Dilation
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Dilation));
            field = value;
        }
    } = 1;

    /// <summary>How many parts of the inputs are seen by as many parts of the outputs, each by its own; 1 unless set. A depthwise one of
    /// PyTorch has as many as inputs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Groups
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Groups));
            field = value;
        }
    } = 1;

    /// <summary>Whether it is a <c>DepthwiseConv1D</c> of Keras, whose kernel is [width, inputs, multiplier] and has the name of another
    /// convolution's. A bias tells too.</summary>
    public bool IsDepthwise { get; init; }
}
