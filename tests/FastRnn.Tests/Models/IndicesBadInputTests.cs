using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Indices outside the vocabulary are refused by name and value; those behind a sequence's end are not looked at.</summary>
public sealed class IndicesBadInputTests
{
    private const int V = 6, T = 4, N = 3;

    private static readonly int[] Lengths = [2, T, 1];

    /// <summary>Embedded, and as one-hot vectors.</summary>
    public static TheoryData<bool, int> BadIndices => new MatrixTheoryData<bool, int>([false, true], [-1, V, int.MinValue, int.MaxValue]);

    [Theory]
    [MemberData(nameof(BadIndices))]
    public void RnnModel_Run_indexOutsideTheVocabulary_isRefused(bool embeds, int index)
    {
        RnnModel model = Create(embeds);
        foreach (int place in new[] { 0, N + 1, T * N - 1 })
        {
            int[] inputs = new int[T * N];
            inputs[place] = index;
            CheckRefused(model, inputs, [], $"inputs[{place}] is {index}");
        }
    }

    [Theory]
    [MemberData(nameof(BadIndices))]
    public void RnnModel_Run_indexAtASequencesEnd_isRefused(bool embeds, int index)
    {
        for (int n = 0; n < N; n++)
        {
            int[] inputs = new int[T * N];
            int place = (Lengths[n] - 1) * N + n;
            inputs[place] = index;
            CheckRefused(Create(embeds), inputs, Lengths, $"inputs[{place}] is {index}");
        }
    }

    [Theory]
    [MemberData(nameof(BadIndices))]
    public void RnnModel_Run_indicesBehindASequencesEnd_areNotLookedAt(bool embeds, int index)
    {
        RnnModel model = Create(embeds);
        int[] clean = RandomData.Indices(new Random(3), T * N, V);
        int[] inputs = [.. clean];
        for (int row = 0; row < inputs.Length; row++)
        {
            inputs[row] = row / N < Lengths[row % N] ? inputs[row] : index;
        }

        var expected = new float[T * N * model.Spec.OutputSize];
        var outputs = new Guarded(expected.Length);
        model.Run(clean, expected, Shape(Lengths));
        model.Run(inputs, outputs.Span, Shape(Lengths));
        Compare.SameBits(expected, outputs.Span, "output");
        outputs.AssertIntact();
        Assert.Equal(Train(model, clean), Train(model, inputs));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(V)]
    public void RnnModel_Run_oneToMany_firstIndexOutsideTheVocabulary_isRefused(int index)
    {
        RnnModel model = RnnModel.Create(RnnSpec.ForIndices(V, Cell.Elman(3), Layer.Dense(V)) with { Shape = SequenceShape.OneToMany }, 1);
        var outputs = new Guarded(T * N * V);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "inputs", $"from 0 to {V - 1}", $"inputs[2] is {index}",
            () => model.Run(new[] { 0, 1, index }, outputs.Span, Shape(Lengths)));
        outputs.AssertUnwritten();
    }

    [Theory]
    [MemberData(nameof(BadIndices))]
    public void RnnSession_Step_indexOutsideTheVocabulary_isRefused(bool embeds, int index)
    {
        using RnnSession session = Create(embeds).CreateSession();
        var y = new Guarded(session.Spec.OutputSize);
        BadInput.Refused<ArgumentOutOfRangeException>("index", $"from 0 to {V - 1}", $"got {index}", () => session.Step(index, y.Span));
        y.AssertUnwritten();
        CheckStateIsZero(session);
    }

    [Fact]
    public void RnnSession_Step_theOtherKindOfInputs_isRefused()
    {
        using RnnSession indices = Create(embeds: true).CreateSession();
        using RnnSession values = RnnModel.Create(new RnnSpec(V, Cell.Gru(4)), 1).CreateSession();
        var y = new Guarded(indices.Spec.OutputSize);
        KindRefused("x", "indices (int)", "values (float)", () => indices.Step(new float[V], y.Span));
        KindRefused("x", "indices (int)", "values (float)", () => indices.Step(new float[1], y.Span));
        KindRefused("index", "values (float)", "indices (int)", () => values.Step(1, y.Span));
        y.AssertUnwritten();
        CheckStateIsZero(indices);
        CheckStateIsZero(values);
    }

    [Theory]
    [InlineData(SequenceShape.ManyToMany)]
    [InlineData(SequenceShape.ManyToOne)]
    [InlineData(SequenceShape.OneToMany)]
    public void RnnModel_Run_theOtherKindOfInputs_isRefused(SequenceShape shape)
    {
        RnnModel indices = RnnModel.Create(RnnSpec.ForIndices(V, Cell.Gru(V)) with { Shape = shape }, 1);
        RnnModel values = RnnModel.Create(new RnnSpec(V, Cell.Gru(V)) { Shape = shape }, 1);
        int inputs = shape == SequenceShape.OneToMany ? N : T * N;
        var y = new Guarded((shape == SequenceShape.ManyToOne ? 1 : T) * N * V);
        KindRefused("inputs", "indices (int)", "values (float)", () => indices.Run(new float[inputs * V], y.Span, Shape()));
        KindRefused("inputs", "indices (int)", "values (float)", () => indices.Run(new float[inputs], y.Span, Shape()));
        KindRefused("inputs", "values (float)", "indices (int)", () => values.Run(new int[inputs * V], y.Span, Shape()));
        y.AssertUnwritten();
        using var trainer = new RnnTrainer(indices, new Sgd(1), Loss.HalfSquaredError);
        KindRefused("inputs", "indices (int)", "values (float)", () => trainer.Step(new float[inputs], new float[y.Length], Shape()));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void RnnModel_Run_indicesOfAnotherCount_areRefused(int more)
    {
        RnnModel model = Create(embeds: true);
        var y = new Guarded(T * N * model.Spec.OutputSize);
        BadInput.Refused<ArgumentException>(
            "inputs", $"[T, N] = {T * N} ", $"got {T * N + more}.", () => model.Run(new int[T * N + more], y.Span, Shape()));
        y.AssertUnwritten();
    }

    private static void CheckRefused(RnnModel model, int[] inputs, int[] lengths, string actual)
    {
        string expected = $"from 0 to {V - 1}";
        var outputs = new Guarded(T * N * model.Spec.OutputSize);
        var final = new Guarded(N * model.Spec.StateSize);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "inputs", expected, actual, () => model.Run(inputs, outputs.Span, Shape(lengths), [], final.Span));
        outputs.AssertUnwritten();
        final.AssertUnwritten();
        using var trainer = new RnnTrainer(model, new Sgd(1), Loss.HalfSquaredError);
        var targets = new float[outputs.Length];
        BadInput.Refused<ArgumentOutOfRangeException>("inputs", expected, actual, () => trainer.Step(inputs, targets, Shape(lengths)));
        BadInput.Refused<ArgumentOutOfRangeException>("inputs", expected, actual, () => trainer.Evaluate(inputs, targets, Shape(lengths)));
        Compare.SameBits(TrainingData.Parameters(model), TrainingData.Parameters(trainer), "parameter");
    }

    private static void KindRefused(string parameter, string expected, string actual, Action action)
        => BadInput.Refused<ArgumentException>(parameter, $"Expected {expected}", $"got {actual}", action);

    private static void CheckStateIsZero(RnnSession session)
    {
        var state = new float[session.Spec.StateSize];
        session.CopyStateTo(state);
        Compare.SameBits(new float[state.Length], state, "state");
    }

    private static float[] Train(RnnModel model, int[] inputs)
    {
        using var trainer = new RnnTrainer(model, new Sgd(0.1f), Loss.HalfSquaredError);
        Assert.True(trainer.Step(inputs, new float[T * N * model.Spec.OutputSize], Shape(Lengths)).Applied);
        return TrainingData.Parameters(trainer);
    }

    private static BatchShape Shape(ReadOnlySpan<int> lengths = default) => new() { Steps = T, Sequences = N, Lengths = lengths };

    private static RnnModel Create(bool embeds)
        => RnnModel.Create(embeds ? RnnSpec.ForIndices(V, Layer.Embedding(2), Cell.Gru(4)) : RnnSpec.ForIndices(V, Cell.Gru(4)), 1);
}
