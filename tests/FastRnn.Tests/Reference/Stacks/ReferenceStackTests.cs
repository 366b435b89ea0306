using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>How the reference puts layers, sequences and lengths together; its differences against the gradients of the chain
/// rule.</summary>
public sealed class ReferenceStackTests
{
    /// <summary>Some roundings of double.</summary>
    private const double Tolerance = 1e-13;

    /// <summary>Of central differences, which err by some 1e-10.</summary>
    private const double DifferenceTolerance = 1e-8;

    private static readonly LayerCase Double = new DenseCase(1, Activation.Identity);

    private static readonly LayerCase Sum = new ElmanCase(1, Activation.Relu);

    [Fact]
    public void ReferenceStack_Forward_elmanAndDense_isTheElmanReference()
    {
        var shape = new NetworkShape(3, 4, Activation.Tanh, Activation.Identity, 2);
        StackData data = new StackCase(
            3, [new ElmanCase(4, Activation.Tanh), new DenseCase(2, Activation.Identity)], 5, 3, SequenceShape.ManyToMany, false, false, 6)
            .Create();
        var network = new ReferenceNetwork(shape, RandomData.ToDouble(data.Parameters));
        ReferenceNetwork.Trace trace = network.Forward(data.WideInputs(), RandomData.ToDouble(data.InitialState), 5, 3);
        StackResult result = data.Reference();
        Equal(trace.Outputs, result.Outputs, Tolerance);
        Equal(trace.FinalState, result.FinalState, Tolerance);

        ReferenceLoss loss = ReferenceLoss.BinaryCrossEntropy;
        double[] targets = RandomData.ToDouble(data.Probabilities);
        var gradients = new ReferenceBackpropagation(network, trace, loss.Gradient(trace.Logits, targets, 15, sigmoid: false));
        var differences = new StackDifferences(data, [loss]);
        Equal([loss.Value(trace.Logits, targets, 15, sigmoid: false)], differences.Losses, Tolerance);
        Equal(gradients.Parameters, differences.Parameters[0], DifferenceTolerance);
        Equal(gradients.Inputs, differences.Inputs[0], DifferenceTolerance);
        Equal(gradients.InitialState, differences.InitialState[0], DifferenceTolerance);
    }

    [Fact]
    public void StackDifferences_finalGradient_isThatOfTheFinalState()
    {
        // h⟨2⟩ = x⟨2⟩ + x⟨1⟩ + h⟨0⟩ + 2·b while that is positive.
        StackData data = Stack([Sum], SequenceShape.ManyToMany).Create();
        data.Parameters.AsSpan().Fill(1);
        data.Inputs.Values.AsSpan().Fill(2);
        data.FinalGradient[0] = 3;
        var differences = new StackDifferences(data, [ReferenceLoss.HalfSquaredError]);
        Equal([3, 3], differences.Inputs[^1], DifferenceTolerance);
        Equal([3], differences.InitialState[^1], DifferenceTolerance);
        Assert.Equal(6, differences.Parameters[^1][2], DifferenceTolerance);
    }

    [Theory]
    [InlineData(SequenceShape.ManyToMany, new[] { 2.0, 10, 6, 0, 14, 0 }, new[] { 7.0, 5 })]
    [InlineData(SequenceShape.ManyToOne, new[] { 14.0, 10 }, new[] { 7.0, 5 })]
    public void ReferenceStack_Forward_lengths_isWorkedOutByHand(SequenceShape shape, double[] outputs, double[] final)
    {
        // Sums from 0 of the sequences 1, 2, 4 and 5, doubled.
        StackCase stack = Stack([Sum, Double], shape) with { Steps = 3, Batch = 2, HasLengths = true };
        StackResult result = new ReferenceStack(stack, [1, 1, 0, 2, 0]).Forward([1, 5, 2, 99, 4, 99], [0, 0], [3, 1]);
        Assert.Equal(outputs, result.Outputs);
        Assert.Equal(final, result.FinalState);
        Assert.Equal(outputs.Count(value => value != 0), result.Rows);
    }

    [Fact]
    public void ReferenceStack_Forward_manyToOneOfBothDirections_isEachOnesLast()
    {
        // Forward sums 1, 3, 7 and backward sums 4, 6, 7 of 1, 2, 4, weighted 1 and 10: 7 + 70; at the last step alone it were 7 + 40.
        StackCase stack = Stack([new BidirectionalCase((CellCase)Sum), new DropoutCase(0.5f), Double], SequenceShape.ManyToOne);
        StackResult result = new ReferenceStack(stack with { Steps = 3 }, [1, 1, 0, 1, 1, 0, 1, 10, 0]).Forward([1, 2, 4], [0, 0], null);
        Assert.Equal([77], result.Outputs);
        Assert.Equal([7, 7], result.FinalState);
    }

    [Fact]
    public void ReferenceStack_Forward_oneToMany_feedsOutputsBack()
    {
        // h⟨t⟩ = x⟨t⟩ + h⟨t−1⟩ from 1, y⟨t⟩ = 2·h⟨t⟩, x⟨t+1⟩ = y⟨t⟩: h = 3 + 1, 8 + 4, 24 + 12.
        StackCase stack = Stack([Sum, Double], SequenceShape.OneToMany) with { Steps = 3 };
        StackResult result = new ReferenceStack(stack, [1, 1, 0, 2, 0]).Forward([3], [1], null);
        Assert.Equal([8, 24, 72], result.Outputs);
        Assert.Equal([36], result.FinalState);
    }

    [Fact]
    public void ReferenceStack_Forward_oneToManyOfIndices_feedsTheLargestBack()
    {
        // Index 0 makes 1 the largest, 1 makes 2, 2 makes 0; the outputs are the columns of W.
        StackCase single = Stack([new DenseCase(3, Activation.Identity)], SequenceShape.OneToMany);
        StackCase stack = single with { Inputs = 3, Steps = 4, TakesIndices = true };
        StackResult result = new ReferenceStack(stack, [4, 1, 9, 5, 2, 3, 1, 7, 8, 0, 0, 0]).Forward([1, 0, 0], [], null);
        Assert.Equal([4, 5, 1, 1, 2, 7, 9, 3, 8, 4, 5, 1], result.Outputs);
        Assert.Equal(1, result.Smoothness.Least);
    }

    private static StackCase Stack(LayerCase[] layers, SequenceShape shape) => new(1, layers, 2, 1, shape, false, false, 1);

    private static void Equal(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }
}
