using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The reference's layers, with numbers small enough to work out by hand.</summary>
public sealed class LayerCaseTests
{
    /// <summary>Some roundings of double.</summary>
    private const double Tolerance = 1e-13;

    private static readonly double Ln3 = Math.Log(3);

    [Theory]
    [InlineData(ActivationKind.Identity, 1.5, -5)]
    [InlineData(ActivationKind.Relu, 1.5, 0)]
    public void DenseCase_Forward_isWorkedOutByHand(ActivationKind activation, double first, double second)
    {
        // [1·2 + 2·(−1) + 1.5, 3·2 + 4·(−1) − 7]
        Equal([first, second], Forward(new DenseCase(2, Activations.Of(activation)), [[2, -1]], [1, 2, 3, 4, 1.5, -7], []));
    }

    [Fact]
    public void DenseCase_Forward_curvedActivations_areWorkedOutByHand()
    {
        double[] parameters = [1, -1, 0, 0];
        Equal([0.8, -0.8], Forward(new DenseCase(2, Activation.Tanh), [[Ln3]], parameters, []));
        Equal([0.75, 0.25], Forward(new DenseCase(2, Activation.Sigmoid), [[Ln3]], parameters, []));
        Equal([0.75, 0.25], Forward(new DenseCase(2, Activation.Softmax), [[Ln3 / 2]], parameters, []));
    }

    [Fact]
    public void TimeDelayCase_Forward_window_isWorkedOutByHand()
    {
        // Width 3, dilation 2: y⟨t⟩ = 1 + 100·x⟨t−4⟩ + 10·x⟨t−2⟩ + x⟨t⟩, with x⟨−3⟩ to x⟨0⟩ = 5, 6, 7, 8 in the state.
        double[] state = [5, 6, 7, 8];
        Equal([572, 683, 714], Forward(new TimeDelayCase(1, 3, 2, Activation.Identity), [[1], [2], [3]], [100, 10, 1, 1], state));
        Equal([8, 1, 2, 3], state);
    }

    [Fact]
    public void TimeDelayCase_Forward_twoInputs_takesTheOldestStepFirst()
    {
        // y⟨t⟩ = 1000·x₁⟨t−1⟩ + 100·x₂⟨t−1⟩ + 10·x₁⟨t⟩ + x₂⟨t⟩
        double[] state = [1, 2];
        Equal([1234, 3456], Forward(new TimeDelayCase(1, 2, 1, Activation.Relu), [[3, 4], [5, 6]], [1000, 100, 10, 1, 0], state));
        Equal([5, 6], state);
    }

    [Fact]
    public void EmbeddingCase_Forward_isTheRowOfTheIndex()
        => Equal([5, 6, 1, 2], Forward(new EmbeddingCase(2), [[0, 0, 1], [1, 0, 0]], [1, 2, 3, 4, 5, 6], []));

    [Fact]
    public void BidirectionalCase_Forward_isWorkedOutByHand()
    {
        // Forward h⟨t⟩ = x⟨t⟩ + 10·h⟨t−1⟩ from 1, backward h⟨t⟩ = 2·x⟨t⟩ + 3·h⟨t+1⟩ from 2.
        var layer = new BidirectionalCase(new ElmanCase(1, Activation.Relu));
        double[] state = [1, 2];
        double[][] x = [[1], [2], [3]];
        double[] outputs = Forward(layer, x, [1, 10, 0, 2, 3, 0], state);
        Equal([11, 122, 112, 40, 1123, 12], outputs);
        Equal([1123, 122], state);
    }

    [Fact]
    public void ReversedCase_Forward_isWorkedOutByHand()
    {
        // h⟨t⟩ = 2·x⟨t⟩ + 3·h⟨t+1⟩ from 2.
        var layer = new ReversedCase(new ElmanCase(1, Activation.Relu));
        double[] state = [2];
        double[] outputs = Forward(layer, [[1], [2], [3]], [2, 3, 0], state);
        Equal([122, 40, 12], outputs);
        Equal([122], state);
        Equal([122], layer.Last([[122], [40], [12]]));
    }

    [Fact]
    public void BidirectionalCase_Forward_lstmState_isHiddenOfBothThenMemoryOfBoth()
    {
        var cell = new LstmCase(2, Peepholes: false);
        var layer = new BidirectionalCase(cell);
        var random = new Random(4);
        double[] parameters = Enumerable.Range(0, layer.ParameterCount(1)).Select(_ => random.NextDouble() - 0.5).ToArray();
        double[] state = [1, 2, 3, 4, 5, 6, 7, 8];
        double[] outputs = Forward(layer, [[1], [2]], parameters, state);

        double[] forward = [1, 2, 5, 6];
        double[] backward = [3, 4, 7, 8];
        double[] ahead = Forward(cell, [[1], [2]], parameters[..(parameters.Length / 2)], forward);
        double[] back = Forward(cell, [[2], [1]], parameters[(parameters.Length / 2)..], backward);
        Equal([.. ahead[..2], .. back[2..], .. ahead[2..], .. back[..2]], outputs);
        Equal([.. forward[..2], .. backward[..2], .. forward[2..], .. backward[2..]], state);
    }

    [Fact]
    public void BidirectionalCase_Last_isEachDirectionsOwn()
        => Equal([5, 6, 3, 4], new BidirectionalCase(new ElmanCase(2, Activation.Tanh)).Last([[1, 2, 3, 4], [5, 6, 7, 8]]));

    private static double[] Forward(LayerCase layer, double[][] x, double[] parameters, double[] state)
    {
        Assert.Equal(layer.ParameterCount(x[0].Length), parameters.Length);
        Assert.Equal(layer.StateSize(x[0].Length), state.Length);
        return layer.Forward(x, parameters, state, new Smoothness()).SelectMany(row => row).ToArray();
    }

    private static void Equal(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -Tolerance, Tolerance));
    }
}
