namespace FastRnn.Tests.Support;

internal static class Allocation
{
    /// <summary>Bytes that this thread allocates while an action runs many times, once it has run a single time before.</summary>
    internal static long Of(int times, Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
