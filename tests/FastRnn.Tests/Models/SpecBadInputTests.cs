using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Specs refuse sizes and values that describe no network.</summary>
public sealed class SpecBadInputTests
{
    [Fact]
    public void RnnSpec_headThatNoBlockHolds_isRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "layers", $"{Guard.LargestBuffer}", "layers[1] (Dense)",
            () => RnnModel.Create(new RnnSpec(1, Cell.Elman(1), Layer.Dense(30_000_000)), 1));

    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    public void RnnSpec_weightsThatNoArrayHolds_areRefused(int inputs, int hidden)
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "layers", $"{Guard.LargestBuffer}", $"layers[0] (Elman) on {inputs} inputs",
            () => RnnModel.Create(new RnnSpec(inputs, Cell.Elman(hidden)), 1));

    [Fact]
    public void Cell_Elman_sizeBelowOne_isRefused() => BadInput.SizeRefused("hiddenSize", size => Cell.Elman(size));

    [Fact]
    public void Layer_Dense_sizeBelowOne_isRefused() => BadInput.SizeRefused("outputSize", size => Layer.Dense(size));

    [Fact]
    public void RnnSpec_constructor_sizeBelowOne_isRefused()
        => BadInput.SizeRefused("inputSize", size => _ = new RnnSpec(size, Cell.Elman(1)));

    [Fact]
    public void RnnSpec_constructor_nullLayer_isRefused()
        => BadInput.Refused<ArgumentException>(
            "layers", "Expected layers", "layers[1] is null", () => _ = new RnnSpec(1, Cell.Elman(1), null!));

    [Fact]
    public void RnnSpec_properties_describeTheNetwork()
    {
        var spec = new RnnSpec(2, Cell.Elman(5, Activation.Relu), Layer.Dense(3, Activation.Sigmoid));
        Assert.Equal((2, 3, 5), (spec.InputSize, spec.OutputSize, spec.StateSize));
        Assert.Equal(5, new RnnSpec(2, Cell.Elman(5)).OutputSize);
        Assert.Equal(new RnnSpec(2, Cell.Elman(5, Activation.Relu), Layer.Dense(3, Activation.Sigmoid)), spec);
        Assert.NotEqual(new RnnSpec(2, Cell.Elman(5, Activation.Tanh), Layer.Dense(3, Activation.Sigmoid)), spec);
        Assert.NotEqual(new RnnSpec(2, Cell.Elman(5, Activation.Relu), Layer.Dense(3, Activation.Softmax)), spec);
    }
}
