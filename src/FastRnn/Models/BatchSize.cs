using FastRnn.Layers;

namespace FastRnn;

/// <summary>How large a batch is: its shape without the lengths themselves.</summary>
/// <param name="Steps">T</param>
/// <param name="Batch">N</param>
/// <param name="Rows">R, the sum of the lengths</param>
/// <param name="HasLengths">whether lengths are given</param>
internal readonly record struct BatchSize(int Steps, int Batch, int Rows, bool HasLengths)
{
    /// <param name="shape">whose steps × sequences an int holds</param>
    internal BatchSize(BatchShape shape)
        : this(shape.Steps, shape.Sequences, Sum(shape), !shape.Lengths.IsEmpty)
    {
    }

    /// <summary>What the sequences attend to.</summary>
    internal MemorySize Memory { get; init; }

    /// <summary>What a trace of all rows is laid out for.</summary>
    internal TraceSize Trace => new(Rows, Batch, Memory);

    private static int Sum(BatchShape shape)
    {
        if (shape.Lengths.IsEmpty)
        {
            return shape.Steps * shape.Sequences;
        }

        int sum = 0;
        foreach (int length in shape.Lengths)
        {
            sum += length;
        }

        return sum;
    }
}
