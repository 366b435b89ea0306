namespace FastRnn.Tests.Support;

internal static class Allocation
{
    /// <summary>Enough for the pool to hold the memory and for the code to have been compiled anew.</summary>
    private const int WarmUp = 200;

    /// <summary>Bytes that this thread allocates while an action runs, after it has run before.</summary>
    internal static long Of(int times, Action action)
    {
        Repeat(WarmUp, action);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(times, action);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
