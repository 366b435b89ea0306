using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A model refuses what does not fit, before it writes anything.</summary>
public sealed class RnnModelBadInputTests
{
    private const int I = 3, H = 5, O = 2, T = 4, N = 6;
    private const int ParameterCount = H * (I + H + 1) + O * (H + 1);

    private readonly RnnModel _model = RnnModel.Create(new RnnSpec(I, Cell.Elman(H), Layer.Dense(O)), 1);
    private readonly Guarded _outputs = new(T * N * O);
    private readonly Guarded _final = new(N * H);

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    [Fact]
    public void RnnModel_Create_nullSpec_isRefused()
    {
        Assert.Throws<ArgumentNullException>("spec", () => RnnModel.Create(null!, 1));
        Assert.Throws<ArgumentNullException>("spec", () => RnnModel.FromParameters(null!, []));
        Assert.Throws<ArgumentNullException>("spec", () => RnnModel.FromParameters(null!, _ => { }));
        Assert.Throws<ArgumentNullException>("fill", () => RnnModel.FromParameters(_model.Spec, (Action<Span<float>>)null!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ParameterCount - 1)]
    [InlineData(ParameterCount + 1)]
    public void RnnModel_FromParameters_wrongLength_isRefused(int length)
        => BadInput.Refused<ArgumentException>(
            "parameters", $"= {ParameterCount} ", $"got {length}.", () => RnnModel.FromParameters(_model.Spec, new float[length]));

    [Theory]
    [InlineData("inputs", -1, 0, 0, 0)]
    [InlineData("inputs", 1, 0, 0, 0)]
    [InlineData("inputs", -T * N * I, 0, 0, 0)]
    [InlineData("outputs", 0, -1, 0, 0)]
    [InlineData("outputs", 0, 1, 0, 0)]
    [InlineData("outputs", 0, -T * N * O, 0, 0)]
    [InlineData("initialState", 0, 0, -1, 0)]
    [InlineData("initialState", 0, 0, 1, 0)]
    [InlineData("initialState", 0, 0, -(N - 1) * H, 0)]
    [InlineData("finalState", 0, 0, 0, -1)]
    [InlineData("finalState", 0, 0, 0, 1)]
    public void RnnModel_Run_wrongLength_isRefused(string parameter, int inputs, int outputs, int initial, int final)
    {
        int expected = parameter switch { "inputs" => T * N * I, "outputs" => T * N * O, _ => N * H };
        int actual = expected + inputs + outputs + initial + final;
        var y = new Guarded(T * N * O + outputs);
        var state = new Guarded(N * H + final);
        BadInput.Refused<ArgumentException>(
            parameter, $"= {expected} ", $"got {actual}.",
            () => _model.Run(new float[T * N * I + inputs], y.Span, Shape, new float[N * H + initial], state.Span));
        y.AssertUnwritten();
        state.AssertUnwritten();
    }

    [Fact]
    public void RnnModel_Run_stepsOrSequencesBelowOne_isRefused()
    {
        BadInput.MemberRefused(
            "shape", "Steps", steps => _model.Run(new float[T * N * I], _outputs.Span, new() { Steps = steps, Sequences = N }));
        BadInput.MemberRefused(
            "shape", "Sequences",
            sequences => _model.Run(new float[T * N * I], _outputs.Span, new() { Steps = T, Sequences = sequences }));
        BadInput.MemberRefused("shape", "Steps", steps => _model.Run(default, [], new() { Steps = steps, Sequences = N }));
        _outputs.AssertUnwritten();
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData(1 << 30, 1 << 30)]
    public void RnnModel_Run_moreThanAnArrayHolds_isRefused(int steps, int sequences)
    {
        RnnModel model = RnnModel.Create(new RnnSpec(16, Cell.Elman(1)), 1);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", $"{Guard.LargestBuffer}", $"Steps {steps} × Sequences {sequences} × 16",
            () => model.Run(default, [], new() { Steps = steps, Sequences = sequences }));
    }

    [Fact]
    public void RnnModel_Run_outputsOverInputs_isRefused()
    {
        var shared = new Guarded(T * N * (I + O));
        BadInput.Refused<ArgumentException>(
            "outputs", "'inputs'", "'outputs'",
            () => _model.Run(shared.Span[..(T * N * I)], shared.Span.Slice(T * N * I - 1, T * N * O), Shape));
        shared.AssertUnwritten();
    }

    [Fact]
    public void RnnModel_Run_outputsOverInitialState_isRefused()
    {
        var shared = new Guarded(T * N * O + N * H);
        BadInput.Refused<ArgumentException>(
            "outputs", "'initialState'", "'outputs'",
            () => _model.Run(new float[T * N * I], shared.Span[..(T * N * O)], Shape, shared.Span.Slice(T * N * O - 1, N * H)));
        shared.AssertUnwritten();
    }

    [Fact]
    public void RnnModel_Run_finalStateOverOutputs_isRefused()
    {
        var shared = new Guarded(T * N * O + N * H);
        BadInput.Refused<ArgumentException>(
            "finalState", "'outputs'", "'finalState'",
            () => _model.Run(new float[T * N * I], shared.Span[..(T * N * O)], Shape, [], shared.Span.Slice(T * N * O - 1, N * H)));
        shared.AssertUnwritten();
    }

    [Fact]
    public void RnnModel_Run_finalStateOverInputs_isRefused()
    {
        var shared = new Guarded(T * N * I + N * H);
        BadInput.Refused<ArgumentException>(
            "finalState", "'inputs'", "'finalState'",
            () => _model.Run(shared.Span[..(T * N * I)], _outputs.Span, Shape, [], shared.Span.Slice(T * N * I - 1, N * H)));
        shared.AssertUnwritten();
        _outputs.AssertUnwritten();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(N * H - 1)]
    public void RnnModel_Run_statesPartlyOverEachOther_isRefused(int shift)
    {
        var shared = new Guarded(3 * N * H);
        BadInput.Refused<ArgumentException>(
            "finalState", "'initialState'", "'finalState'",
            () => _model.Run(
                new float[T * N * I], _outputs.Span, Shape, shared.Span.Slice(N * H, N * H), shared.Span.Slice(N * H + shift, N * H)));
        shared.AssertUnwritten();
        _outputs.AssertUnwritten();
    }

    [Fact]
    public void RnnModel_Run_finalStateIsInitialState_isTheSame()
    {
        float[] inputs = RandomData.Uniform(1, T * N * I);
        float[] initial = RandomData.Uniform(2, N * H);
        _model.Run(inputs, _outputs.Span, Shape, initial, _final.Span);
        float[] outputs = _outputs.Span.ToArray();
        _model.Run(inputs, _outputs.Span, Shape, initial, initial);
        Compare.SameBits(outputs, _outputs.Span);
        Compare.SameBits(_final.Span, initial);
    }
}
