namespace FastRnn.Peers.Workloads;

/// <summary>Which works are compared, in the order of the table.</summary>
internal static class WorkGrid
{
    /// <summary>T of whole sequences and training steps.</summary>
    private const int Steps = 100;

    /// <summary>N of a batch.</summary>
    private const int Batch = 32;

    /// <summary>Inputs that streamed steps go round: different ones, and few, so that they stay in the nearest cache.</summary>
    private const int StreamedInputs = 16;

    /// <summary>I = H.</summary>
    internal static int[] Sizes { get; } = [16, 32, 64, 128, 256, 512];

    internal static int[] QuickSizes { get; } = [16, 64, 256];

    /// <summary>Modes and batches, then cells, then sizes.</summary>
    /// <param name="cells">empty for all</param>
    /// <param name="modes">empty for all</param>
    /// <param name="sizes">empty for <see cref="Sizes"/> or <see cref="QuickSizes"/></param>
    /// <param name="quick">whether few sizes are enough</param>
    internal static IReadOnlyList<PeerWork> Create(
        IReadOnlyCollection<WorkCell> cells, IReadOnlyCollection<WorkMode> modes, IReadOnlyCollection<int> sizes, bool quick)
    {
        IEnumerable<int> wanted = sizes.Count > 0 ? sizes.Distinct().Order() : quick ? QuickSizes : Sizes;
        return
        [
            .. from mode in Enum.GetValues<WorkMode>()
               where modes.Count == 0 || modes.Contains(mode)
               from batch in mode == WorkMode.Step ? (int[])[1] : [1, Batch]
               from cell in Enum.GetValues<WorkCell>()
               where cells.Count == 0 || cells.Contains(cell)
               from size in wanted
               select new PeerWork(cell, mode, size, size, batch, mode == WorkMode.Step ? StreamedInputs : Steps),
        ];
    }
}
