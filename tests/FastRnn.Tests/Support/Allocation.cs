namespace FastRnn.Tests.Support;

internal static class Allocation
{
    /// <summary>Enough for the pool to hold the memory and for the runtime to count the methods as hot.</summary>
    private const int WarmUp = 200;

    /// <summary>On a busy machine the optimized code may take this many pauses to come; code before it may box values.</summary>
    private const int MostPauses = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Bytes that this thread allocates while an action runs many times, once it has run before and optimized code has come: what it
    /// allocates at every run, or now and then, shows in every measurement.
    /// </summary>
    internal static long Of(int times, Action action)
    {
        Repeat(WarmUp, action);
        long bytes = Measure(times, action);
        for (int pauses = 0; bytes != 0 && pauses < MostPauses; pauses++)
        {
            Thread.Sleep(Pause);
            bytes = Measure(times, action);
        }

        return bytes;
    }

    private static long Measure(int times, Action action)
    {
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
