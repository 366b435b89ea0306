using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Layers;

/// <summary>Slopes that are trained; their gradients are compared with differences where those of random stacks are.</summary>
public sealed class PReluLayerTests
{
    private const int I = 3, O = 5;
    private const float Slope = 0.1f;

    public static TheoryData<bool> PerFeature => [false, true];

    [Theory]
    [MemberData(nameof(PerFeature))]
    public void LayerSpec_GetParameters_pRelu_hasSlopesBehindItsOwn(bool perFeature)
    {
        Activation activation = Activation.PRelu(perFeature, Slope);
        foreach (LayerSpec layer in new LayerSpec[] { Layer.Dense(O, activation), Layer.TimeDelay(O, 2, activation: activation) })
        {
            ParameterShape slopes = layer.GetParameters(I)[^1];
            Assert.Equal(("slopes", true, perFeature ? O : 1L), (slopes.Name, slopes.IsVector, slopes.Length));
            Assert.Equal((Slope, 0), (slopes.Start, slopes.Bound));
            Assert.Equal(3, layer.GetParameters(I).Count);
        }
    }

    [Theory]
    [MemberData(nameof(PerFeature))]
    public void RnnModel_Create_pRelu_startsAtTheSlope(bool perFeature)
    {
        var spec = new RnnSpec(I, Layer.Dense(O, Activation.PRelu(perFeature, Slope)));
        ReadOnlySpan<float> parameters = RnnModel.Create(spec, 1).Parameters;
        Assert.Equal(O * (I + 1) + (perFeature ? O : 1), parameters.Length);
        Assert.Equal(-1, parameters[(O * (I + 1))..].IndexOfAnyExcept(Slope));
    }

    [Theory]
    [MemberData(nameof(PerFeature))]
    public void RnnModel_Run_pRelu_isWorkedOutByHand(bool perFeature)
    {
        // z = ±x, and x below 0 times the slope.
        float[] slopes = perFeature ? [0.5f, -0.25f] : [0.5f];
        var model = RnnModel.FromParameters(new RnnSpec(1, Layer.Dense(2, Activation.PRelu(perFeature))), [1, -1, 0, 0, .. slopes]);
        float[] y = new float[8];
        model.Run((float[])[2, -4, float.NaN, 0], y, new() { Steps = 4, Sequences = 1 });
        Assert.Equal([2, perFeature ? 0.5f : -1, -2, 4, float.NaN, float.NaN, 0, 0], y);
        using RnnSession session = model.CreateSession();
        var step = new float[2];
        session.Step([-4], step);
        Assert.Equal([-2, 4], step);
    }

    [Theory]
    [MemberData(nameof(PerFeature))]
    public void RnnTrainer_Step_pRelu_learnsTheSlope(bool perFeature)
    {
        // y = x above 0, −x below: what only a slope of −1 gives with the weight that it starts with.
        var spec = new RnnSpec(1, Layer.Dense(1, Activation.PRelu(perFeature)));
        using var trainer = new RnnTrainer(RnnModel.FromParameters(spec, [1, 0, 0.25f]), new Sgd(0.1f), Loss.HalfSquaredError);
        float[] x = [-1, -2, 0.5f, 1], y = [1, 2, 0.5f, 1];
        for (int i = 0; i < 5000; i++)
        {
            trainer.Step(x, y, new() { Steps = 4, Sequences = 1 });
        }

        Assert.Equal(-1, trainer.ToModel().Parameters[2], 1e-3f);
    }

    [Fact]
    public void RnnModel_SavePyTorchAndKeras_pRelu_areRefused()
    {
        using var folder = new TemporaryFolder();
        RnnModel model = RnnModel.Create(new RnnSpec(I, Cell.Gru(2), Layer.Dense(O, Activation.PRelu())), 1);
        Assert.ThrowsAny<Exception>(() => model.SavePyTorch(folder["a"]));
        Assert.ThrowsAny<Exception>(() => model.SaveKeras(folder["a"]));
    }
}
