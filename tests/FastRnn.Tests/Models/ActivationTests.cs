using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Activations as values: what they are equal to, how they are shown, which parameters they refuse.</summary>
public sealed class ActivationTests
{
    private static readonly float[] NotFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Fact]
    public void Activation_default_isTheIdentity()
    {
        Assert.Equal(Activation.Identity, default);
        Assert.Equal(ActivationKind.Identity, default(Activation).Kind);
        Assert.Equal(Layer.Dense(1), Layer.Dense(1, default));
        Assert.Equal(Activation.HardTanh(0, 6), Activation.Relu6);
        Assert.Equal(Activation.Tanh, Cell.Elman(1).Activation);
        Assert.Equal(Activation.Tanh, Layer.TimeDelay(1, 1).Activation);
        Assert.Equal((Activation.Tanh, Activation.Identity), (Cell.Jordan(1, 1).Activation, Cell.Jordan(1, 1).OutputActivation));
    }

    [Fact]
    public void Activation_Equals_kindsAndParameters_tellThemApart()
    {
        Activation[] all = Activations.OfLayers;
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, activation => Assert.Equal(activation, Activations.OfLayers[Array.IndexOf(all, activation)]));
        Assert.NotEqual(Activation.PRelu(), Activation.PRelu(perFeature: true));
        Assert.Equal(Layer.Dense(2, Activation.Elu(0.5f)), Layer.Dense(2, Activation.Elu(0.5f)));
        Assert.NotEqual(Layer.Dense(2, Activation.Elu(0.5f)), Layer.Dense(2, Activation.Elu()));
        Assert.Equal(Enum.GetValues<ActivationKind>().Order(), all.Select(activation => activation.Kind).Distinct().Order());
    }

    [Fact]
    public void Activation_ToString_namesKindAndParameters()
        => Assert.Equal(
            ["Tanh", "Elu(0.5)", "HardTanh(-∞, 2)", "HardSigmoid(0.2, 0.5)", "PRelu(0.25)", "PRelu(per feature, 0.25)", "HardTanh(0, 6)"],
            new[]
            {
                Activation.Tanh, Activation.Elu(0.5f), Activation.HardTanh(float.NegativeInfinity, 2), Activation.HardSigmoid(),
                Activation.PRelu(), Activation.PRelu(true), Activation.Relu6,
            }.Select(activation => activation.ToString().Replace("-Infinity", "-∞", StringComparison.Ordinal)));

    [Fact]
    public void Activation_parametersThatAreNotFinite_areRefused()
    {
        foreach (float value in NotFinite)
        {
            Refused("alpha", value, () => Activation.Elu(value));
            Refused("alpha", value, () => Activation.Selu(value));
            Refused("gamma", value, () => Activation.Selu(1, value));
            Refused("alpha", value, () => Activation.LeakyRelu(value));
            Refused("theta", value, () => Activation.ThresholdedRelu(value));
            Refused("alpha", value, () => Activation.HardSigmoid(value));
            Refused("beta", value, () => Activation.HardSigmoid(beta: value));
            Refused("alpha", value, () => Activation.ScaledTanh(value, 1));
            Refused("beta", value, () => Activation.ScaledTanh(1, value));
            Refused("alpha", value, () => Activation.Affine(value, 1));
            Refused("beta", value, () => Activation.Affine(1, value));
            Refused("slope", value, () => Activation.PRelu(slope: value));
        }
    }

    [Fact]
    public void Activation_parametersOutOfTheirRanges_areRefused()
    {
        Refused("alpha", -0.5f, () => Activation.Elu(-0.5f));
        Refused("alpha", -1, () => Activation.Selu(-1));
        Refused("gamma", 0, () => Activation.Selu(1, 0));
        Refused("gamma", 2, () => Activation.Selu(float.MaxValue, 2));
        Refused("alpha", 0, () => Activation.ScaledTanh(0, 1));
        Refused("beta", 2, () => Activation.ScaledTanh(float.MaxValue, 2));
        Refused("max", 1, () => Activation.HardTanh(1, 1));
        Refused("max", -2, () => Activation.HardTanh(-1, -2));
        Refused("max", float.NaN, () => Activation.HardTanh(-1, float.NaN));
        Refused("min", float.NaN, () => Activation.HardTanh(float.NaN, 1));
        Refused("min", float.PositiveInfinity, () => Activation.HardTanh(float.PositiveInfinity, 1));
        Refused("max", float.PositiveInfinity, () => Activation.HardTanh(float.NegativeInfinity, float.PositiveInfinity));
    }

    private static void Refused(string parameter, float actual, Func<Activation> make)
        => BadInput.Refused<ArgumentOutOfRangeException>(
            parameter, "Expected", FormattableString.Invariant($"{actual}"), () => _ = make());
}
