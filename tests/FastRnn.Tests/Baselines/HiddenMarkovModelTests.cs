using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class HiddenMarkovModelTests
{
    private const double Rounding = 1e-10;

    /// <summary>A patient who is healthy or has a fever, and feels normal, cold or dizzy.</summary>
    private static readonly HiddenMarkovModel<int> Patient = new(
        [0.6, 0.4], [0.7, 0.3, 0.4, 0.6], new CategoricalEmissions(2, 3, [0.5, 0.4, 0.1, 0.1, 0.3, 0.6]));

    public static TheoryData<int, int> Sizes => new MatrixTheoryData<int, int>([1, 2, 4], [1, 2, 5]);

    /// <summary>α: (0.3, 0.04), (0.0904, 0.0342), (0.007696, 0.028584).</summary>
    [Fact]
    public void HiddenMarkovModel_normalColdDizzy_givesWhatIsWorkedOutByHand()
    {
        int[] days = [0, 1, 2];
        Compare.Within(0.03628, Math.Exp(Patient.LogLikelihood(days)), Rounding, "likelihood");
        StatePath path = Patient.Decode(days);
        Assert.Equal([0, 0, 1], path.States);
        Compare.Within(0.01512, Math.Exp(path.LogProbability), Rounding, "best path");
        double[] filtered = Patient.Filter(days);
        Near([0.3 / 0.34, 0.04 / 0.34, 0.0904 / 0.1246, 0.0342 / 0.1246, 0.007696 / 0.03628, 0.028584 / 0.03628], filtered, "filtered");

        // β of the last but one step: (0.7·0.1 + 0.3·0.6, 0.4·0.1 + 0.6·0.6).
        double[] posteriors = Patient.Posteriors(days);
        Near([0.0904 * 0.25 / 0.03628, 0.0342 * 0.4 / 0.03628], posteriors[2..4], "posteriors");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void HiddenMarkovModel_symbols_equalsTheSumOverAllPaths(int states, int steps)
        => CheckAgainstPaths(HiddenMarkovCases.Categorical(states * 10 + steps, states, symbols: 3, steps));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void HiddenMarkovModel_vectors_equalsTheSumOverAllPaths(int states, int steps)
        => CheckAgainstPaths(HiddenMarkovCases.Gaussian(states * 10 + steps, states, components: 1, size: 3, steps));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void HiddenMarkovModel_mixtures_equalsTheSumOverAllPaths(int states, int steps)
        => CheckAgainstPaths(HiddenMarkovCases.Gaussian(states * 10 + steps, states, components: 3, size: 2, steps));

    /// <summary>Probabilities of whole sequences far below the least double.</summary>
    [Fact]
    public void HiddenMarkovModel_longSequence_doesNotUnderflow()
    {
        HiddenMarkovSample<int> sample = Patient.Sample(steps: 20_000, seed: 1);
        double logLikelihood = Patient.LogLikelihood(sample.Sequence);
        Assert.InRange(logLikelihood / 20_000, -Math.Log(3), -0.9);
        double[] posteriors = Patient.Posteriors(sample.Sequence);
        for (int t = 0; t < 20_000; t++)
        {
            Compare.Within(1, posteriors[2 * t] + posteriors[2 * t + 1], 1e-7, $"posteriors at {t}");
        }

        // The hidden states are found more often than by the better constant guess.
        int[] path = Patient.Decode(sample.Sequence).States;
        double right = path.Zip(sample.States, (a, b) => a == b ? 1.0 : 0).Average();
        double larger = Math.Max(sample.States.Average(), 1 - sample.States.Average());
        Assert.True(right > larger + 0.1, $"right: {right}, the more frequent state: {larger}");
    }

    /// <summary>The only possible state is 10⁶ deviations away from its mean and the impossible one is right there: e^(−5·10¹¹) counts.
    /// </summary>
    [Fact]
    public void HiddenMarkovModel_valueFarFromItsState_doesNotUnderflow()
    {
        var model = new HiddenMarkovModel<float>([1, 0], [0.5, 0.5, 0, 1], new GaussianEmissions(2, 1, [0, 1e6], [1, 1]));
        double scale = -0.5 * Math.Log(2 * Math.PI);
        Compare.Within(scale - 5e11, model.LogLikelihood([1e6f]), 1e-3, "one step");

        // Two steps: 1e6 is emitted by state 0, then 0 by state 0 or by state 1, which is as far.
        double expected = 2 * scale - 5e11 + Math.Log(0.5);
        Compare.Within(expected, model.LogLikelihood([1e6f, 0]), 1e-3, "two steps");
        Assert.Equal([0, 0], model.Decode([1e6f, 0]).States);
        Assert.Equal([1, 0, 1, 0], model.Posteriors([1e6f, 0]));
    }

    [Fact]
    public void HiddenMarkovModel_sequenceThatItCannotEmit_hasProbabilityZeroAndNoStates()
    {
        var model = new HiddenMarkovModel<int>([1, 0], [0, 1, 1, 0], new CategoricalEmissions(2, 2, [1, 0, 0, 1]));
        Assert.Equal(0, model.LogLikelihood([0, 1, 0]));
        Assert.Equal([0, 1, 0], model.Decode([0, 1, 0]).States);
        Assert.Equal(double.NegativeInfinity, model.LogLikelihood([0, 0, 1]));
        Action<int[]>[] uses = [s => model.Decode(s), s => model.Filter(s), s => model.Posteriors(s)];
        foreach (Action<int[]> use in uses)
        {
            BadInput.Refused<ArgumentException>("sequence", "can emit", "probability is 0", () => use([0, 0, 1]));
        }
    }

    /// <summary>Both states are the same: the lower one is taken everywhere.</summary>
    [Fact]
    public void HiddenMarkovModel_Decode_equallyProbablePaths_takesTheLowerState()
    {
        var model = new HiddenMarkovModel<int>(
            [0.5, 0.5], [0.5, 0.5, 0.5, 0.5], new CategoricalEmissions(2, 2, [0.25, 0.75, 0.25, 0.75]));
        Assert.Equal([0, 0, 0], model.Decode([0, 1, 1]).States);
    }

    [Fact]
    public void HiddenMarkovModel_Sample_manySteps_hasTheModelsFrequencies()
    {
        const int Steps = 50_000;
        HiddenMarkovSample<int> sample = Patient.Sample(Steps, seed: 2);

        // The stationary distribution of the chain is (4/7, 3/7).
        Compare.Within(3.0 / 7, sample.States.Average(), 0.02, "share of state 1");
        Compare.Within(0.3, Share(t => t > 0 && sample.States[t - 1] == 0, t => sample.States[t] == 1), 0.02, "a₀₁");
        Compare.Within(0.6, Share(t => sample.States[t] == 1, t => sample.Sequence[t] == 2), 0.02, "b₁(2)");
        Assert.Equal(sample.Sequence, Patient.Sample(Steps, seed: 2).Sequence);

        double Share(Func<int, bool> of, Func<int, bool> what)
            => Enumerable.Range(0, Steps).Where(of).Average(t => what(t) ? 1.0 : 0);
    }

    [Fact]
    public void HiddenMarkovModel_Sample_mixture_hasItsMeanAndVariance()
    {
        // 0.25·N(−1, 0.1) + 0.75·N(3, 0.5): mean 2, variance 0.25·(0.1 + 9) + 0.75·(0.5 + 1).
        var model = new HiddenMarkovModel<float>([1], [1], new GaussianEmissions(1, 2, 1, [0.25, 0.75], [-1, 3], [0.1, 0.5]));
        float[] values = model.Sample(50_000, seed: 3).Sequence;
        double mean = values.Average();
        Compare.Within(2, mean, 0.03, "mean");
        Compare.Within(3.4, values.Average(value => (value - mean) * (value - mean)), 0.05, "variance");
    }

    [Fact]
    public void HiddenMarkovModel_badInput_isRefused()
    {
        var symbols = new CategoricalEmissions(2, 3, [0.5, 0.4, 0.1, 0.1, 0.3, 0.6]);
        BadInput.Refused<ArgumentException>(
            "initialProbabilities", "[S] = 2", "got 1", () => _ = new HiddenMarkovModel<int>([1], [1, 0, 0, 1], symbols));
        BadInput.Refused<ArgumentException>(
            "initialProbabilities", "sum to 1", "sums to 0.9", () => _ = new HiddenMarkovModel<int>([0.5, 0.4], [1, 0, 0, 1], symbols));
        BadInput.Refused<ArgumentException>(
            "transitions", "sum to 1", "row 1 sums to 2", () => _ = new HiddenMarkovModel<int>([1, 0], [1, 0, 1, 1], symbols));
        BadInput.Refused<ArgumentException>(
            "transitions", "at least 0", "row 0 has NaN", () => _ = new HiddenMarkovModel<int>([1, 0], [double.NaN, 0, 1, 0], symbols));
        Assert.Throws<ArgumentNullException>("emissions", () => new HiddenMarkovModel<int>([1, 0], [1, 0, 0, 1], null!));
        BadInput.Refused<ArgumentOutOfRangeException>("steps", "at least 1", "got 0", () => Patient.Sample(0, seed: 1));
        foreach (Action<int[]> use in Uses(Patient))
        {
            BadInput.Refused<ArgumentException>("sequence", "at least 1 step", "got 0", () => use([]));
            BadInput.Refused<ArgumentOutOfRangeException>("sequence", "from 0 to 2", "sequence[1] is 3", () => use([0, 3]));
            BadInput.Refused<ArgumentOutOfRangeException>("sequence", "from 0 to 2", "sequence[0] is -1", () => use([-1, 0]));
        }

        HiddenMarkovModel<float> vectors = new([1], [1], new GaussianEmissions(1, 2, [0, 0], [1, 1]));
        foreach (Action<float[]> use in Uses(vectors))
        {
            BadInput.Refused<ArgumentException>("sequence", "at least 1 step", "got 0", () => use([]));
            BadInput.Refused<ArgumentException>("sequence", "D = 2", "got 3", () => use([0, 0, 0]));
            BadInput.Refused<ArgumentException>("sequence", "finite", "sequence[1] is NaN", () => use([0, float.NaN]));
        }

        static Action<T[]>[] Uses<T>(HiddenMarkovModel<T> model)
            where T : struct
            => [
                s => model.LogLikelihood(s), s => model.Decode(s), s => model.Filter(s), s => model.Posteriors(s),
                s => model.Emissions.LogProbabilities(s),
            ];
    }

    private static void CheckAgainstPaths<T>(HiddenMarkovCase<T> problem)
        where T : struct
    {
        HiddenMarkovModel<T> model = problem.Model;
        int states = model.StateCount;
        double likelihood = problem.Likelihood();
        Compare.Within(Math.Log(likelihood), model.LogLikelihood(problem.Sequence), Rounding, "log likelihood");

        (int[] bestStates, double best) = problem.Paths().MaxBy(path => path.Probability);
        StatePath path = model.Decode(problem.Sequence);
        Assert.Equal(bestStates, path.States);
        Compare.Within(Math.Log(best), path.LogProbability, Rounding, "best path");

        double[] logs = model.Emissions.LogProbabilities(problem.Sequence);
        double[] posteriors = model.Posteriors(problem.Sequence);
        double[] filtered = model.Filter(problem.Sequence);
        Assert.Equal(problem.Steps * states, posteriors.Length);
        for (int i = 0; i < posteriors.Length; i++)
        {
            (int t, int state) = (i / states, i % states);
            HiddenMarkovCase<T> prefix = problem.Prefix(t + 1);
            Compare.Within(Math.Log(problem.Emission(t, state)), logs[i], Rounding, $"emission {i}");
            Compare.Within(Share(problem, t, state), posteriors[i], Rounding, $"posterior {i}");
            Compare.Within(Share(prefix, t, state), filtered[i], Rounding, $"filtered {i}");
        }

        static double Share(HiddenMarkovCase<T> of, int t, int state)
            => of.Paths().Where(path => path.States[t] == state).Sum(path => path.Probability) / of.Likelihood();
    }

    private static void Near(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], Rounding, $"{what}[{i}]");
        }
    }
}
