using System.Runtime.InteropServices;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A batch's shape names its members, and is refused by the one that no batch can have.</summary>
public sealed class BatchShapeTests
{
    private const int I = 2, H = 3, T = 4, N = 5;

    private readonly RnnModel _model = RnnModel.Create(new RnnSpec(I, Cell.Gru(H)), 1);

    [Fact]
    public void RnnModel_Run_defaultShape_isRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", "Expected at least 1 as Steps, but got 0.", "Actual value was 0.", () => _model.Run(default, [], default));

    /// <summary>Swapped, both numbers fit the buffers.</summary>
    [Fact]
    public void RnnModel_Run_lengthsBeyondSwappedSteps_areRefused()
        => BadInput.Refused<ArgumentException>(
            "shape", $"Expected [N] = {T} values as Lengths", $"got {N}.",
            () => _model.Run(
                new float[T * N * I], new float[T * N * H], new() { Steps = N, Sequences = T, Lengths = [T, 1, 2, 3, T] }));

    [Fact]
    public void RnnModel_Run_outputsOverLengths_isRefused()
    {
        var shared = new Guarded(Ones(T * N * H));
        BadInput.Refused<ArgumentException>(
            "outputs", "'shape.Lengths'", "'outputs'",
            () => _model.Run(new float[T * N * I], shared.Span, Shape(shared.Span[^N..])));
        Compare.SameBits(Ones(T * N * H), shared.Span);
    }

    [Fact]
    public void RnnModel_Run_finalStateOverLengths_isRefused()
    {
        var outputs = new Guarded(T * N * H);
        var shared = new Guarded(Ones(N * H));
        BadInput.Refused<ArgumentException>(
            "finalState", "'shape.Lengths'", "'finalState'",
            () => _model.Run(new float[T * N * I], outputs.Span, Shape(shared.Span[..N]), [], shared.Span));
        outputs.AssertUnwritten();
        Compare.SameBits(Ones(N * H), shared.Span);
    }

    [Fact]
    public void RnnModel_Run_aStepOfManyStreams_isThatOfTheirSessions()
    {
        RnnSession[] sessions = [.. Enumerable.Range(0, N).Select(_ => _model.CreateSession())];
        var state = new float[N * _model.Spec.StateSize];
        float[] y = new float[N * H], expected = new float[N * H];
        for (int t = 0; t < T; t++)
        {
            float[] x = RandomData.Uniform(t, N * I);
            _model.Run(x, y, new() { Steps = 1, Sequences = N }, state, state);
            for (int n = 0; n < N; n++)
            {
                sessions[n].Step(x.AsSpan(n * I, I), expected.AsSpan(n * H, H));
            }

            Compare.SameBits(expected, y, $"output of step {t}");
        }

        foreach (RnnSession session in sessions)
        {
            session.Dispose();
        }
    }

    private static BatchShape Shape(Span<float> lengths)
        => new() { Steps = T, Sequences = N, Lengths = MemoryMarshal.Cast<float, int>(lengths) };

    /// <summary>The bits of lengths of 1.</summary>
    private static float[] Ones(int count) => [.. Enumerable.Repeat(BitConverter.Int32BitsToSingle(1), count)];
}
