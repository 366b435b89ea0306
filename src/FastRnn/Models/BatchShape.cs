namespace FastRnn;

/// <summary>
/// How many steps and sequences a batch has, and how long each sequence is. The members are named where a shape is made, as in
/// <c>new() { Steps = 50, Sequences = 8 }</c>, so that steps and sequences can't be swapped silently.
/// </summary>
/// <remarks>What is given a shape checks it; the exception's parameter is the shape, its message names the member.</remarks>
public readonly ref struct BatchShape
{
    /// <summary>T, the steps of the longest sequence that the buffers have room for; at least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>N, how many sequences there are; at least 1.</summary>
    public required int Sequences { get; init; }

    /// <summary>How many steps each sequence has, [N], from 1 to T; empty when all have T.</summary>
    public ReadOnlySpan<int> Lengths { get; init; }
}
