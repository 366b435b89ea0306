using FastRnn.Memory;

namespace FastRnn.Tests.Memory;

public sealed class ExclusiveUseTests
{
    private const string OtherThread = "another thread is using it", SameThread = "this thread is using it";

    [Fact]
    public void ExclusiveUse_Enter_withinAUse_throwsUntilItHasEnded()
    {
        foreach (Thing thing in Things())
        {
            for (int use = 0; use < 2; use++)
            {
                using (thing.Use.Enter(thing))
                {
                    Refused(thing, SameThread);
                    Refused(thing, SameThread);
                }
            }

            using (thing.Use.Enter(thing))
            {
                OnAnotherThread(() => Refused(thing, OtherThread));
                Refused(thing, SameThread);
                OnAnotherThread(() => Refused(thing, OtherThread));
            }

            OnAnotherThread(thing.Work);
            thing.Work();
        }
    }

    [Fact]
    public void ExclusiveUse_Enter_afterUsesOfOtherThreads_neverThrows()
    {
        var thing = new Thing();
        for (int round = 0; round < 100; round++)
        {
            thing.Work();
            OnAnotherThread(thing.Work);
        }

        Assert.Equal(200, thing.Works);
    }

    [Fact]
    public void ExclusiveUse_TryDispose_anyUse_isDoneOnceAndNotWithinAUse()
    {
        foreach (Thing thing in Things())
        {
            using (thing.Use.Enter(thing))
            {
                Assert.Contains(SameThread, Assert.Throws<InvalidOperationException>(() => thing.Use.TryDispose(thing)).Message);
                OnAnotherThread(() => Assert.Throws<InvalidOperationException>(() => thing.Use.TryDispose(thing)));
            }

            thing.Work();
            Assert.True(thing.Use.TryDispose(thing));
            Assert.False(thing.Use.TryDispose(thing));
            Assert.Equal(typeof(Thing).FullName, Assert.Throws<ObjectDisposedException>(thing.Work).ObjectName);
            OnAnotherThread(() => Assert.False(thing.Use.TryDispose(thing)));
            OnAnotherThread(() => Assert.Throws<ObjectDisposedException>(thing.Work));
        }
    }

    /// <summary>The id of the owner may come again: the thread that has it then is not to take its own use for none.</summary>
    [Fact]
    public void ExclusiveUse_Enter_threadWithTheIdOfAnEndedOwner_isAsAnyOther()
    {
        for (int round = 0; round < 20; round++)
        {
            var thing = new Thing();
            int owner = 0;
            OnAnotherThread(() =>
            {
                thing.Work();
                owner = Environment.CurrentManagedThreadId;
            });
            GC.Collect();
            GC.WaitForPendingFinalizers();
            OnAnotherThread(() =>
            {
                if (Environment.CurrentManagedThreadId == owner)
                {
                    using (thing.Use.Enter(thing))
                    {
                        Refused(thing, SameThread);
                    }

                    thing.Work();
                }
            });
            thing.Work();
        }
    }

    /// <summary>The owner works on and on while a second thread comes for the first time, with a thing more in each round.</summary>
    [Fact]
    public void ExclusiveUse_Enter_twoThreadsAtOnce_areNeverBothInside()
    {
        const int Rounds = 4000, WorksOfTheOwner = 40, WorksOfTheOther = 3;
        var things = new Thing[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            things[round] = new Thing();
        }

        int ownersRound = -1, othersRound = -1;
        OnAnotherThread(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    things[round].Work();
                    Volatile.Write(ref ownersRound, round);
                    for (int i = 0; i < WorksOfTheOwner; i++)
                    {
                        things[round].TryWork();
                    }

                    WaitFor(ref othersRound, round);
                }
            },
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    WaitFor(ref ownersRound, round);
                    Thread.SpinWait(round % 64);
                    for (int i = 0; i < WorksOfTheOther; i++)
                    {
                        things[round].TryWork();
                    }

                    Volatile.Write(ref othersRound, round);
                }
            });
        foreach (Thing thing in things)
        {
            Assert.Equal(1 + WorksOfTheOwner + WorksOfTheOther, thing.Works + thing.Refusals);
            Assert.Equal(0, thing.Meetings);
            thing.Work();
        }
    }

    /// <summary>One that nobody has used, one of this thread, one of another thread, and one that two have used.</summary>
    private static Thing[] Things()
    {
        Thing[] things = [new(), new(), new(), new()];
        things[1].Work();
        OnAnotherThread(things[2].Work);
        things[3].Work();
        OnAnotherThread(things[3].Work);
        return things;
    }

    private static void Refused(Thing thing, string reason)
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(thing.Work);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Thing), exception.Message, StringComparison.Ordinal);
    }

    private static void OnAnotherThread(Action action, Action? here = null)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        here?.Invoke();
        thread.Join();
        Assert.Null(failure);
    }

    private static void WaitFor(ref int place, int round)
    {
        var wait = default(SpinWait);
        while (Volatile.Read(ref place) < round)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private sealed class Thing
    {
        internal ExclusiveUse Use;
        private int _inside;

        /// <summary>Counted by who is inside: some are lost where two are.</summary>
        internal int Works { get; private set; }

        internal int Meetings { get; private set; }

        internal int Refusals { get; private set; }

        internal void Work()
        {
            using ExclusiveUse.Scope use = Use.Enter(this);
            Meetings += _inside;
            _inside = 1;
            Works++;
            Thread.SpinWait(2);
            _inside = 0;
        }

        internal void TryWork()
        {
            try
            {
                Work();
            }
            catch (InvalidOperationException)
            {
                lock (this)
                {
                    Refusals++;
                }
            }
        }
    }
}
