using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Specs are equal when all their parts are, and nothing changes a spec.</summary>
public sealed class SpecEqualityTests
{
    /// <summary>Makes each layer anew, so that no two of them are the same object.</summary>
    private static readonly Func<LayerSpec>[] Makers =
    [
        () => Cell.Elman(3), () => Cell.Elman(4), () => Cell.Elman(3, Activation.Relu),
        () => Cell.Jordan(3, 2), () => Cell.Jordan(4, 2), () => Cell.Jordan(3, 3), () => Cell.Jordan(3, 2, Activation.Relu),
        () => Cell.Jordan(3, 2, Activation.Tanh, Activation.Sigmoid),
        () => Cell.Lstm(3), () => Cell.Lstm(4), () => Cell.Lstm(3, peepholes: true),
        () => Cell.Elman(3) with { Clip = 1 }, () => Cell.Lstm(3) with { Clip = 1 }, () => Cell.Lstm(3) with { CoupledGates = true },
        () => Cell.Lstm(3) with { OutputActivation = Activation.Relu }, () => Cell.Gru(3) with { GateActivation = Activation.Relu },
        () => Cell.Gru(3), () => Cell.Gru(4), () => Cell.Gru(3, resetAfter: false),
        () => Cell.Custom<Cells.DecayingMemoryCell>(3), () => Cell.Custom<Cells.DecayingMemoryCell>(4),
        () => Cell.Bidirectional(Cell.Elman(3)), () => Cell.Bidirectional(Cell.Elman(4)), () => Cell.Bidirectional(Cell.Lstm(3)),
        () => Cell.Reversed(Cell.Elman(3)), () => Cell.Reversed(Cell.Elman(4)), () => Cell.Reversed(Cell.Lstm(3)),
        () => Layer.Dense(3), () => Layer.Dense(4), () => Layer.Dense(3, Activation.Tanh),
        () => Layer.TimeDelay(3, 2), () => Layer.TimeDelay(4, 2), () => Layer.TimeDelay(3, 3), () => Layer.TimeDelay(3, 2, 2),
        () => Layer.TimeDelay(3, 2, 1, Activation.Relu),
        () => Layer.Dropout(0.5f), () => Layer.Dropout(0.25f), () => Layer.Dropout(0.5f, 1),
    ];

    [Fact]
    public void RnnSpec_Equals_everyPairOfLayers_isWhetherAllPartsAreEqual()
    {
        for (int i = 0; i < Makers.Length; i++)
        {
            for (int j = 0; j < Makers.Length; j++)
            {
                var one = new RnnSpec(3, Cell.Elman(2), Makers[i]());
                var other = new RnnSpec(3, Cell.Elman(2), Makers[j]());
                Assert.True((i == j) == (one == other), $"{one.Layers[1]} and {other.Layers[1]}");
                if (i == j)
                {
                    Assert.Equal(one.GetHashCode(), other.GetHashCode());
                }
            }
        }
    }

    /// <summary>Each made twice, alone and within both kinds of layers that have a cell.</summary>
    [Fact]
    public void CellSpec_Equals_everyPairOfOptions_isWhetherAllAreEqual()
    {
        // Of the eight places of activations one has two that plain cells have too, the others one; and all other options.
        int count = 8 * Activations.OfCells.Length - 9 + 27;
        CellSpec[] ones = [.. CellVariants.Plain(3), .. CellVariants.WithOptions(3)];
        CellSpec[] others = [.. CellVariants.Plain(3), .. CellVariants.WithOptions(3)];
        Assert.Equal(CellVariants.Plain(3).Length + count, ones.Length);
        for (int i = 0; i < ones.Length; i++)
        {
            for (int j = 0; j < others.Length; j++)
            {
                Assert.True((i == j) == (ones[i] == others[j]), $"{ones[i]} and {others[j]}");
                Assert.True((i == j) == (Cell.Bidirectional(ones[i]) == Cell.Bidirectional(others[j])), $"{ones[i]} and {others[j]}");
                Assert.True((i == j) == (Cell.Reversed(ones[i]) == Cell.Reversed(others[j])), $"{ones[i]} and {others[j]}");
            }

            Assert.NotSame(ones[i], others[i]);
            Assert.Equal(ones[i].GetHashCode(), others[i].GetHashCode());
            Assert.NotEqual(ones[i], CellVariants.WithOptions(4)[i % count]);
        }
    }

    [Fact]
    public void RnnSpec_Equals_otherParts_differ()
    {
        var spec = new RnnSpec(3, Layer.Dense(3), Cell.Gru(3));
        Assert.NotEqual(spec, new RnnSpec(2, Layer.Dense(3), Cell.Gru(3)));
        Assert.NotEqual(spec, new RnnSpec(3, Cell.Gru(3), Layer.Dense(3)));
        Assert.NotEqual(spec, new RnnSpec(3, Layer.Dense(3)));
        Assert.NotEqual(spec, RnnSpec.ForIndices(3, Layer.Dense(3), Cell.Gru(3)));
        Assert.NotEqual(spec, spec with { Shape = SequenceShape.ManyToOne });
        Assert.NotEqual(spec with { Shape = SequenceShape.OneToMany }, spec with { Shape = SequenceShape.ManyToOne });
        Assert.Equal(spec, spec with { Shape = SequenceShape.ManyToMany });
        Assert.False(spec.Equals(null));
        Assert.Equal(
            RnnSpec.ForIndices(5, Layer.Embedding(2), Cell.Lstm(3)), RnnSpec.ForIndices(5, Layer.Embedding(2), Cell.Lstm(3)));
        Assert.NotEqual(
            RnnSpec.ForIndices(5, Layer.Embedding(2), Cell.Lstm(3)), RnnSpec.ForIndices(5, Layer.Embedding(4), Cell.Lstm(3)));
    }

    [Fact]
    public void RnnSpec_Layers_cannotBeWritten()
    {
        LayerSpec[] layers = [Cell.Elman(3), Layer.Dense(2)];
        var spec = new RnnSpec(3, layers);
        layers[1] = Cell.Gru(9);
        Assert.Equal(Layer.Dense(2), spec.Layers[1]);
        Assert.False(spec.Layers is LayerSpec[], "the array itself is handed out");
        Assert.Throws<NotSupportedException>(() => ((IList<LayerSpec>)spec.Layers)[0] = Cell.Gru(9));
    }
}
