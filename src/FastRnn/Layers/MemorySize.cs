namespace FastRnn.Layers;

/// <summary>How many rows a memory for attention has; zeros for none.</summary>
/// <param name="Sources">how many sources there are</param>
/// <param name="Steps">Tx</param>
internal readonly record struct MemorySize(int Sources, int Steps)
{
    /// <summary>sources × Tx</summary>
    internal int Rows => Sources * Steps;
}
