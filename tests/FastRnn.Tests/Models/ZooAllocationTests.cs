using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>No cell, layer or shape allocates, neither running nor training, with lengths or without.</summary>
[Collection(Alone.Name)]
public sealed class ZooAllocationTests
{
    private const int T = 6;
    private const int StreamTimes = 1000;
    private const int RunTimes = 100;

    private static readonly int[] Lengths = [2, T, 1, T, 3];

    public static TheoryData<string> Streams => Zoo.CausalNames;

    public static TheoryData<string, SequenceShape> Shapes => Zoo.Shapes;

    [Theory]
    [MemberData(nameof(Streams))]
    public void RnnSession_Step_everyNetwork_allocatesNothing(string name)
    {
        foreach (RnnSpec spec in new[] { Zoo.Spec(name), Zoo.Spec(name, SequenceShape.ManyToOne) })
        {
            using RnnSession session = RnnModel.Create(spec, 1).CreateSession();
            var batch = new ZooBatch(spec, 1, [1], isRagged: false, 1);
            var y = new float[spec.OutputSize];
            Assert.Equal(0, Allocation.Of(StreamTimes, () => batch.Step(session, y)));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnModel_Run_everyNetworkAndShape_allocatesNothing(string name, SequenceShape shape)
    {
        RnnModel model = RnnModel.Create(Zoo.Spec(name, shape), 1);
        foreach (bool isRagged in new[] { false, true })
        {
            var batch = new ZooBatch(model.Spec, T, Lengths, isRagged, 1);
            var outputs = new float[batch.OutputLength];
            var state = new float[Lengths.Length * model.Spec.StateSize];
            Assert.Equal(0, Allocation.Of(RunTimes, () =>
            {
                batch.Run(model, outputs);
                batch.Run(model, outputs, state, state);
            }));
        }
    }

    /// <summary>The longest batch comes first: memory grows only when a longer plan comes.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnTrainer_Step_everyNetworkAndShape_allocatesNothing(string name, SequenceShape shape)
    {
        RnnSpec spec = Zoo.Spec(name, shape);
        using var trainer = new RnnTrainer(spec, new Adam(), Loss.HalfSquaredError, 1) { MaxGradientNorm = 0.5f };
        var ragged = new ZooBatch(spec, T, Lengths, isRagged: true, 1);
        var whole = new ZooBatch(spec, T, Lengths, isRagged: false, 2);
        var shorter = new ZooBatch(spec, 2, [2, 1, 1, 2, 1], isRagged: true, 3);
        float[] outputs = new float[whole.OutputLength], state = new float[Lengths.Length * spec.StateSize];
        Assert.Equal(0, Allocation.Of(RunTimes, () =>
        {
            Assert.True(whole.Train(trainer).Applied);
            ragged.Train(trainer);
            shorter.Train(trainer);
            ragged.Evaluate(trainer);
            ragged.Evaluate(trainer, state, state);
            ragged.Predict(trainer, outputs);
            whole.Predict(trainer, outputs, state, state);
            trainer.CarryState = spec.CanStream && !trainer.CarryState;
        }));
    }
}
