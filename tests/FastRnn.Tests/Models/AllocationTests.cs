using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int I = 3, O = 5;

    /// <summary>Bytes of a session's own objects; its state of 2,000 floats alone would be 8,000.</summary>
    private const int ObjectsOfASession = 1000;

    public static TheoryData<Activation, string> Networks
        => new MatrixTheoryData<Activation, string>(NetworkShape.CellActivations, ["none", "linear", "sigmoid", "softmax"]);

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnSession_Step_afterTheFirst_allocatesNothing(Activation activation, string head)
    {
        using RnnSession session = Create(activation, head).CreateSession();
        float[] x = RandomData.Uniform(1, I);
        var y = new float[session.Spec.OutputSize];
        Assert.Equal(0, Allocation.Of(10_000, () => session.Step(x, y)));
        var state = new float[session.Spec.StateSize];
        Assert.Equal(0, Allocation.Of(1000, () =>
        {
            session.CopyStateTo(state);
            session.Reset();
            session.SetState(state);
        }));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnModel_Run_afterTheFirst_allocatesNothing(Activation activation, string head)
    {
        const int Steps = 7, Batch = 5;
        RnnModel model = Create(activation, head);
        float[] inputs = RandomData.Uniform(1, Steps * Batch * I);
        var outputs = new float[Steps * Batch * model.Spec.OutputSize];
        var state = new float[Batch * model.Spec.StateSize];
        Assert.Equal(0, Allocation.Of(2000, () => model.Run(inputs, outputs, Steps, Batch, state, state)));
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

    private static RnnModel Create(Activation activation, string head)
        => RnnModel.Create(
            new RnnSpec(I, Cell.Elman(37, activation), head switch
            {
                "linear" => Head.Linear(O),
                "sigmoid" => Head.Sigmoid(O),
                "softmax" => Head.Softmax(O),
                _ => null,
            }),
            seed: 1);
}
