using FastRnn.Baselines.Hopfield;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class HopfieldNetworkTests
{
    private const double Rounding = 1e-12;

    private static readonly float[] First = [1, -1, 1, -1];
    private static readonly float[] Second = [1, 1, -1, -1];

    private static readonly HopfieldNetwork TwoPatterns = HopfieldNetwork.Hebbian([First, Second]);

    public static TheoryData<bool> Rules => [false, true];

    [Fact]
    public void HopfieldNetwork_Hebbian_twoPatterns_givesTheWeightsWorkedOutByHand()
        => Assert.Equal([0, 0, 0, -0.5, 0, 0, -0.5, 0, 0, -0.5, 0, 0, -0.5, 0, 0, 0], TwoPatterns.Weights.ToArray());

    /// <summary>−½·(2·w₀₃·s₀·s₃ + 2·w₁₂·s₁·s₂).</summary>
    [Theory]
    [InlineData(new float[] { 1, -1, 1, -1 }, -1)]
    [InlineData(new float[] { 1, 1, 1, 1 }, 1)]
    [InlineData(new float[] { 1, 1, -1, 1 }, 0)]
    public void HopfieldNetwork_Energy_smallStates_isTheOneWorkedOutByHand(float[] state, double expected)
        => Compare.Within(expected, TwoPatterns.Energy(state), Rounding, "energy");

    /// <summary>X·(XᵀX)⁻¹·Xᵀ for the columns (1, 1, 1) and (1, 1, −1), which have the product 1: ½ between the first two units, else 0.
    /// </summary>
    [Fact]
    public void HopfieldNetwork_PseudoInverse_twoPatterns_givesTheWeightsWorkedOutByHand()
    {
        HopfieldNetwork network = HopfieldNetwork.PseudoInverse([[1, 1, 1], [1, 1, -1]]);
        double[] expected = [0, 0.5, 0, 0.5, 0, 0, 0, 0, 0];
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], network.Weights[i], Rounding, $"weights[{i}]");
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void HopfieldNetwork_recall_tenthOfUnitsFlipped_findsThePattern(bool isPseudoInverse)
    {
        const int Size = 200;
        float[][] patterns = Signs.Patterns(new Random(1), 10, Size);
        HopfieldNetwork network = Store(isPseudoInverse, patterns);
        var random = new Random(2);
        foreach (float[] pattern in patterns)
        {
            float[] noisy = Signs.Flipped(random, pattern, Size / 10);
            HopfieldRecall asynchronous = network.RecallAsynchronously(noisy, seed: 3);
            HopfieldRecall synchronous = network.RecallSynchronously(noisy);
            Assert.Equal(pattern, asynchronous.State);
            Assert.Equal(pattern, synchronous.State);
            Assert.Equal(HopfieldOutcome.Stable, asynchronous.Outcome);
            Assert.Equal(HopfieldOutcome.Stable, synchronous.Outcome);
        }
    }

    /// <summary>Sweep after sweep, and at the end no unit can lower the energy by flipping.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void HopfieldNetwork_RecallAsynchronously_anyStart_lowersTheEnergyToALocalMinimum(bool isPseudoInverse)
    {
        const int Size = 40;
        var random = new Random(4);
        HopfieldNetwork network = Store(isPseudoInverse, Signs.Patterns(random, 15, Size));
        for (int start = 0; start < 20; start++)
        {
            float[] state = Signs.Patterns(random, 1, Size)[0];
            double energy = network.Energy(state);
            HopfieldRecall recall;
            do
            {
                recall = network.RecallAsynchronously(state, seed: start, maxSweeps: 1);
                double next = network.Energy(recall.State);
                Assert.True(next <= energy + Rounding, $"energy rose from {energy} to {next}");
                (state, energy) = (recall.State, next);
            }
            while (recall.Outcome != HopfieldOutcome.Stable);

            for (int i = 0; i < Size; i++)
            {
                state[i] = -state[i];
                Assert.True(network.Energy(state) >= energy - Rounding, $"flipping unit {i} lowers the energy");
                state[i] = -state[i];
            }
        }
    }

    /// <summary>Two units that inhibit each other: both flip at once, for ever; one after the other, the first one settles it.</summary>
    [Fact]
    public void HopfieldNetwork_recall_unitsThatInhibitEachOther_alternatesOnlyWhenSynchronous()
    {
        HopfieldNetwork network = HopfieldNetwork.Hebbian([[1, -1]]);
        HopfieldRecall synchronous = network.RecallSynchronously([1, 1]);
        Assert.Equal((HopfieldOutcome.Alternating, 2), (synchronous.Outcome, synchronous.Sweeps));
        Assert.Equal([1, 1], synchronous.State);
        HopfieldRecall asynchronous = network.RecallAsynchronously([1, 1], seed: 1);
        Assert.Equal((HopfieldOutcome.Stable, 2), (asynchronous.Outcome, asynchronous.Sweeps));
        Assert.Equal(0, asynchronous.State.Sum());
        Assert.Equal(HopfieldOutcome.Unfinished, network.RecallSynchronously([1, 1], maxSweeps: 1).Outcome);
    }

    /// <summary>A field of 0 leaves a unit as it is: there is nothing to recall in orthogonal directions.</summary>
    [Fact]
    public void HopfieldNetwork_recall_fieldsOfZero_changeNothing()
    {
        HopfieldNetwork network = HopfieldNetwork.Hebbian([[1, 1], [1, -1]]);
        foreach (float[] state in new float[][] { [1, 1], [1, -1], [-1, 1], [-1, -1] })
        {
            Assert.Equal(state, network.RecallSynchronously(state).State);
            Assert.Equal(state, network.RecallAsynchronously(state, seed: 5).State);
        }
    }

    /// <summary>Below 0.138·n patterns recall stays near the pattern, beyond it it is lost: the transition is abrupt.</summary>
    [Fact]
    public void HopfieldNetwork_Hebbian_patternsAroundCapacity_areKeptBelowAndLostAbove()
    {
        double below = Overlap(0.10), above = Overlap(0.20);
        Assert.True(below > 0.98, $"overlap at 0.10 n: {below}");
        Assert.True(above < 0.7, $"overlap at 0.20 n: {above}");

        // The mean overlap (1/n)·ξᵀs of patterns with what recall makes of them.
        static double Overlap(double load)
        {
            const int Size = 400;
            float[][] patterns = Signs.Patterns(new Random(6), (int)(load * Size), Size);
            HopfieldNetwork network = HopfieldNetwork.Hebbian(patterns);
            return patterns.Take(10).Average(pattern => Signs.Overlap(pattern, network.RecallAsynchronously(pattern, seed: 7).State));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(63)]
    [InlineData(64)]
    public void HopfieldNetwork_PseudoInverse_upToNPatterns_allAreFixedPoints(int count)
    {
        const int Size = 64;
        float[][] patterns = Signs.Patterns(new Random(8), count, Size);
        HopfieldNetwork network = HopfieldNetwork.PseudoInverse(patterns);
        Assert.All(patterns, pattern => Assert.Equal(pattern, network.RecallSynchronously(pattern).State));
    }

    /// <summary>Patterns that differ in few units disturb each other in Hebbian storage, and the projection tells them apart.</summary>
    [Fact]
    public void HopfieldNetwork_PseudoInverse_similarPatterns_areFixedPointsUnlikeWithHebbian()
    {
        const int Size = 100;
        var random = new Random(9);
        float[] center = Signs.Patterns(random, 1, Size)[0];
        float[][] patterns = [.. Enumerable.Range(0, 20).Select(_ => Signs.Flipped(random, center, 10))];
        HopfieldNetwork projection = HopfieldNetwork.PseudoInverse(patterns);
        HopfieldNetwork hebbian = HopfieldNetwork.Hebbian(patterns);
        Assert.All(patterns, pattern => Assert.Equal(pattern, projection.RecallSynchronously(pattern).State));
        Assert.All(patterns, pattern => Assert.NotEqual(pattern, hebbian.RecallSynchronously(pattern).State));
    }

    [Fact]
    public void HopfieldNetwork_PseudoInverse_dependentPattern_addsNothing()
    {
        float[][] patterns = Signs.Patterns(new Random(10), 5, 30);
        float[] negative = [.. patterns[2].Select(value => -value)];
        Assert.Equal(
            HopfieldNetwork.PseudoInverse(patterns).Weights, HopfieldNetwork.PseudoInverse([.. patterns, negative]).Weights);
    }

    [Fact]
    public void HopfieldNetwork_badInput_isRefused()
    {
        foreach (Func<IReadOnlyList<float[]>, HopfieldNetwork> store in new[] { HopfieldNetwork.Hebbian, HopfieldNetwork.PseudoInverse })
        {
            BadInput.Refused<ArgumentException>("patterns", "at least 1 pattern", "got 0", () => store([]));
            BadInput.Refused<ArgumentException>("patterns", "at least 1 value", "got 0", () => store([[]]));
            BadInput.Refused<ArgumentException>("patterns", "a pattern", "patterns[1] is null", () => store([[1], null!]));
            BadInput.Refused<ArgumentException>("patterns", "patterns[1] = 2", "got 1", () => store([[1, 1], [1]]));
            BadInput.Refused<ArgumentException>("patterns", "+1 or -1", "patterns[0][1] is 0", () => store([[1, 0]]));
            BadInput.Refused<ArgumentException>("patterns", "+1 or -1", "patterns[0][0] is NaN", () => store([[float.NaN, 1]]));
            Assert.Throws<ArgumentNullException>(() => store(null!));
        }

        Action<float[]>[] uses =
        [
            state => TwoPatterns.Energy(state),
            state => TwoPatterns.RecallAsynchronously(state, seed: 1),
            state => TwoPatterns.RecallSynchronously(state),
        ];
        foreach (Action<float[]> use in uses)
        {
            BadInput.Refused<ArgumentException>("state", "[n] = 4", "got 3", () => use([1, 1, 1]));
            BadInput.Refused<ArgumentException>("state", "+1 or -1", "state[3] is 0.5", () => use([1, 1, 1, 0.5f]));
        }

        Refused(sweeps => TwoPatterns.RecallAsynchronously(First, seed: 1, sweeps));
        Refused(sweeps => TwoPatterns.RecallSynchronously(First, sweeps));

        static void Refused(Func<int, HopfieldRecall> recall)
            => BadInput.Refused<ArgumentOutOfRangeException>("maxSweeps", "at least 1", "got 0", () => recall(0));
    }

    private static HopfieldNetwork Store(bool isPseudoInverse, float[][] patterns)
        => isPseudoInverse ? HopfieldNetwork.PseudoInverse(patterns) : HopfieldNetwork.Hebbian(patterns);
}
