namespace FastRnn.Kernels;

/// <summary>
/// One value for each row of a panel: a column of weights, or a chain of sums a row. One or two vectors, in registers inside a loop.
/// </summary>
/// <remarks>
/// Sums change in place: of sums that are returned and stored RyuJIT moves every one from one register to another.
/// </remarks>
/// <typeparam name="TSelf">The panel itself.</typeparam>
internal interface IPanel<TSelf>
    where TSelf : struct, IPanel<TSelf>
{
    /// <summary>Rows of a panel.</summary>
    static abstract int Rows { get; }

    /// <summary>Whether there are 32 registers for its vectors, not 16.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>The values that begin at <paramref name="offset"/>.</summary>
    static abstract TSelf Load(ref float source, nint offset);

    /// <summary>Stores the values from <paramref name="offset"/> on.</summary>
    void Store(ref float destination, nint offset);

    /// <summary>Adds other sums to these.</summary>
    void Add(TSelf other);

    /// <summary>Adds x·w.</summary>
    void AddProduct(float x, TSelf w);

    /// <summary>The factor x for <see cref="AddProduct(TSelf, ref float, nint)"/>, made once for all that it multiplies.</summary>
    static abstract TSelf Factor(ref float x);

    /// <summary>Adds x·w for the weights at <paramref name="offset"/>: one instruction a vector loads and adds.</summary>
    void AddProduct(TSelf factor, ref float w, nint offset);
}
