using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>The parts of a state that specs list, against what runs.</summary>
public sealed class StatePartsTests
{
    private const int Seed = 7;

    /// <summary>Of values near 1 that take a few operations in float.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Names => Zoo.Names;

    [Fact]
    public void RnnSpec_StateParts_everyKind_areNamedAndInOrder()
    {
        var spec = new RnnSpec(
            3, Layer.TimeDelay(4, 3, 2), Cell.Lstm(5), Layer.Dense(2), Cell.Bidirectional(Cell.Lstm(6)), Cell.Reversed(Cell.Lstm(7)),
            Cell.Custom<DecayingMemoryCell>(8), Cell.Jordan(9, 2), Layer.TimeDelay(4, 1, 5), Cell.Bidirectional(Cell.Gru(3)),
            Cell.Elman(4));
        Assert.Equal(
            [
                new StatePart(0, "window", false, 0, 12), new StatePart(1, "h", false, 12, 5), new StatePart(1, "c", false, 17, 5),
                new StatePart(3, "h", false, 22, 6), new StatePart(3, "h", true, 28, 6), new StatePart(3, "c", false, 34, 6),
                new StatePart(3, "c", true, 40, 6), new StatePart(4, "h", true, 46, 7), new StatePart(4, "c", true, 53, 7),
                new StatePart(5, "h", false, 60, 8), new StatePart(5, "s2", false, 68, 8), new StatePart(6, "h", false, 76, 2),
                new StatePart(8, "h", false, 78, 3), new StatePart(8, "h", true, 81, 3), new StatePart(9, "h", false, 84, 4),
            ],
            spec.StateParts);
        Assert.Equal(88, spec.StateSize);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnSpec_StateParts_everyNetwork_lieOneBehindAnotherLayerByLayer(string name)
    {
        RnnSpec spec = Zoo.Spec(name);
        int offset = 0;
        foreach (StatePart part in spec.StateParts)
        {
            Assert.Equal(offset, part.Offset);
            offset += part.Length;
        }

        Assert.Equal(offset, spec.StateSize);
        for (int layers = 1; layers <= spec.Layers.Count; layers++)
        {
            StatePart[] parts = [.. spec.StateParts.TakeWhile(part => part.Layer < layers)];
            Assert.Equal(spec.First(layers).StateParts, parts);
            Assert.Equal(spec.First(layers).StateSize, parts.Sum(part => part.Length));
        }
    }

    /// <summary>After one step from a state of zeros but for one part: layers below, and the other direction, have not seen it. A window of
    /// one step has been replaced.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void RnnModel_Run_onePartOfTheState_changesItsDirectionAndWhatStandsAbove(string name)
    {
        RnnModel model = RnnModel.Create(Zoo.Spec(name), Seed);
        IReadOnlyList<StatePart> parts = model.Spec.StateParts;
        (float[] zeroOutputs, float[] zeroFinal) = Step(new float[model.Spec.StateSize]);
        foreach (StatePart set in parts)
        {
            var state = new float[model.Spec.StateSize];
            RandomData.Uniform(Seed, set.Length).CopyTo(state, set.Offset);
            (float[] outputs, float[] final) = Step(state);

            // A pooling has no use for a part of its state alone.
            Assert.True(
                model.Spec.Layers[set.Layer].ReducesTime || !Compare.AreSameBits(zeroOutputs, outputs), $"{set} changes no output");
            foreach (StatePart part in parts)
            {
                bool same = Compare.AreSameBits(Of(zeroFinal, part), Of(final, part));
                if (part.Layer < set.Layer || (part.Layer == set.Layer && part.IsReverse != set.IsReverse))
                {
                    Assert.True(same, $"{set} changes {part}");
                }
                else if (part.Layer == set.Layer && model.Spec.Layers[set.Layer] is CellSpec or BidirectionalSpec or ReversedSpec)
                {
                    Assert.False(same, $"{set} does not change {part}");
                }
            }
        }

        (float[] Outputs, float[] Final) Step(float[] state)
        {
            var batch = new ZooBatch(model.Spec, 1, [1], isRagged: false, Seed);
            var outputs = new float[batch.OutputLength];
            var final = new float[state.Length];
            batch.Run(model, outputs, state, final);
            return (outputs, final);
        }
    }

    /// <summary>With weights of 0 every gate is ½ and the candidate 0, so that c⟨1⟩ = ½·c⟨0⟩ and h⟨1⟩ = ½·tanh(c⟨1⟩), whatever h⟨0⟩
    /// is.</summary>
    [Fact]
    public void RnnModel_Run_memoryOfBothDirections_isWhereItsPartSays()
    {
        const int Hidden = 3;
        RnnSpec spec = new(2, Layer.TimeDelay(2, 2), Cell.Bidirectional(Cell.Lstm(Hidden)));
        RnnModel model = RnnModel.FromParameters(spec, new float[(int)spec.ParameterCount]);
        var state = new float[spec.StateSize];
        Fill("h", isReverse: false, 0.3f);
        Fill("h", isReverse: true, -0.7f);
        Fill("c", isReverse: false, 2);
        Fill("c", isReverse: true, -4);
        float[] inputs = [0.5f, 0.25f], outputs = new float[2 * Hidden];
        var final = new float[spec.StateSize];
        model.Run(inputs, outputs, new() { Steps = 1, Sequences = 1 }, state, final);
        Assert.Equal(inputs, Of(final, Part("window", isReverse: false)));
        Assert.All(Of(final, Part("c", isReverse: false)), value => Assert.Equal(1, value));
        Assert.All(Of(final, Part("c", isReverse: true)), value => Assert.Equal(-2, value));
        Assert.All(Of(final, Part("h", isReverse: false)), value => Compare.Within(Math.Tanh(1) / 2, value, Tolerance, "h→"));
        Assert.All(Of(final, Part("h", isReverse: true)), value => Compare.Within(Math.Tanh(-2) / 2, value, Tolerance, "h←"));
        Compare.SameBits(outputs, [.. Of(final, Part("h", isReverse: false)), .. Of(final, Part("h", isReverse: true))], "output");

        StatePart Part(string part, bool isReverse) => spec.StateParts.Single(other => (other.Name, other.IsReverse) == (part, isReverse));

        void Fill(string part, bool isReverse, float value)
            => state.AsSpan(Part(part, isReverse).Offset, Part(part, isReverse).Length).Fill(value);
    }

    [Fact]
    public void RnnSession_Step_window_hasTheOldestInputFirst()
    {
        RnnSpec spec = new(2, Cell.Elman(2, Activation.Identity), Layer.TimeDelay(1, 3));
        RnnModel model = RnnModel.FromParameters(spec, [1, 0, 0, 1, .. new float[(int)spec.ParameterCount - 4]]);
        StatePart window = spec.StateParts[1];
        Assert.Equal(("window", 4), (window.Name, window.Length));
        var state = new float[spec.StateSize];
        float[] past = [1, 2, 3, 4];
        past.CopyTo(state, window.Offset);
        using RnnSession session = model.CreateSession();
        session.SetState(state);
        session.Step([5, 6], new float[1]);
        session.CopyStateTo(state);
        Assert.Equal([3, 4, 5, 6], Of(state, window));
    }

    private static float[] Of(float[] state, StatePart part) => state[part.Offset..(part.Offset + part.Length)];
}
