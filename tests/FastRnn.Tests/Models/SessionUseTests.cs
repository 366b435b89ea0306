using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A session is for one thread at a time: whoever uses it while it is in use is refused, and nothing else happens.</summary>
public sealed class SessionUseTests
{
    private const int I = 3, H = 20;
    private const string OtherThread = "another thread is using it", SameThread = "this thread is using it";

    private static readonly RnnModel Model = RnnModel.Create(new RnnSpec(I, Cell.Custom<HookedCell>(H)), 1);

    private static readonly float[] X = RandomData.Uniform(1, I);

    private static readonly byte[] SavedState = Save(Model);

    private static readonly Dictionary<string, Action<RnnSession>> Uses = new(StringComparer.Ordinal)
    {
        ["Step"] = session => Unwritten(H, y => session.Step(X, y)),
        ["Step of an index"] = session => Unwritten(H, y => session.Step(0, y)),
        ["Reset"] = session => session.Reset(),
        ["CopyStateTo"] = session => Unwritten(H, state => session.CopyStateTo(state)),
        ["SetState"] = session => session.SetState(new float[H]),
        ["Clone"] = session => session.Clone().Dispose(),
        ["Dispose"] = session => session.Dispose(),
        ["SaveState"] = session =>
        {
            var bytes = new byte[session.StateByteCount];
            try
            {
                session.SaveState(bytes);
            }
            finally
            {
                Assert.Equal(new byte[bytes.Length], bytes);
            }
        },
        ["SaveState to a stream"] = session =>
        {
            using var stream = new MemoryStream();
            try
            {
                session.SaveState(stream);
            }
            finally
            {
                Assert.Equal(0, stream.Length);
            }
        },
        ["RestoreState"] = session => session.RestoreState(SavedState),
        ["RestoreState from a stream"] = session => session.RestoreState(new MemoryStream(SavedState)),
    };

    public static TheoryData<string> Names => [.. Uses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnSession_anyUse_duringAStepOfAnotherThread_isRefusedAndChangesNothing(string name)
        => CheckRefused(name, OtherThread, HookedCell.RunBeside);

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnSession_anyUse_fromWithinItsOwnStep_isRefusedAndChangesNothing(string name)
        => CheckRefused(name, SameThread, HookedCell.Run);

    [Fact]
    public void RnnSession_Step_exceptionOfACell_leavesTheSessionFree()
    {
        using RnnSession session = Model.CreateSession();
        var y = new float[H];
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<TimeoutException>(() => HookedCell.Run(() => session.Step(X, y), () => throw new TimeoutException()));
            Assert.Throws<ArgumentException>(() => session.Step(X, new float[H + 1]));
            Assert.Throws<ArgumentException>(() => session.SetState(new float[H + 1]));
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState([]));
            session.Reset();
            Compare.SameBits(Stream(Model, 4)[^1], Stream(session, 4)[^1]);
            Threads.Run(session.Reset);
        }
    }

    [Fact]
    public async Task RnnSession_Step_handedFromThreadToThread_isNeverRefused()
    {
        const int Turns = 100;
        using RnnSession session = Model.CreateSession();
        float[][] expected = Stream(Model, 3 * Turns);
        for (int turn = 0; turn < expected.Length;)
        {
            Step();
            Threads.Run(Step);
            await Task.Run(Step, TestContext.Current.CancellationToken);

            void Step()
            {
                var y = new float[H];
                session.Step(X, y);
                Compare.SameBits(expected[turn++], y);
            }
        }
    }

    /// <summary>Each step adds 1 to every unit, so that the outputs of all steps that were not refused are 1, 2, 3 and so on.</summary>
    [Fact]
    public void RnnSession_Step_ofTwoThreadsAtOnce_isRefusedOrAloneInTheSession()
    {
        const int Units = 64, Least = 2000;
        using RnnSession session = Counting(Units).CreateSession();
        int refusals = 0;
        List<float>[] counts = [[], []];
        Threads.Run(counts.Select(mine => (Action)(() =>
        {
            var y = new float[Units];
            for (int i = 0; i < Least || Volatile.Read(ref refusals) == 0; i++)
            {
                if (!IsRefused(() => session.Step([1f], y)))
                {
                    Assert.Equal(-1, y.AsSpan().IndexOfAnyExcept(y[0]));
                    mine.Add(y[0]);
                }
                else
                {
                    Interlocked.Increment(ref refusals);
                }
            }
        })));
        float[] all = [.. counts.SelectMany(mine => mine).Order()];
        Assert.Equal(Enumerable.Range(1, all.Length).Select(i => (float)i), all);
        Assert.NotEqual(0, refusals);
    }

    /// <summary>Memory that a session gave back in mid-step would come to a new one, and be written by both.</summary>
    [Fact]
    public void RnnSession_Dispose_duringStepsOfAnotherThread_leavesNewSessionsAlone()
    {
        const int Units = 96, NewSessions = 20_000;
        RnnModel model = Counting(Units);
        bool isDone = false;
        RnnSession shared = model.CreateSession();
        Threads.Run(
            () =>
            {
                var y = new float[Units];
                while (!Volatile.Read(ref isDone))
                {
                    RnnSession session = Volatile.Read(ref shared);
                    try
                    {
                        for (int count = 1; !Volatile.Read(ref isDone);)
                        {
                            if (!IsRefused(() => session.Step([1f], y)))
                            {
                                Assert.Equal(-1, y.AsSpan().IndexOfAnyExcept(count++));
                            }
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // What comes next is a new one, as soon as it is there.
                    }
                }
            },
            () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    if (!IsRefused(shared.Dispose))
                    {
                        Volatile.Write(ref shared, model.CreateSession());
                    }

                    Thread.Yield();
                }
            },
            () =>
            {
                try
                {
                    var y = new float[Units];
                    for (int i = 0; i < NewSessions; i++)
                    {
                        using RnnSession session = model.CreateSession();
                        for (int count = 1; count <= 3; count++)
                        {
                            session.Step([1f], y);
                            Assert.Equal(-1, y.AsSpan().IndexOfAnyExcept(count));
                        }
                    }
                }
                finally
                {
                    Volatile.Write(ref isDone, true);
                }
            });
        shared.Dispose();
    }

    /// <summary>Of a session that nobody has used, one that one thread has used, and one that two have.</summary>
    private static void CheckRefused(string name, string reason, Action<Action, Action> run)
    {
        for (int users = 0; users < 3; users++)
        {
            using RnnSession session = Model.CreateSession();
            using RnnSession alone = Model.CreateSession();
            for (int user = 0; user < users; user++)
            {
                alone.Step(X, new float[H]);
                Threads.Run(() => session.Step(X, new float[H]));
            }

            float[] y = new float[H], expected = new float[H];
            for (int i = 0; i < 2; i++)
            {
                run(() => session.Step(X, y), () =>
                {
                    InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Uses[name](session));
                    Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
                    Assert.Contains(nameof(RnnSession), exception.Message, StringComparison.Ordinal);
                });
                alone.Step(X, expected);
                Compare.SameBits(expected, y);
            }

            Compare.SameBits(Stream(alone, 2)[^1], Stream(session, 2)[^1]);
            session.Dispose();
            session.Dispose();
            Assert.Throws<ObjectDisposedException>(session.Reset);
        }
    }

    /// <summary>h⟨t⟩ = relu(x⟨t⟩ + h⟨t−1⟩), unit by unit.</summary>
    private static RnnModel Counting(int units)
    {
        var parameters = new float[units + units * units + units];
        parameters.AsSpan(0, units).Fill(1);
        for (int unit = 0; unit < units; unit++)
        {
            parameters[units + unit * units + unit] = 1;
        }

        return RnnModel.FromParameters(new RnnSpec(1, Cell.Elman(units, Activation.Relu)), parameters);
    }

    private static bool IsRefused(Action use)
    {
        try
        {
            use();
            return false;
        }
        catch (InvalidOperationException exception) when (exception is not ObjectDisposedException)
        {
            return true;
        }
    }

    private static void Unwritten(int length, Action<float[]> use)
    {
        var values = new float[length];
        try
        {
            use(values);
        }
        finally
        {
            Assert.Equal(new float[length], values);
        }
    }

    private static float[][] Stream(RnnModel model, int steps)
    {
        using RnnSession session = model.CreateSession();
        return Stream(session, steps);
    }

    private static float[][] Stream(RnnSession session, int steps)
    {
        var outputs = new float[steps][];
        for (int t = 0; t < steps; t++)
        {
            session.Step(X, outputs[t] = new float[session.Spec.OutputSize]);
        }

        return outputs;
    }

    private static byte[] Save(RnnModel model)
    {
        using RnnSession session = model.CreateSession();
        session.SetState(RandomData.Uniform(2, model.Spec.StateSize));
        var bytes = new byte[session.StateByteCount];
        session.SaveState(bytes);
        return bytes;
    }
}
