using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A state that nothing feeds decays through the denormal numbers to 0: gradually, not flushed.</summary>
public sealed class DenormalTests
{
    /// <summary>More than a vector and not a multiple of one, so that edges decay too.</summary>
    private const int H = 19;

    private const int Steps = 200;

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    public void RnnSession_Step_halvingState_decaysGraduallyToZero(Activation activation)
    {
        RnnModel model = HalvingModel(activation);
        using RnnSession session = model.CreateSession();
        session.SetState(Enumerable.Repeat(1e-30f, H).ToArray());
        var streamed = new float[Steps * H];
        float expected = 1e-30f;
        int denormals = 0;
        for (int t = 0; t < Steps; t++)
        {
            session.Step([0], streamed.AsSpan(t * H, H));
            expected /= 2;
            denormals += float.IsSubnormal(expected) ? 1 : 0;
            Assert.All(streamed[(t * H)..((t + 1) * H)], value => Assert.Equal(expected, value));
        }

        Assert.True(denormals > 20, "the state passed through the denormal numbers");
        Assert.Equal(0, expected);

        var whole = new float[Steps * H];
        model.Run(new float[Steps], whole, Steps, initialState: Enumerable.Repeat(1e-30f, H).ToArray());
        Compare.SameBits(streamed, whole);
    }

    /// <summary>a⟨t⟩ = g₁(a⟨t−1⟩ / 2), whatever the input.</summary>
    private static RnnModel HalvingModel(Activation activation)
    {
        var spec = new RnnSpec(inputSize: 1, Cell.Elman(H, activation));
        var parameters = new float[H + H * H + H];
        for (int h = 0; h < H; h++)
        {
            parameters[H + h * H + h] = 0.5f;
        }

        return RnnModel.FromParameters(spec, parameters);
    }
}
