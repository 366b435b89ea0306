using FastRnn.Layers;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>
/// Networks of one output a sequence, with several layers behind their last temporal one: long runs, which go through the layers some
/// steps at a time, and sequences that end in every way beside the ends of these chunks.
/// </summary>
public sealed class ManyToOneTests
{
    private const int Inputs = 4, Steps = 700, Batch = 7, Seed = 12;

    /// <summary>Steps of a run where all steps have to be at hand at once.</summary>
    private const int ShortSteps = 90;

    /// <summary>Pieces that a run takes at least.</summary>
    private const int LeastChunks = 3;

    /// <summary>Of the largest gradient: sums in float over 60 steps and 5 sequences, in another order.</summary>
    private const double GradientTolerance = 2e-5;

    private static readonly LayerCase[] Head =
    [
        new DropoutCase(0.3f), new DenseCase(11, Activation.Tanh), new DenseCase(6, Activation.Relu), new DropoutCase(0.5f),
        new DenseCase(5, Activation.Softmax),
    ];

    /// <summary>What stands up to the last layer that sees other steps.</summary>
    private static readonly Dictionary<string, LayerCase[]> Streams = new()
    {
        ["LSTM"] = [new LstmCase(35, Peepholes: true)],
        ["dense between"] =
        [
            new DenseCase(9, Activation.Tanh), new ElmanCase(29, Activation.Tanh), new DropoutCase(0.2f),
            new DenseCase(17, Activation.Relu), new GruCase(33, ResetAfter: true),
        ],
        ["time delay"] = [new GruCase(33, ResetAfter: false), new TimeDelayCase(19, 3, 2, Activation.Tanh)],
        ["Jordan"] = [new JordanCase(37, 21, Activation.Relu, Activation.Sigmoid)],
        ["options"] =
        [
            new LstmCase(35, Peepholes: false) { CandidateActivation = Activation.Sigmoid, Clip = 0.5f, CoupledGates = true },
            new GruCase(19, ResetAfter: false) { GateActivation = Activation.Tanh, CandidateActivation = Activation.Relu, Clip = 1 },
        ],
        ["dense alone"] = [new DenseCase(67, Activation.Tanh)],
    };

    private static readonly Dictionary<string, LayerCase[]> WholeSequences = new()
    {
        ["both directions"] = [new BidirectionalCase(new LstmCase(19, Peepholes: true))],
        ["both directions below"] = [new BidirectionalCase(new GruCase(9, ResetAfter: false)), new LstmCase(17, Peepholes: false)],
        ["both directions above"] =
        [
            new GruCase(9, ResetAfter: true), new DropoutCase(0.2f),
            new BidirectionalCase(new ElmanCase(19, Activation.Sigmoid) { Clip = 1 }),
        ],
        ["reversed"] = [new GruCase(9, ResetAfter: true), new ReversedCase(new LstmCase(19, Peepholes: false))],
    };

    public static TheoryData<string> StreamNames => [.. Streams.Keys];

    public static TheoryData<string> AllNames => [.. Streams.Keys, .. WholeSequences.Keys];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void RnnModel_Run_manyToOneOfLengths_isEachSequenceAlone(string name)
    {
        foreach (bool takesIndices in new[] { false, true })
        {
            StackChecks.IsEachSequenceAlone(Data(name, takesIndices, hasLengths: true));
        }
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void RnnModel_Run_manyToOneOfOneLength_isEachSequenceAlone(string name)
        => StackChecks.IsEachSequenceAlone(Data(name, takesIndices: false, hasLengths: false));

    [Theory]
    [MemberData(nameof(StreamNames))]
    public void RnnModel_Run_manyToOneOfLengths_isEachSequenceStreamedToItsEnd(string name)
    {
        StackData data = Data(name, takesIndices: false, hasLengths: true);
        var model = new StackModel(data);
        (float[] outputs, float[] final) = model.Run();
        using RnnSession session = model.CreateSession();
        var y = new float[data.Case.Outputs];
        var state = new float[data.Case.StateSize];
        for (int n = 0; n < Batch; n++)
        {
            session.SetState(model.InitialState(n));
            StackRows inputs = model.Inputs(n);
            for (int t = 0; t < data.LengthOf(n); t++)
            {
                StackModel.Step(session, inputs.Slice(t, 1), y);
            }

            session.CopyStateTo(state);
            Compare.SameBits(y, model.Outputs(outputs, n), $"output of sequence {n}");
            Compare.SameBits(state, model.FinalState(final, n), $"final state of sequence {n}");
        }
    }

    /// <summary>The layers behind, as a network of their own, make the same of the row that counts: a forward direction's last, a reverse
    /// one's first.</summary>
    [Theory]
    [MemberData(nameof(AllNames))]
    public void RnnModel_Run_manyToOneOfLengths_isTheHeadOfTheRowsThatCount(string name)
    {
        StackData data = Data(name, takesIndices: false, hasLengths: true);
        RnnSpec spec = data.Case.ToSpec(), body = spec.First(Body(name).Length);
        int width = body.OutputSize, count = (int)body.ParameterCount;
        var rows = new float[Steps * Batch * width];
        RnnModel.FromParameters(body with { Shape = SequenceShape.ManyToMany }, data.Parameters.AsSpan(..count)).Run(
            data.Inputs.ToData(), rows.AsSpan(..(data.Case.Steps * Batch * width)),
            new() { Steps = data.Case.Steps, Sequences = Batch, Lengths = data.Lengths }, data.InitialState);
        int forward = Body(name)[^1] switch
        {
            BidirectionalCase => width / 2,
            ReversedCase => 0,
            _ => width,
        };
        float[] counting = [.. Enumerable.Range(0, Batch).SelectMany(n => (float[])
        [
            .. rows.AsSpan(((data.LengthOf(n) - 1) * Batch + n) * width, forward), .. rows.AsSpan(n * width + forward, width - forward),
        ])];
        var expected = new float[Batch * spec.OutputSize];
        RnnModel.FromParameters(new RnnSpec(width, [.. spec.Layers.Skip(body.Layers.Count)]), data.Parameters.AsSpan(count..))
            .Run(counting, expected, new() { Steps = 1, Sequences = Batch });
        Compare.SameBits(expected, new StackModel(data).Run().Outputs, "output");
    }

    /// <summary>The loss of a batch is the mean of its sequences' own losses, and so are its gradients.</summary>
    [Theory]
    [MemberData(nameof(AllNames))]
    public void Backpropagation_Backward_manyToOneOfLengths_isTheMeanOfEachSequenceAlone(string name)
    {
        const int Shorter = 60, Fewer = 5;
        StackCase stack = new(
            Inputs, [.. Body(name), .. Head], Shorter, Fewer, SequenceShape.ManyToOne, TakesIndices: false, HasLengths: true, Seed);
        StackData data = stack.Create();
        int[] lengths = [1, Shorter, 2, 31, Shorter];
        using var bptt = new Backpropagation(stack.ToSpec(), data.Parameters);
        double loss = bptt.Forward(
            Loss.CrossEntropy, data.Inputs.ToData(), data.Classes,
            new() { Steps = Shorter, Sequences = Fewer, Lengths = lengths }, data.InitialState);
        bptt.Backward(data.Inputs.ToData());
        float[] gradients = bptt.Gradients.All.ToArray();
        var expected = new double[gradients.Length];
        double expectedLoss = 0;
        for (int n = 0; n < Fewer; n++)
        {
            SequenceData inputs = data.Inputs.Sequence(n, Fewer, lengths[n]).ToData();
            expectedLoss += bptt.Forward(
                Loss.CrossEntropy, inputs, data.Classes.AsSpan(n, 1), new() { Steps = lengths[n], Sequences = 1 },
                StackRows.Pick(data.InitialState, stack.StateSize, [n])) / Fewer;
            bptt.Backward(inputs);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += bptt.Gradients.All[i] / (double)Fewer;
            }
        }

        Compare.Within(expectedLoss, loss, GradientTolerance * expectedLoss, "loss");
        Compare.NearLargest(expected, gradients, GradientTolerance, "gradient");
    }

    private static LayerCase[] Body(string name) => Streams.GetValueOrDefault(name) ?? WholeSequences[name];

    /// <summary>Sequences that end at the ends of chunks, a step before and after, in the first step and in the last.</summary>
    private static StackData Data(string name, bool takesIndices, bool hasLengths)
    {
        int steps = Streams.ContainsKey(name) ? Steps : ShortSteps;
        StackCase stack = new(
            Inputs, [.. Body(name), .. Head], steps, Batch, SequenceShape.ManyToOne, takesIndices, hasLengths, Seed);
        StackData data = stack.Create();
        int chunk = NetworkPass.ChunkOf(
            new Network(stack.ToSpec(), GradientScope.None), new BatchSize(new BatchShape { Steps = steps, Sequences = Batch }));
        Assert.Equal(stack.IsCausal, LeastChunks * chunk < steps);
        int[] lengths = stack.IsCausal
            ? [1, chunk - 1, chunk, chunk + 1, 2 * chunk, steps, 2 * chunk + 1]
            : [1, 2, steps - 1, steps, steps / 2, 3, 1];
        lengths.CopyTo(data.Lengths ?? lengths, 0);
        return data;
    }
}
