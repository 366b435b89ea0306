using FastRnn.Kernels;

namespace FastRnn;

/// <summary>What a network is: its sizes and its parts, without weights. Immutable; equal when all parts are equal.</summary>
public sealed record RnnSpec
{
    /// <summary>Describes a network of one recurrent cell and, unless left out, an output head.</summary>
    /// <param name="inputSize">The number of inputs at a step, I; at least 1.</param>
    /// <param name="cell">The recurrent cell.</param>
    /// <param name="head">The output head; without one the outputs are the hidden state.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input size is below 1, or the weights are more than arrays can hold.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="cell"/> is null.</exception>
    public RnnSpec(int inputSize, Cell cell, Head? head = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentNullException.ThrowIfNull(cell);
        InputSize = inputSize;
        Cell = cell;
        Head = head;
        long length = LongestBuffer();
        if (length > Guard.LargestBuffer)
        {
            throw Guard.TooLarge(
                nameof(cell), cell.HiddenSize, $"training {inputSize} inputs × {cell.HiddenSize} × {OutputSize} outputs takes {length}");
        }
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

    /// <summary>
    /// What the longest buffer of the weights' size that a network of this spec ever needs holds, a bound from above: two values for
    /// each weight, or a block of rows of the widest layer, with every side of a matrix filled up as packing does at most.
    /// </summary>
    private long LongestBuffer()
    {
        double inputs = Filled(InputSize), hidden = Filled(Cell.HiddenSize), outputs = Filled(OutputSize);
        double moments = 2 * hidden * (inputs + hidden + outputs + 2);
        double block = GradientSum.BlockRows * (Math.Max(hidden, outputs) + Filled(0));
        return (long)Math.Min(Math.Max(moments, block), long.MaxValue / 2);

        static double Filled(int size) => size + 32.0;
    }
}
