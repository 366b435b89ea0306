using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cells;

/// <summary>A cell that uses every part of the contract: unit weights, two states, and values kept in the place of q.</summary>
public sealed class CustomCellTests
{
    /// <summary>Errors of float (6e-8) in memories that sum up over a few steps.</summary>
    private const double Tolerance = 2e-5;

    /// <summary>Below a vector's width, whole vectors, and vectors with a rest.</summary>
    public static TheoryData<int, bool> Sizes => new MatrixTheoryData<int, bool>([1, 3, 8, 16, 21, 37], [false, true]);

    public static TheoryData<int, SequenceShape, bool> Gradients
        => new MatrixTheoryData<int, SequenceShape, bool>(
            [1, 4, 9], [SequenceShape.ManyToMany, SequenceShape.ManyToOne, SequenceShape.OneToMany], [false, true]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void RnnModel_Run_customCellOfTwoStates_isTheReferenceAndEachSequenceAlone(int hidden, bool hasLengths)
    {
        StackData data = Case(hidden, SequenceShape.ManyToMany, hasLengths).Create();
        StackChecks.IsReference(data, Tolerance);
        StackChecks.IsEachSequenceAlone(data);
        if (!hasLengths)
        {
            StackChecks.IsStreamed(data);
        }
    }

    [Theory]
    [MemberData(nameof(Gradients))]
    public void Backpropagation_customCellOfTwoStates_isTheDifference(int hidden, SequenceShape shape, bool hasLengths)
        => StackGradients.Check(Case(hidden, shape, hasLengths));

    /// <summary>With a cell before it, so that gradients of the inputs are wanted too, and a dense layer behind it.</summary>
    private static StackCase Case(int hidden, SequenceShape shape, bool hasLengths)
        => new(
            3, [new ElmanCase(2, Activation.Tanh), new DecayingMemoryCase(hidden), new DenseCase(3, Activation.Identity)],
            Steps: 6, Batch: 3, shape, TakesIndices: false, hasLengths, Seed: 11);
}
