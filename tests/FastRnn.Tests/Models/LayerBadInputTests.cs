using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Layers refuse sizes, rates and activations that describe no layer.</summary>
public sealed class LayerBadInputTests
{
    [Fact]
    public void Cell_everyFactory_sizeBelowOne_isRefused()
    {
        BadInput.SizeRefused("hiddenSize", size => Cell.Elman(size));
        BadInput.SizeRefused("hiddenSize", size => Cell.Jordan(size, 1));
        BadInput.SizeRefused("outputSize", size => Cell.Jordan(1, size));
        BadInput.SizeRefused("hiddenSize", size => Cell.Lstm(size));
        BadInput.SizeRefused("hiddenSize", size => Cell.Lstm(size, peepholes: true));
        BadInput.SizeRefused("hiddenSize", size => Cell.Gru(size));
        BadInput.SizeRefused("hiddenSize", size => Cell.Gru(size, resetAfter: false));
    }

    [Fact]
    public void Layer_everyFactory_sizeBelowOne_isRefused()
    {
        BadInput.SizeRefused("outputSize", size => Layer.Dense(size));
        BadInput.SizeRefused("outputSize", size => Layer.TimeDelay(size, 1));
        BadInput.SizeRefused("width", size => Layer.TimeDelay(1, size));
        BadInput.SizeRefused("dilation", size => Layer.TimeDelay(1, 1, size));
        BadInput.SizeRefused("size", size => Layer.Embedding(size));
    }

    [Fact]
    public void LayerSpec_GetParametersAndGetOutputSize_inputSizeBelowOne_areRefused()
    {
        BadInput.SizeRefused("inputSize", size => Layer.Dense(1).GetParameters(size));
        BadInput.SizeRefused("inputSize", size => Cell.Bidirectional(Cell.Lstm(1)).GetOutputSize(size));
    }

    [Fact]
    public void Cell_activationWithWeights_isRefused()
    {
        Activation weighted = Activation.PRelu();
        Refused("activation", "without weights", "PRelu", () => Cell.Elman(1, weighted));
        Refused("activation", "without weights", "PRelu", () => Cell.Jordan(1, 1, weighted));
        Refused("outputActivation", "without weights", "PRelu", () => Cell.Jordan(1, 1, outputActivation: weighted));
        Refused("GateActivation", "without weights", "PRelu", () => _ = Cell.Lstm(1) with { GateActivation = weighted });
        Refused("CandidateActivation", "without weights", "PRelu", () => _ = Cell.Gru(1) with { CandidateActivation = weighted });
    }

    /// <summary>What is an activation, but not one of each value by itself.</summary>
    [Theory]
    [InlineData(ActivationKind.Softmax)]
    [InlineData(ActivationKind.LogSoftmax)]
    public void Cell_activationOfWholeRows_isRefused(ActivationKind kind)
    {
        Activation activation = kind == ActivationKind.Softmax ? Activation.Softmax : Activation.LogSoftmax;
        Refused("activation", "each value by itself", $"{activation}", () => Cell.Elman(1, activation));
        Refused("activation", "each value by itself", $"{activation}", () => Cell.Jordan(1, 1, activation));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Layer_Dropout_rateThatIsNoProbabilityBelowOne_isRefused(float rate)
        => Refused("rate", "at least 0 and below 1", $"{rate}", () => Layer.Dropout(rate));

    [Fact]
    public void Cell_Bidirectional_null_isRefused() => Assert.Throws<ArgumentNullException>("cell", () => Cell.Bidirectional(null!));

    [Fact]
    public void Cell_Reversed_null_isRefused() => Assert.Throws<ArgumentNullException>("cell", () => Cell.Reversed(null!));

    private static void Refused(string parameter, string expected, string actual, Action action)
        => BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, actual, action);
}
