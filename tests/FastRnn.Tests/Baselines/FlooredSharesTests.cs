using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class FlooredSharesTests
{
    [Theory]
    [InlineData(new double[] { 1, 3 }, 0, new double[] { 0.25, 0.75 })]
    [InlineData(new double[] { 0, 1, 7 }, 0.15, new double[] { 0.15, 0.15, 0.7 })]
    [InlineData(new double[] { 0, 1, 9 }, 0.1, new double[] { 0.1, 0.1, 0.8 })]
    [InlineData(new double[] { 0, 0, 0 }, 0.1, new double[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 })]
    [InlineData(new double[] { 0, 8 }, 0.9, new double[] { 0.25, 0.75 })]
    public void FlooredShares_Estimate_evenBefore_givesWhatIsWorkedOutByHand(double[] counts, double floor, double[] expected)
    {
        var shares = new double[counts.Length];
        FlooredShares.Estimate(counts, [.. counts.Select(_ => 1.0 / counts.Length)], floor, shares);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], shares[i], 1e-15, $"share {i}");
        }
    }

    [Fact]
    public void FlooredShares_Estimate_impossibleBefore_staysImpossible()
    {
        var shares = new double[3];
        FlooredShares.Estimate([0, 0, 5], [0.5, 0, 0.5], 0.1, shares);
        Assert.Equal([0.1, 0], shares[..2]);
        Compare.Within(0.9, shares[2], 1e-15, "the rest");
    }

    /// <summary>Among all distributions of a fine grid that keep to the floor, none has a larger Σ count·ln p.</summary>
    [Fact]
    public void FlooredShares_Estimate_randomCounts_isTheMaximum()
    {
        const int Grid = 60;
        const double Floor = 0.15;
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            double[] counts = [.. Enumerable.Range(0, 3).Select(_ => Math.Pow(random.NextDouble(), 4))], shares = new double[3];
            FlooredShares.Estimate(counts, [0.3, 0.3, 0.4], Floor, shares);
            Assert.All(shares, share => Assert.InRange(share, Floor, 1));
            Compare.Within(1, shares.Sum(), 1e-12, "sum");
            for (int i = 9; i <= Grid; i++)
            {
                for (int j = 9; Grid - i - j >= 9; j++)
                {
                    double other = Value([(double)i / Grid, (double)j / Grid, (double)(Grid - i - j) / Grid]);
                    Assert.True(Value(shares) >= other - 1e-12, $"{Value(shares)} < {other}");
                }
            }

            double Value(double[] p) => counts.Zip(p, (count, share) => count * Math.Log(share)).Sum();
        }
    }
}
