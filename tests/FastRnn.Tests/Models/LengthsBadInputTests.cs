using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Lengths that no batch has are refused by name and value, before anything is written.</summary>
public sealed class LengthsBadInputTests
{
    private const int I = 3, O = 3, T = 4, N = 5;

    public static TheoryData<SequenceShape, int, int> WrongLengths
        => new MatrixTheoryData<SequenceShape, int, int>(
            [SequenceShape.ManyToMany, SequenceShape.ManyToOne, SequenceShape.OneToMany],
            [0, -1, T + 1, int.MinValue, int.MaxValue],
            [0, N - 1]);

    public static TheoryData<SequenceShape, int> WrongCounts
        => new MatrixTheoryData<SequenceShape, int>(
            [SequenceShape.ManyToMany, SequenceShape.ManyToOne, SequenceShape.OneToMany], [1, N - 1, N + 1, T * N]);

    [Theory]
    [MemberData(nameof(WrongLengths))]
    public void Lengths_oneThatNoSequenceCanHave_isRefused(SequenceShape shape, int length, int place)
    {
        int[] lengths = [T, 1, 2, 3, T];
        lengths[place] = length;
        Refused<ArgumentOutOfRangeException>(shape, lengths, $"Lengths from 1 to {T}", $"Lengths[{place}] is {length}");
    }

    [Theory]
    [MemberData(nameof(WrongCounts))]
    public void Lengths_ofAnotherCountThanSequences_areRefused(SequenceShape shape, int count)
        => Refused<ArgumentException>(shape, Enumerable.Repeat(1, count).ToArray(), $"[N] = {N} values as Lengths", $"got {count}.");

    /// <summary>Padding counts in the buffers: they have the sizes that they have without lengths.</summary>
    [Theory]
    [InlineData(SequenceShape.ManyToMany, T * N * I, T * N * O)]
    [InlineData(SequenceShape.ManyToOne, T * N * I, N * O)]
    [InlineData(SequenceShape.OneToMany, N * I, T * N * O)]
    public void Lengths_buffersOfAnotherShape_areRefused(SequenceShape shape, int inputs, int outputs)
    {
        RnnModel model = Create(shape);
        int[] lengths = [T, 1, 2, 3, T];
        using var trainer = new RnnTrainer(model, new Sgd(1), Loss.HalfSquaredError);
        foreach (int more in new[] { -1, 1, -I })
        {
            var y = new Guarded(outputs);
            var otherY = new Guarded(outputs + more);
            BadInput.Refused<ArgumentException>(
                "inputs", $"= {inputs} ", $"got {inputs + more}.",
                () => model.Run(new float[inputs + more], y.Span, Shape(lengths)));
            BadInput.Refused<ArgumentException>(
                "outputs", $"= {outputs} ", $"got {outputs + more}.",
                () => model.Run(new float[inputs], otherY.Span, Shape(lengths)));
            y.AssertUnwritten();
            otherY.AssertUnwritten();
            BadInput.Refused<ArgumentException>(
                "targets", $"= {outputs} ", $"got {outputs + more}.",
                () => trainer.Step(new float[inputs], new float[outputs + more], Shape(lengths)));
            BadInput.Refused<ArgumentException>(
                "inputs", $"= {inputs} ", $"got {inputs + more}.",
                () => trainer.Evaluate(new float[inputs + more], new float[outputs], Shape(lengths)));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void RnnModel_Run_statesOfAnotherCount_areRefused(int more)
    {
        var spec = new RnnSpec(I, Cell.Lstm(2), Cell.Bidirectional(Cell.Gru(3)), Layer.TimeDelay(2, 3));
        RnnModel model = RnnModel.Create(spec, 1);
        const int StateSize = 2 * 2 + 2 * 3 + 2 * 6;
        Assert.Equal(StateSize, spec.StateSize);
        var y = new Guarded(T * N * spec.OutputSize);
        var state = new Guarded(N * StateSize + more);
        BadInput.Refused<ArgumentException>(
            "initialState", $"[N, S] = {N * StateSize} ", $"got {N * StateSize + more}.",
            () => model.Run(new float[T * N * I], y.Span, Shape(), new float[N * StateSize + more]));
        BadInput.Refused<ArgumentException>(
            "finalState", $"[N, S] = {N * StateSize} ", $"got {N * StateSize + more}.",
            () => model.Run(new float[T * N * I], y.Span, Shape(), [], state.Span));
        y.AssertUnwritten();
        state.AssertUnwritten();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void RnnSession_SetState_ofAnotherLength_isRefused(int more)
    {
        using RnnSession session = RnnModel.Create(new RnnSpec(I, Cell.Lstm(2), Layer.TimeDelay(2, 3)), 1).CreateSession();
        int length = session.Spec.StateSize;
        var state = new Guarded(length + more);
        BadInput.Refused<ArgumentException>(
            "source", $"= {length} ", $"got {length + more}.", () => session.SetState(new float[length + more]));
        BadInput.Refused<ArgumentException>("destination", $"= {length} ", $"got {length + more}.", () => session.CopyStateTo(state.Span));
        state.AssertUnwritten();
    }

    private static void Refused<TException>(SequenceShape shape, int[] lengths, string expected, string actual)
        where TException : ArgumentException
    {
        RnnModel model = Create(shape);
        var inputs = new float[(shape == SequenceShape.OneToMany ? 1 : T) * N * I];
        var targets = new float[(shape == SequenceShape.ManyToOne ? 1 : T) * N * O];
        var outputs = new Guarded(targets.Length);
        var final = new Guarded(N * model.Spec.StateSize);
        BadInput.Refused<TException>(
            "shape", expected, actual, () => model.Run(inputs, outputs.Span, Shape(lengths), [], final.Span));
        outputs.AssertUnwritten();
        final.AssertUnwritten();

        using var trainer = new RnnTrainer(model, new Sgd(1), Loss.HalfSquaredError);
        BadInput.Refused<TException>("shape", expected, actual, () => trainer.Step(inputs, targets, Shape(lengths)));
        BadInput.Refused<TException>("shape", expected, actual, () => trainer.Evaluate(inputs, targets, Shape(lengths)));
        Compare.SameBits(TrainingData.Parameters(model), TrainingData.Parameters(trainer), "parameter");
    }

    private static BatchShape Shape(ReadOnlySpan<int> lengths = default) => new() { Steps = T, Sequences = N, Lengths = lengths };

    private static RnnModel Create(SequenceShape shape)
        => RnnModel.Create(new RnnSpec(I, Cell.Gru(4), Layer.Dense(O)) { Shape = shape }, 1);
}
