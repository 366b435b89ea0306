using FastRnn.Layers;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Stacks of several panels of units, and runs longer than what is computed at a time.</summary>
public sealed class LargeStackTests
{
    /// <summary>Of the largest output, or of 1: sums of up to 200 products of float, over 20 steps.</summary>
    private const double Tolerance = 2e-5;

    /// <summary>Pieces that a run takes at least, so that states pass from one to the next.</summary>
    private const int LeastChunks = 3;

    private static readonly Dictionary<string, Func<int, CellCase>> CellsOfSize = new()
    {
        ["Elman"] = size => new ElmanCase(size, Activation.Tanh),
        ["Jordan"] = size => new JordanCase(size + 9, size, Activation.Tanh, Activation.Tanh),
        ["LSTM"] = size => new LstmCase(size, Peepholes: false),
        ["LSTM with peepholes"] = size => new LstmCase(size, Peepholes: true),
        ["GRU, reset after"] = size => new GruCase(size, ResetAfter: true),
        ["GRU, reset before"] = size => new GruCase(size, ResetAfter: false),
        ["Elman with options"] = size => new ElmanCase(size, Activation.Sigmoid) { Clip = 0.5f },
        ["LSTM with options"] = size => new LstmCase(size, Peepholes: true)
        {
            GateActivation = Activation.Relu,
            CandidateActivation = Activation.Identity,
            OutputActivation = Activation.Sigmoid,
            Clip = 0.5f,
        },
        ["GRU with options, reset after"] = size => new GruCase(size, ResetAfter: true)
        {
            GateActivation = Activation.Tanh,
            CandidateActivation = Activation.Relu,
            Clip = 1,
        },
        ["GRU with options, reset before"] = size => new GruCase(size, ResetAfter: false)
        {
            GateActivation = Activation.Identity,
            CandidateActivation = Activation.Sigmoid,
            Clip = 0.5f,
        },
    };

    public static TheoryData<string> Cells => new(CellsOfSize.Keys);

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnModel_Run_largeStack_isTheReference(string cell)
        => StackChecks.IsReference(Both(CellsOfSize[cell](67), steps: 12, batch: 7).Create(), Tolerance);

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnModel_Run_longStack_isEverySequenceStreamed(string cell)
    {
        LayerCase[] layers = [new TimeDelayCase(9, 3, 2, Activation.Tanh), CellsOfSize[cell](35), new DenseCase(5, Activation.Sigmoid)];
        StackChecks.IsStreamed(Long(new StackCase(3, layers, 1000, 2, SequenceShape.ManyToMany, false, false, 3)).Create());
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnModel_Run_longStackOfLengths_isEachSequenceAlone(string cell)
    {
        LayerCase[] layers = [new TimeDelayCase(9, 3, 2, Activation.Tanh), CellsOfSize[cell](35), new DenseCase(5, Activation.Sigmoid)];
        foreach (SequenceShape shape in new[] { SequenceShape.ManyToMany, SequenceShape.ManyToOne })
        {
            StackChecks.IsEachSequenceAlone(Long(new StackCase(3, layers, 1000, 5, shape, false, HasLengths: true, 3)).Create());
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnModel_Run_longStackOfLengthsInBothDirections_isEachSequenceAlone(string cell)
        => StackChecks.IsEachSequenceAlone(Both(CellsOfSize[cell](35), steps: 400, batch: 5).Create());

    private static StackCase Both(CellCase cell, int steps, int batch)
        => new(
            33, [cell, new BidirectionalCase(cell), new TimeDelayCase(19, 2, 3, Activation.Tanh)], steps, batch,
            SequenceShape.ManyToMany, TakesIndices: false, HasLengths: true, Seed: 4);

    private static StackCase Long(StackCase stack)
    {
        int chunk = NetworkPass.ChunkOf(
            new Network(stack.ToSpec(), GradientScope.None),
            new BatchSize(new BatchShape { Steps = stack.Steps, Sequences = stack.Batch }));
        Assert.True(LeastChunks * chunk <= stack.Steps, $"the run takes {chunk} of {stack.Steps} steps at a time");
        return stack;
    }
}
