using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

public sealed class RnnSessionTests
{
    private const int I = 4, H = 19, O = 4;

    private readonly NetworkCase.Data _data = new NetworkCase(
        new NetworkShape(I, H, Activation.Tanh, Activation.Identity, O), Steps: 6, Batch: 1, Seed: 3).Create();

    [Fact]
    public void RnnSession_Reset_afterSteps_isAFreshSession()
    {
        using RnnSession session = _data.Model.CreateSession();
        float[] fresh = Stream(session);
        session.Reset();
        Compare.SameBits(new float[H], State(session));
        Compare.SameBits(fresh, Stream(session));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void RnnSession_Reset_afterNaNOrInfinity_isAFreshSession(float bad)
    {
        foreach (Activation? head in NetworkShape.Heads)
        {
            foreach (Activation activation in NetworkShape.CellActivations)
            {
                var network = new NetworkCase(new NetworkShape(I, H, activation, head, head is null ? 0 : O), 6, 1, 3);
                using RnnSession session = network.Create().Model.CreateSession();
                float[] fresh = Stream(session);
                var y = new float[session.Spec.OutputSize];
                session.Step([1, bad, 0, 2], y);
                session.Step([float.NaN, bad, bad, bad], y);
                session.Reset();
                Compare.SameBits(fresh, Stream(session));
            }
        }
    }

    [Fact]
    public void RnnSession_Step_NaN_reachesEveryOutputAndStays()
    {
        using RnnSession session = _data.Model.CreateSession();
        var y = new float[O];
        session.Step([0, float.NaN, 0, 0], y);
        Assert.All(State(session), value => Assert.True(float.IsNaN(value)));
        Assert.All(y, value => Assert.True(float.IsNaN(value)));
        session.Step([0, 0, 0, 0], y);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void RnnSession_Step_infinity_isComputedAsIeeeSays()
    {
        using RnnSession session = _data.Model.CreateSession();
        session.Step([0, float.PositiveInfinity, 0, 0], new float[O]);
        float[] state = State(session);
        for (int h = 0; h < H; h++)
        {
            Assert.Equal(Math.Sign(_data.Parameters[h * I + 1]), state[h]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(3)]
    public void RnnSession_Step_outputOverInput_isTheSame(int shift)
    {
        using RnnSession apart = _data.Model.CreateSession();
        using RnnSession over = _data.Model.CreateSession();
        float[] x = [1, 2, 3, 4];
        var y = new float[O];
        for (int t = 0; t < 3; t++)
        {
            apart.Step(x, y);
            var shared = new Guarded(3 * I);
            x.CopyTo(shared.Span[I..]);
            over.Step(shared.Span.Slice(I, I), shared.Span.Slice(I + shift, O));
            Compare.SameBits(y, shared.Span.Slice(I + shift, O));
            shared.AssertIntact();
        }
    }

    /// <summary>Without state and scratch, and with the input for output.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(19)]
    public void RnnSession_Step_networkThatLetsInputsThrough_putsThemOutAlsoOverThemselves(int size)
    {
        RnnModel model = RnnModel.Create(new RnnSpec(size, Layer.Dropout(0.5f), Layer.Dropout(0.1f)), seed: 1);
        float[] x = RandomData.Uniform(size, size);
        foreach (int shift in new[] { -3, -1, 0, 1, 3, size })
        {
            RnnSession session = model.CreateSession();
            var shared = new Guarded(3 * size);
            x.CopyTo(shared.Span[size..]);
            session.Step(shared.Span.Slice(size, size), shared.Span.Slice(size + shift, size));
            Compare.SameBits(x, shared.Span.Slice(size + shift, size), $"shift {shift}");
            shared.AssertIntact();
            session.Dispose();
            Assert.Throws<ObjectDisposedException>(() => session.Step(x, x));
        }
    }

    [Fact]
    public void RnnSession_SetState_copiedState_goesOnFromThere()
    {
        using RnnSession first = _data.Model.CreateSession();
        using RnnSession second = _data.Model.CreateSession();
        Stream(first);
        var state = new Guarded(H);
        first.CopyStateTo(state.Span);
        state.AssertIntact();
        second.SetState(state.Span);
        Compare.SameBits(Stream(first), Stream(second));
    }

    [Fact]
    public void RnnSession_Clone_goesOnByItself()
    {
        using RnnSession original = _data.Model.CreateSession();
        Stream(original);
        using RnnSession clone = original.Clone();
        Assert.Same(original.Spec, clone.Spec);
        float[] state = State(clone);
        float[] expected = Stream(original);
        Compare.SameBits(state, State(clone), "the clone's state");
        Compare.SameBits(expected, Stream(clone));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(I - 1)]
    [InlineData(I + 1)]
    public void RnnSession_Step_wrongInputLength_isRefused(int length)
        => CheckRefused(session => session.Step(new float[length], new float[O]), "x", I, length);

    [Theory]
    [InlineData(0)]
    [InlineData(O - 1)]
    [InlineData(O + 1)]
    public void RnnSession_Step_wrongOutputLength_isRefusedAndNothingWritten(int length)
    {
        var y = new Guarded(length);
        CheckRefused(session => session.Step(new float[I], y.Span), "y", O, length);
        y.AssertUnwritten();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(H - 1)]
    [InlineData(H + 1)]
    public void RnnSession_state_wrongLength_isRefusedAndNothingWritten(int length)
    {
        var state = new Guarded(length);
        CheckRefused(session => session.CopyStateTo(state.Span), "destination", H, length);
        state.AssertUnwritten();
        CheckRefused(session => session.SetState(new float[length]), "source", H, length);
    }

    [Fact]
    public void RnnSession_anyUse_afterDispose_throws()
    {
        RnnSession session = _data.Model.CreateSession();
        session.Dispose();
        session.Dispose();
        var y = new Guarded(O);
        Assert.Throws<ObjectDisposedException>(() => session.Step(new float[I], y.Span));
        Assert.Throws<ObjectDisposedException>(session.Reset);
        Assert.Throws<ObjectDisposedException>(() => session.CopyStateTo(new float[H]));
        Assert.Throws<ObjectDisposedException>(() => session.SetState(new float[H]));
        Assert.Throws<ObjectDisposedException>(session.Clone);
        y.AssertUnwritten();
    }

    private void CheckRefused(Action<RnnSession> action, string parameter, int expected, int actual)
    {
        using RnnSession session = _data.Model.CreateSession();
        Stream(session);
        float[] state = State(session);
        BadInput.Refused<ArgumentException>(parameter, $"= {expected} ", $"got {actual}.", () => action(session));
        Compare.SameBits(state, State(session), "state");
    }

    private float[] Stream(RnnSession session)
    {
        var outputs = new List<float>();
        var y = new float[session.Spec.OutputSize];
        foreach (float[] x in _data.Inputs.Chunk(I))
        {
            session.Step(x, y);
            outputs.AddRange(y);
        }

        return outputs.ToArray();
    }

    private static float[] State(RnnSession session)
    {
        var state = new float[session.Spec.StateSize];
        session.CopyStateTo(state);
        return state;
    }
}
