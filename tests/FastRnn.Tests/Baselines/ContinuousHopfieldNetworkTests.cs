using FastRnn.Baselines.Hopfield;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class ContinuousHopfieldNetworkTests
{
    private const double Rounding = 1e-6;

    /// <summary>Patterns (1, 0) and (0, 2), ξ = (1, 1), β = ln 3: products ln 3 and 2·ln 3, so shares 3/12 and 9/12.</summary>
    [Fact]
    public void ContinuousHopfieldNetwork_Recall_twoPatterns_isTheAverageWorkedOutByHand()
    {
        var network = new ContinuousHopfieldNetwork([[1, 0], [0, 2]], Math.Log(3));
        double[] shares = network.Associate([1, 1]);
        Compare.Within(0.25, shares[0], Rounding, "share of the first");
        Compare.Within(0.75, shares[1], Rounding, "share of the second");
        float[] next = network.Recall([1, 1]);
        Compare.Within(0.25, next[0], Rounding, "next[0]");
        Compare.Within(1.5, next[1], Rounding, "next[1]");

        // −ln(12)/β + ½·2 + ln(2)/β + ½·4
        Compare.Within(3 + (Math.Log(2) - Math.Log(12)) / Math.Log(3), network.Energy([1, 1]), Rounding, "energy");
    }

    [Fact]
    public void ContinuousHopfieldNetwork_Recall_largeBeta_findsTheClosestPatternInOneStep()
    {
        // Far more patterns than the 0.138·n of a Hebbian network.
        float[][] patterns = Signs.Patterns(new Random(1), 300, 100);
        var network = new ContinuousHopfieldNetwork(patterns, beta: 1);
        var random = new Random(2);
        foreach (float[] pattern in patterns.Take(20))
        {
            float[] recalled = network.Recall(Signs.Flipped(random, pattern, 10));
            Assert.Equal(pattern, recalled.Select(value => MathF.Round(value)));
        }
    }

    [Fact]
    public void ContinuousHopfieldNetwork_Recall_smallBeta_endsInTheMeanOfAllPatterns()
    {
        var network = new ContinuousHopfieldNetwork([[1, 0], [0, 1], [-1, 2]], beta: 1e-6);
        float[] recalled = network.Recall([5, 5]);
        Compare.Within(0, recalled[0], 1e-4, "recalled[0]");
        Compare.Within(1, recalled[1], 1e-4, "recalled[1]");
    }

    [Fact]
    public void ContinuousHopfieldNetwork_Energy_alongUpdates_neverRisesAndIsNeverNegative()
    {
        var random = new Random(3);
        float[][] patterns = [.. Enumerable.Range(0, 12).Select(_ => RandomData.Uniform(random, 8))];
        foreach (double beta in new[] { 0.1, 1, 10 })
        {
            var network = new ContinuousHopfieldNetwork(patterns, beta);
            float[] state = RandomData.Uniform(random, 8, bound: 3);
            for (int step = 0; step < 20; step++)
            {
                float[] next = network.Recall(state);
                Assert.True(network.Energy(next) <= network.Energy(state) + Rounding, $"step {step} of β = {beta} raises the energy");
                Assert.True(network.Energy(next) >= 0, $"energy {network.Energy(next)}");
                state = next;
            }
        }
    }

    /// <summary>The patterns are copied, and several steps are the same as one after the other.</summary>
    [Fact]
    public void ContinuousHopfieldNetwork_Recall_severalSteps_equalsOneAfterTheOther()
    {
        float[][] patterns = [[1, 0.5f], [0, -1]];
        var network = new ContinuousHopfieldNetwork(patterns, beta: 2);
        patterns[0][0] = 100;
        float[] once = network.Recall(network.Recall(network.Recall([0.5f, 0.5f])));
        float[] together = network.Recall([0.5f, 0.5f], steps: 3);
        Compare.Within(once[0], together[0], Rounding, "[0]");
        Compare.Within(once[1], together[1], Rounding, "[1]");
        Assert.InRange(together[0], 0, 1);
    }

    [Fact]
    public void ContinuousHopfieldNetwork_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("patterns", "at least 1", "got 0", () => _ = new ContinuousHopfieldNetwork([], 1));
        BadInput.Refused<ArgumentException>(
            "patterns", "finite", "patterns[0][1] is Infinity", () => _ = new ContinuousHopfieldNetwork([[1, float.PositiveInfinity]], 1));
        foreach (double beta in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            BadInput.Refused<ArgumentOutOfRangeException>(
                "beta", "above 0", $"got {beta}", () => _ = new ContinuousHopfieldNetwork([[1]], beta));
        }

        var network = new ContinuousHopfieldNetwork([[1, 2]], 1);
        Assert.Equal((2, 1, 1.0), (network.Size, network.PatternCount, network.Beta));
        BadInput.Refused<ArgumentOutOfRangeException>("steps", "at least 1", "got 0", () => network.Recall([1, 1], 0));
        foreach (Action<float[]> use in new Action<float[]>[] { s => network.Recall(s), s => network.Energy(s), s => network.Associate(s) })
        {
            BadInput.Refused<ArgumentException>("state", "[n] = 2", "got 1", () => use([1]));
            BadInput.Refused<ArgumentException>("state", "finite", "state[0] is NaN", () => use([float.NaN, 1]));
        }
    }
}
