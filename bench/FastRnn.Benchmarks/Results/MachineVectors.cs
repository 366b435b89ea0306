using FastRnn.Kernels;

namespace FastRnn.Benchmarks.Results;

/// <summary>The vectors that results were measured with.</summary>
internal static class MachineVectors
{
    /// <summary>Of the library's vectors, which the peak is measured with too.</summary>
    internal static int Bits => 32 * WideVector.WidestCount;

    internal static string Text => $"{Machine.Instructions}; the library's have {Bits} bits";
}
