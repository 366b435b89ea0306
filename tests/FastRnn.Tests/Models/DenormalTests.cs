using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>
/// A state that nothing feeds decays, and is 0 before it would be a denormal number: those are slow on some processors, for as long as a
/// stream is silent. How fast the steps are is measured by the comparison's command <c>decay</c>.
/// </summary>
public sealed class DenormalTests
{
    /// <summary>More than a vector of any width and not a multiple of one, so that edges decay too.</summary>
    private const int H = 27;

    private const int Steps = 10_000;

    public static TheoryData<string> Cells => [.. DecayingCells.Keys];

    /// <summary>Weights and biases are 0 where nothing else is said, and what is kept of a state is half of it or less.</summary>
    private static Dictionary<string, (CellSpec Cell, Action<float[]> SetWeights)> DecayingCells { get; } = new(StringComparer.Ordinal)
    {
        ["elman, tanh"] = (Cell.Elman(H), parameters => SetDiagonal(parameters.AsSpan(H))),
        ["elman, ReLU"] = (Cell.Elman(H, Activation.Relu), parameters => SetDiagonal(parameters.AsSpan(H))),
        ["jordan"] = (Cell.Jordan(H, H, Activation.Tanh, Activation.Identity), SetJordan),
        ["lstm"] = (Cell.Lstm(H), LeaveZeros),
        ["gru"] = (Cell.Gru(H), LeaveZeros),
        ["gru, reset before"] = (Cell.Gru(H, resetAfter: false), LeaveZeros),
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnSession_Step_decayingState_endsAtZeroWithoutDenormals(string name)
    {
        (RnnModel model, float[] start) = Model(name);
        using RnnSession session = model.CreateSession();
        session.SetState(start);
        var state = new float[model.Spec.StateSize];
        var output = new float[H];
        for (int t = 0; t < Steps; t++)
        {
            session.Step([0], output);
            session.CopyStateTo(state);
            Assert.DoesNotContain(state, value => value != 0 && MathF.Abs(value) < FlushToZero.Least);
        }

        Assert.All(state, value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void RnnModel_Run_decayingState_givesTheBitsOfSteps(string name)
    {
        const int Short = 200;
        (RnnModel model, float[] start) = Model(name);
        using RnnSession session = model.CreateSession();
        session.SetState(start);
        var streamed = new float[Short * H];
        for (int t = 0; t < Short; t++)
        {
            session.Step([0], streamed.AsSpan(t * H, H));
        }

        var whole = new float[Short * H];
        model.Run(new float[Short], whole, new() { Steps = Short, Sequences = 1 }, initialState: start);
        Compare.SameBits(streamed, whole);
        Assert.Equal(0, whole[^1]);
    }

    [Fact]
    public void RnnSession_Step_stateAboveTheLeast_isKept()
    {
        (RnnModel model, _) = Model("elman, ReLU");
        using RnnSession session = model.CreateSession();
        var state = new float[H];
        Array.Fill(state, 2 * FlushToZero.Least);
        session.SetState(state);
        var output = new float[H];
        session.Step([0], output);
        Assert.All(output, value => Assert.Equal(FlushToZero.Least, value));
        session.Step([0], output);
        Assert.All(output, value => Assert.Equal(0, value));
    }

    [Fact]
    public void FlushToZero_Invoke_specialValues_areKept()
    {
        float[] x =
        [
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1, -1, FlushToZero.Least, -FlushToZero.Least, 1e-19f, -1e-45f, 0,
        ];
        float[] expected = [.. x[..7], 0, 0, 0];
        Elementwise.Map(default(FlushToZero), x, x);
        Compare.SameBits(expected, x);
    }

    private static (RnnModel Model, float[] Start) Model(string name)
    {
        (CellSpec cell, Action<float[]> setWeights) = DecayingCells[name];
        var spec = new RnnSpec(inputSize: 1, cell);
        RnnModel zero = RnnModel.Create(spec, seed: 1);
        var parameters = new float[zero.ParameterCount];
        setWeights(parameters);
        var start = new float[spec.StateSize];
        Array.Fill(start, 0.75f);
        return (RnnModel.FromParameters(spec, parameters), start);
    }

    /// <summary>Half of a state is kept.</summary>
    private static void LeaveZeros(float[] parameters) => Assert.All(parameters, value => Assert.Equal(0, value));

    /// <summary>U and Wya.</summary>
    private static void SetJordan(float[] parameters)
    {
        SetDiagonal(parameters.AsSpan(H));
        SetDiagonal(parameters.AsSpan(H + H * H + H));
    }

    /// <summary>A matrix [H, H] of 1/2 on its diagonal.</summary>
    private static void SetDiagonal(Span<float> matrix)
    {
        for (int h = 0; h < H; h++)
        {
            matrix[h * H + h] = 0.5f;
        }
    }
}
