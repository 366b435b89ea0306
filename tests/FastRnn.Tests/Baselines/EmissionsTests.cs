using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

/// <summary>Densities are compared with their formula in <see cref="HiddenMarkovModelTests"/>.</summary>
public sealed class EmissionsTests
{
    [Fact]
    public void CategoricalEmissions_LogProbabilities_symbols_areColumnsOfTheTable()
    {
        var emissions = new CategoricalEmissions(2, 3, [0.5, 0.25, 0.25, 0, 0.5, 0.5]);
        Assert.Equal(
            [Math.Log(0.25), Math.Log(0.5), Math.Log(0.5), double.NegativeInfinity], emissions.LogProbabilities([2, 0]));
        Assert.Equal((2, 3, 1), (emissions.StateCount, emissions.SymbolCount, emissions.Width));
    }

    /// <summary>N(1; 0, 4) = e^(−1/8) / √(8π).</summary>
    [Fact]
    public void GaussianEmissions_LogProbabilities_oneValue_isTheDensityWorkedOutByHand()
    {
        var emissions = new GaussianEmissions(1, 1, [0], [4]);
        Compare.Within(-0.125 - 0.5 * Math.Log(8 * Math.PI), emissions.LogProbabilities([1])[0], 1e-14, "ln N(1; 0, 4)");
    }

    /// <summary>A component without weight has no part in the density, wherever it lies.</summary>
    [Fact]
    public void GaussianEmissions_LogProbabilities_componentWithoutWeight_doesNotCount()
    {
        var single = new GaussianEmissions(1, 1, [0], [1]);
        var mixture = new GaussianEmissions(1, 2, 1, [1, 0], [0, 5], [1, 1]);
        Assert.Equal(single.LogProbabilities([5])[0], mixture.LogProbabilities([5])[0], 1e-14);
    }

    [Fact]
    public void CategoricalEmissions_badInput_isRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("stateCount", "at least 1", "got 0", () => _ = new CategoricalEmissions(0, 1, []));
        BadInput.Refused<ArgumentOutOfRangeException>("symbolCount", "at least 1", "got 0", () => _ = new CategoricalEmissions(1, 0, []));
        BadInput.Refused<ArgumentException>("probabilities", "[S, V] = 2", "got 1", () => _ = new CategoricalEmissions(1, 2, [1]));
        BadInput.Refused<ArgumentException>("probabilities", "at least 0", "-0.5", () => _ = new CategoricalEmissions(1, 2, [1.5, -0.5]));
    }

    [Fact]
    public void GaussianEmissions_badInput_isRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("stateCount", "at least 1", "got 0", () => _ = new GaussianEmissions(0, 1, [], []));
        BadInput.Refused<ArgumentOutOfRangeException>("size", "at least 1", "got 0", () => _ = new GaussianEmissions(1, 0, [], []));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "componentCount", "at least 1", "got 0", () => _ = new GaussianEmissions(1, 0, 1, [], [], []));
        BadInput.Refused<ArgumentException>(
            "weights", "sum to 1", "sums to 0.5", () => _ = new GaussianEmissions(1, 1, 1, [0.5], [0], [1]));
        BadInput.Refused<ArgumentException>("means", "[S, K, D] = 2", "got 1", () => _ = new GaussianEmissions(1, 2, [0], [1, 1]));
        BadInput.Refused<ArgumentException>("means", "finite", "means[0] is NaN", () => _ = new GaussianEmissions(1, 1, [double.NaN], [1]));
        BadInput.Refused<ArgumentException>("variances", "[S, K, D] = 1", "got 2", () => _ = new GaussianEmissions(1, 1, [0], [1, 1]));
        BadInput.Refused<ArgumentException>("variances", "above 0", "got 0", () => _ = new GaussianEmissions(1, 1, [0], [0]));
        BadInput.Refused<ArgumentException>(
            "variances", "finite", "Infinity", () => _ = new GaussianEmissions(1, 1, [0], [double.PositiveInfinity]));
    }
}
