namespace FastRnn.Layers;

/// <summary>What a trace is laid out for: the rows and sequences of the steps that it holds at a time, or more.</summary>
/// <param name="Rows">R</param>
/// <param name="Batch">N</param>
/// <param name="Memory">what there is to attend to</param>
internal readonly record struct TraceSize(int Rows, int Batch, MemorySize Memory = default)
{
    /// <summary>One row a sequence.</summary>
    internal TraceSize Reduced => this with { Rows = Batch };
}
