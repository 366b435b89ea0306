namespace FastRnn.Tests.Support;

/// <summary>What random stacks may be like.</summary>
internal sealed record StackLimits
{
    internal int Layers { get; init; } = 4;

    internal int Size { get; init; } = 21;

    internal int Steps { get; init; } = 12;

    internal int Batch { get; init; } = 7;

    /// <summary>The simplest first.</summary>
    internal SequenceShape[] Shapes { get; init; } = [SequenceShape.ManyToMany, SequenceShape.ManyToOne, SequenceShape.OneToMany];

    /// <summary>Branches within branches.</summary>
    internal int Depth { get; init; } = 2;

    /// <summary>Layers that make one row of each sequence; otherwise the shape alone does.</summary>
    internal bool Reducing { get; init; } = true;

    /// <summary>Layers that look at later steps.</summary>
    internal bool Bidirectional { get; init; } = true;

    internal bool Dropout { get; init; } = true;

    internal bool Lengths { get; init; } = true;

    internal bool Indices { get; init; } = true;

    /// <summary>Indices that outputs choose, which have no gradient.</summary>
    internal bool IndicesFedBack { get; init; } = true;
}
