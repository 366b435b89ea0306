namespace FastRnn.Tests.Support;

/// <summary>Lengths and sizes on which every edge of a kernel shows.</summary>
internal static class Sizes
{
    /// <summary>Longer than four panels of the widest vectors and a half.</summary>
    private const int LastShort = 67;

    /// <summary>All lengths from 0 to 67, and some large ones.</summary>
    internal static int[] All { get; } = [.. Enumerable.Range(0, LastShort + 1), 100, 128, 257, 512, 1000];

    /// <summary>Sizes around the widths of vectors, panels and lines.</summary>
    internal static int[] Edges { get; } = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 67];

    /// <summary>Every size from 1 to 67.</summary>
    internal static int[] Short { get; } = [.. Enumerable.Range(1, LastShort)];

    /// <summary>A few of the edges: narrow, below a panel, a panel and a bit.</summary>
    internal static int[] Few { get; } = [1, 3, 17, 33];

    /// <summary>
    /// The sizes to try a matrix's other side with: over all short sizes these are all pairs of a short size and an edge, and of a
    /// size of the few and a short one.
    /// </summary>
    internal static int[] Beside(int size) => Few.Contains(size) ? Short : Edges;
}
