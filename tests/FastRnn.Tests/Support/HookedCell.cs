using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Support;

/// <summary>h = tanh(z), and from the middle of a step whatever a test wants to do there.</summary>
internal readonly struct HookedCell : ICell<HookedCell>
{
    [ThreadStatic]
    private static Action? _hook;

    public static int Gates => 1;

    public static int States => 1;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    public static void Forward<TVector>(CellStep<HookedCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        (Action? hook, _hook) = (_hook, null);
        hook?.Invoke();
        units.SetState(0, VectorMath.Tanh(units.Gate(0)));
    }

    public static void Backward<TVector>(CellGradient<HookedCell, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TVector state = units.State(0);
        units.SetDelta(0, units.Gradient(0) * (TVector.One - state * state));
        units.SetPreviousGradient(0, TVector.Zero);
    }

    /// <summary>Does something on this thread that steps through such a cell, and within the first of its steps something else.</summary>
    internal static void Run(Action use, Action within)
    {
        _hook = within;
        try
        {
            use();
        }
        finally
        {
            _hook = null;
        }
    }

    /// <summary>The same on another thread, whose step waits until what this thread does meanwhile is done.</summary>
    internal static void RunBeside(Action use, Action meanwhile)
    {
        using var isInside = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var thread = Task.Factory.StartNew(
            () => Run(use, () =>
            {
                isInside.Set();
                mayGoOn.Wait();
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.NotEqual(-1, Task.WaitAny([thread, Task.Run(isInside.Wait)], TimeSpan.FromSeconds(60)));
        try
        {
            Assert.False(thread.IsCompleted, "no step has been reached");
            meanwhile();
        }
        finally
        {
            mayGoOn.Set();
            isInside.Set();
            thread.GetAwaiter().GetResult();
        }
    }
}
