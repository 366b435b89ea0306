namespace FastRnn;

/// <summary>What a network is: its sizes and its parts, without weights. Immutable; equal when all parts are equal.</summary>
public sealed record RnnSpec
{
    /// <summary>Describes a network of one recurrent cell and, unless left out, an output head.</summary>
    /// <param name="inputSize">The number of inputs at a step, I; at least 1.</param>
    /// <param name="cell">The recurrent cell.</param>
    /// <param name="head">The output head; without one the outputs are the hidden state.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input size is below 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    public RnnSpec(int inputSize, Cell cell, Head? head = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentNullException.ThrowIfNull(cell);
        InputSize = inputSize;
        Cell = cell;
        Head = head;
    }

    /// <summary>The number of inputs at a step, I.</summary>
    public int InputSize { get; }

    /// <summary>The number of outputs at a step, O (H without a head).</summary>
    public int OutputSize => Head?.OutputSize ?? Cell.HiddenSize;

    /// <summary>The floats of one stream's state, H.</summary>
    public int StateSize => Cell.HiddenSize;

    internal Cell Cell { get; }

    /// <summary>Null when the outputs are the hidden state.</summary>
    internal Head? Head { get; }
}
