namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Rows of values, or of one index each.</summary>
internal sealed class StackRows
{
    private readonly int _rows;

    internal StackRows(float[] values, int rows) => (Values, _rows) = (values, rows);

    internal StackRows(int[] indices, int rows) => (Values, Indices, _rows) = ([], indices, rows);

    /// <summary>Empty for rows of indices.</summary>
    internal float[] Values { get; }

    /// <summary>Null for rows of values.</summary>
    internal int[]? Indices { get; }

    /// <summary>Rows one behind another.</summary>
    internal StackRows Slice(int start, int rows) => Pick(Enumerable.Range(start, rows));

    /// <summary>The first steps of one sequence out of [T, N, ·].</summary>
    internal StackRows Sequence(int sequence, int batch, int steps)
        => Pick(Enumerable.Range(0, steps).Select(t => t * batch + sequence));

    internal static float[] Pick(float[] values, int width, IEnumerable<int> rows)
        => rows.SelectMany(row => values[(row * width)..((row + 1) * width)]).ToArray();

    private StackRows Pick(IEnumerable<int> rows)
    {
        int[] picked = rows.ToArray();
        return Indices is null
            ? new StackRows(Pick(Values, Values.Length / _rows, picked), picked.Length)
            : new StackRows(Array.ConvertAll(picked, row => Indices[row]), picked.Length);
    }
}
