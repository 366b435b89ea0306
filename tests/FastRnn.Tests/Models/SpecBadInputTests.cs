using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Specs refuse sizes and values that describe no network.</summary>
public sealed class SpecBadInputTests
{
    [Fact]
    public void RnnSpec_headThatNoBlockHolds_isRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "cell", $"{Guard.LargestBuffer}", "30000000", () => RnnModel.Create(new RnnSpec(1, Cell.Elman(1), Head.Linear(30_000_000)), 1));

    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    public void RnnSpec_weightsThatNoArrayHolds_areRefused(int inputs, int hidden)
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "cell", $"{Guard.LargestBuffer}", $"{inputs} inputs × {hidden}", () => RnnModel.Create(new RnnSpec(inputs, Cell.Elman(hidden)), 1));

    [Fact]
    public void Cell_Elman_sizeBelowOne_isRefused() => BadInput.SizeRefused("hiddenSize", size => Cell.Elman(size));

    [Fact]
    public void Cell_Elman_undefinedActivation_isRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>("activation", "Tanh or Relu", "17", () => Cell.Elman(3, (Activation)17));

    [Fact]
    public void Head_everyKind_sizeBelowOne_isRefused()
    {
        BadInput.SizeRefused("outputSize", size => Head.Linear(size));
        BadInput.SizeRefused("outputSize", size => Head.Sigmoid(size));
        BadInput.SizeRefused("outputSize", size => Head.Softmax(size));
    }

    [Fact]
    public void RnnSpec_constructor_sizeBelowOne_isRefused()
        => BadInput.SizeRefused("inputSize", size => _ = new RnnSpec(size, Cell.Elman(1)));

    [Fact]
    public void RnnSpec_constructor_nullCell_isRefused()
        => Assert.Throws<ArgumentNullException>("cell", () => new RnnSpec(1, null!));

    [Fact]
    public void RnnSpec_properties_describeTheNetwork()
    {
        var spec = new RnnSpec(2, Cell.Elman(5, Activation.Relu), Head.Sigmoid(3));
        Assert.Equal((2, 5, 3, 5), (spec.InputSize, spec.Cell.HiddenSize, spec.OutputSize, spec.StateSize));
        Assert.Equal(5, new RnnSpec(2, Cell.Elman(5)).OutputSize);
        Assert.Equal(new RnnSpec(2, Cell.Elman(5, Activation.Relu), Head.Sigmoid(3)), spec);
        Assert.NotEqual(new RnnSpec(2, Cell.Elman(5, Activation.Tanh), Head.Sigmoid(3)), spec);
        Assert.NotEqual(new RnnSpec(2, Cell.Elman(5, Activation.Relu), Head.Softmax(3)), spec);
    }
}
