using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int I = 3, T = 7, N = 5;
    private const int Steps = 5000;
    private const int Times = 1000;

    /// <summary>Bytes of a session's own objects; its state of 2,000 floats alone would be 8,000.</summary>
    private const int ObjectsOfASession = 1000;

    public static TheoryData<Activation, Activation?> Networks
        => new MatrixTheoryData<Activation, Activation?>(NetworkShape.CellActivations, NetworkShape.Heads);

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnSession_Step_afterTheFirst_allocatesNothing(Activation activation, Activation? head)
    {
        using RnnSession session = Create(activation, head).CreateSession();
        float[] x = RandomData.Uniform(1, I);
        var y = new float[session.Spec.OutputSize];
        Assert.Equal(0, Allocation.Of(Steps, () => session.Step(x, y)));
        var state = new float[session.Spec.StateSize];
        Assert.Equal(0, Allocation.Of(Times, () =>
        {
            session.CopyStateTo(state);
            session.Reset();
            session.SetState(state);
        }));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnModel_Run_afterTheFirst_allocatesNothing(Activation activation, Activation? head)
    {
        RnnModel model = Create(activation, head);
        float[] inputs = RandomData.Uniform(1, T * N * I);
        var outputs = new float[T * N * model.Spec.OutputSize];
        var state = new float[N * model.Spec.StateSize];
        Assert.Equal(0, Allocation.Of(Times, () => model.Run(inputs, outputs, new() { Steps = T, Sequences = N }, state, state)));
    }

    [Fact]
    public void RnnSession_createAndDispose_afterTheFirst_takesItsMemoryFromThePool()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(I, Cell.Elman(2000)), 1);
        model.CreateSession().Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        model.CreateSession().Dispose();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ObjectsOfASession);
    }

    private static RnnModel Create(Activation activation, Activation? head)
        => RnnModel.Create(new NetworkShape(I, 37, activation, head, 5).ToSpec(), seed: 1);
}
