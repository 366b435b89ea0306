namespace FastRnn.Tests.Support;

internal static class Allocation
{
    /// <summary>
    /// Bytes that this thread allocates while an action runs many times, once it has run a single time before: the lesser of two
    /// measurements, since the runtime itself may allocate once, for its own tables, where it compiles code on this thread.
    /// </summary>
    internal static long Of(int times, Action action)
    {
        action();
        return Math.Min(Measure(times, action), Measure(times, action));
    }

    private static long Measure(int times, Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
