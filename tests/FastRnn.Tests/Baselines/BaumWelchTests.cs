using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class BaumWelchTests
{
    private const double Rounding = 1e-9;

    /// <summary>Neither end nor floors, so that formulas can be compared.</summary>
    private static readonly HiddenMarkovOptions Plain = new()
    {
        MaxIterations = 1,
        Tolerance = 0,
        ProbabilityFloor = 0,
        VarianceFloor = 1e-12,
        VarianceFloorShare = 0,
    };

    public static TheoryData<HiddenMarkovTopology, int, double> Starts
        => new MatrixTheoryData<HiddenMarkovTopology, int, double>(
            [HiddenMarkovTopology.Ergodic, HiddenMarkovTopology.LeftToRight], [1, 2, 3], [1e-6, 0.05]);

    [Fact]
    public void BaumWelch_Train_oneIterationOfSymbols_equalsTheExpectationOverAllPaths()
    {
        HiddenMarkovCase<int> first = HiddenMarkovCases.Categorical(seed: 1, states: 3, symbols: 4, steps: 5);
        HiddenMarkovCase<int> second = WithSequence(first, [3, 1, 0, 2, 2, 1]);
        BaumWelchResult<int> result = BaumWelch.Train(first.Model, [first.Sequence, second.Sequence], Plain);

        double[] initial = new double[3], transitions = new double[9], symbols = new double[12];
        foreach (HiddenMarkovCase<int> problem in new[] { first, second })
        {
            foreach ((int[] path, double probability) in problem.Paths())
            {
                double share = probability / problem.Likelihood();
                initial[path[0]] += share;
                for (int t = 0; t < problem.Steps; t++)
                {
                    symbols[path[t] * 4 + problem.Sequence[t]] += share;
                    if (t > 0)
                    {
                        transitions[path[t - 1] * 3 + path[t]] += share;
                    }
                }
            }
        }

        var emissions = (CategoricalEmissions)result.Model.Emissions;
        Near(RowShares(initial, 3), result.Model.InitialProbabilities, "π");
        Near(RowShares(transitions, 3), result.Model.Transitions, "a");
        Near(RowShares(symbols, 4), emissions.Probabilities, "b");
        Compare.Within(
            Math.Log(first.Likelihood()) + Math.Log(second.Likelihood()), result.LogLikelihoods[0], Rounding, "likelihood of the start");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BaumWelch_Train_oneIterationOfVectors_equalsTheExpectationOverAllPaths(int components)
    {
        HiddenMarkovCase<float> problem = HiddenMarkovCases.Gaussian(seed: 2, states: 2, components, size: 2, steps: 6);
        var start = (GaussianEmissions)problem.Model.Emissions;
        var trained = (GaussianEmissions)BaumWelch.Train(problem.Model, [problem.Sequence], Plain).Model.Emissions;

        // P(state and component at t | sequence) as the weight of x⟨t⟩.
        double[] posteriors = problem.Model.Posteriors(problem.Sequence);
        for (int c = 0; c < 2 * components; c++)
        {
            int state = c / components, component = c;
            double[] weights = [.. Enumerable.Range(0, 6).Select(t => posteriors[t * 2 + state] * ShareOf(t, state, component))];
            double ofState = Enumerable.Range(0, 6).Sum(t => posteriors[t * 2 + state]);
            Compare.Within(weights.Sum() / ofState, trained.Weights[c], Rounding, $"weight {c}");
            for (int d = 0; d < 2; d++)
            {
                double mean = weights.Select((w, t) => w * problem.Sequence[t * 2 + d]).Sum() / weights.Sum();
                double variance = weights.Select((w, t) => w * Math.Pow(problem.Sequence[t * 2 + d] - mean, 2)).Sum() / weights.Sum();
                Compare.Within(mean, trained.Means[c * 2 + d], Rounding, $"mean {c}, {d}");
                Compare.Within(variance, trained.Variances[c * 2 + d], Rounding, $"variance {c}, {d}");
            }
        }

        double ShareOf(int t, int state, int component)
        {
            double density = start.Weights[component];
            for (int d = 0; d < 2; d++)
            {
                double variance = start.Variances[component * 2 + d];
                double distance = problem.Sequence[t * 2 + d] - start.Means[component * 2 + d];
                density *= Math.Exp(-0.5 * distance * distance / variance) / Math.Sqrt(2 * Math.PI * variance);
            }

            return density / problem.Emission(t, state);
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void BaumWelch_Categorical_everyIteration_doesNotLowerTheLikelihood(
        HiddenMarkovTopology topology, int seed, double floor)
    {
        var random = new Random(seed);
        int[][] sequences = [.. Enumerable.Range(0, 10).Select(_ => RandomData.Indices(random, random.Next(1, 40), 5))];
        CheckRises(BaumWelch.Categorical(sequences, symbolCount: 6, stateCount: 4, Options(topology, seed, floor)), sequences);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void BaumWelch_Gaussian_everyIteration_doesNotLowerTheLikelihood(HiddenMarkovTopology topology, int seed, double floor)
    {
        var random = new Random(seed);
        float[][] sequences = [.. Enumerable.Range(0, 10).Select(_ => RandomData.Uniform(random, 3 * random.Next(1, 40)))];
        foreach (int components in new[] { 1, 3 })
        {
            HiddenMarkovOptions options = Options(topology, seed, floor) with { Components = components, VarianceFloorShare = 5 * floor };
            CheckRises(BaumWelch.Gaussian(sequences, size: 3, stateCount: 4, options), sequences);
        }
    }

    /// <summary>Up to the numbering of the states, which is that of the symbols they prefer.</summary>
    [Fact]
    public void BaumWelch_Categorical_sampledSequences_findsTheParameters()
    {
        double[] transitions = [0.9, 0.1, 0.2, 0.8], symbols = [0.7, 0.2, 0.1, 0.1, 0.1, 0.8];
        var model = new HiddenMarkovModel<int>([0.5, 0.5], transitions, new CategoricalEmissions(2, 3, symbols));
        int[][] sequences = [.. Enumerable.Range(0, 20).Select(seed => model.Sample(200, seed).Sequence)];
        BaumWelchResult<int> result = BaumWelch.Categorical(sequences, 3, 2, new() { Seed = 1 });
        var emissions = (CategoricalEmissions)result.Model.Emissions;
        bool isSwapped = emissions.Probabilities[0] < emissions.Probabilities[3];
        Assert.True(result.HasConverged);
        Near(isSwapped ? [0.8, 0.2, 0.1, 0.9] : transitions, result.Model.Transitions, "a", 0.04);
        Near(isSwapped ? [.. symbols[3..], .. symbols[..3]] : symbols, emissions.Probabilities, "b", 0.04);
    }

    [Fact]
    public void BaumWelch_Gaussian_sampledSequences_findsTheParameters()
    {
        double[] means = [0, 0, 3, -3, 6, 1], variances = [1, 0.5, 0.5, 1, 2, 1], transitions = [0.8, 0.2, 0, 0, 0.7, 0.3, 0, 0, 1];
        var model = new HiddenMarkovModel<float>([1, 0, 0], transitions, new GaussianEmissions(3, 2, means, variances));
        float[][] sequences = [.. Enumerable.Range(0, 200).Select(seed => model.Sample(15, seed).Sequence)];
        HiddenMarkovModel<float> trained = BaumWelch.Gaussian(
            sequences, size: 2, stateCount: 3, new() { Topology = HiddenMarkovTopology.LeftToRight, Tolerance = 1e-6 }).Model;
        var emissions = (GaussianEmissions)trained.Emissions;
        Near([1, 0, 0], trained.InitialProbabilities, "π");
        Near(transitions, trained.Transitions, "a", 0.05);
        Near(means, emissions.Means, "μ", 0.15);
        Near(variances, emissions.Variances, "σ²", 0.25);
    }

    /// <summary>One state, two components: an ordinary mixture.</summary>
    [Fact]
    public void BaumWelch_Gaussian_sampledMixture_findsTheComponents()
    {
        var model = new HiddenMarkovModel<float>([1], [1], new GaussianEmissions(1, 2, 1, [0.3, 0.7], [-2, 3], [0.5, 1]));
        float[] sequence = model.Sample(2000, seed: 1).Sequence;
        var trained = (GaussianEmissions)BaumWelch.Gaussian([sequence], 1, 1, new() { Components = 2, Seed = 1 }).Model.Emissions;
        int low = trained.Means[0] < trained.Means[1] ? 0 : 1;
        Compare.Within(0.3, trained.Weights[low], 0.03, "weight of the lower");
        Compare.Within(-2, trained.Means[low], 0.1, "mean of the lower");
        Compare.Within(0.5, trained.Variances[low], 0.1, "variance of the lower");
        Compare.Within(3, trained.Means[1 - low], 0.1, "mean of the upper");
        Compare.Within(1, trained.Variances[1 - low], 0.1, "variance of the upper");
    }

    [Fact]
    public void BaumWelch_Categorical_leftToRight_keepsImpossibleTransitions()
    {
        int[][] sequences = [.. Enumerable.Range(0, 5).Select(seed => RandomData.Indices(new Random(seed), 20, 3))];
        HiddenMarkovModel<int> model = BaumWelch.Categorical(
            sequences, 3, 3, new() { Topology = HiddenMarkovTopology.LeftToRight, MaxIterations = 5 }).Model;
        Near([1, 0, 0], model.InitialProbabilities, "π");
        for (int i = 0; i < 9; i++)
        {
            // To the same state or the next one.
            bool isPossible = i % 3 == i / 3 || i % 3 == i / 3 + 1;
            Assert.Equal(isPossible, model.Transitions[i] > 0);
        }

        Assert.Equal(1, model.Transitions[8]);
    }

    /// <summary>Without an iteration: 10 steps for 2 states, the first half in state 0, which is left after 5 steps on average.</summary>
    [Fact]
    public void BaumWelch_leftToRight_start_isTheEqualPartsOfTheSequences()
    {
        HiddenMarkovOptions options = new() { Topology = HiddenMarkovTopology.LeftToRight, MaxIterations = 0, ProbabilityFloor = 0 };
        HiddenMarkovModel<int> symbols = BaumWelch.Categorical([[0, 0, 0, 0, 1, 1, 1, 0, 1, 1]], 2, 2, options).Model;
        Near([0.8, 0.2, 0, 1], symbols.Transitions, "a of symbols");
        Near([0.8, 0.2, 0.2, 0.8], ((CategoricalEmissions)symbols.Emissions).Probabilities, "b");
        HiddenMarkovModel<float> vectors = BaumWelch.Gaussian([[1, 2, 1, 2, 4, 7, 7, 9, 9, 8]], 1, 2, options).Model;
        Near([0.8, 0.2, 0, 1], vectors.Transitions, "a of vectors");
        Near([2, 8], ((GaussianEmissions)vectors.Emissions).Means, "μ");
        Near([1.2, 0.8], ((GaussianEmissions)vectors.Emissions).Variances, "σ²");
    }

    /// <summary>Symbol 2 never occurs; the third value never changes.</summary>
    [Fact]
    public void BaumWelch_floors_valuesWithoutSpread_areTheLeast()
    {
        var symbols = (CategoricalEmissions)BaumWelch.Categorical([[0, 1, 0, 0, 1]], 3, 2, new() { ProbabilityFloor = 0.01 }).Model.Emissions;
        Assert.Equal(0.01, symbols.Probabilities[2]);
        Assert.Equal(0.01, symbols.Probabilities[5]);
        float[] sequence = [0, 1, 7, 2, 3, 7, 1, 0, 7, 3, 3, 7];
        var vectors = (GaussianEmissions)BaumWelch.Gaussian(
            [sequence], 3, 2, new() { VarianceFloor = 1e-3, VarianceFloorShare = 0.5 }).Model.Emissions;
        Assert.Equal(1e-3, vectors.Variances[2]);
        Assert.Equal(7, vectors.Means[2]);

        // Half of the variances of (0, 2, 1, 3) and (1, 3, 0, 3), 1.25 and 27/16.
        for (int state = 0; state < 2; state++)
        {
            Assert.InRange(vectors.Variances[3 * state], 0.625, 1.25);
            Assert.InRange(vectors.Variances[3 * state + 1], 27.0 / 32, 27.0 / 16);
        }
    }

    /// <summary>More states and components than different values: nothing is NaN, and the sequence is possible.</summary>
    [Theory]
    [InlineData(HiddenMarkovTopology.Ergodic)]
    [InlineData(HiddenMarkovTopology.LeftToRight)]
    public void BaumWelch_Gaussian_constantValues_givesAFiniteModel(HiddenMarkovTopology topology)
    {
        HiddenMarkovOptions options = new() { Topology = topology, Components = 2 };
        BaumWelchResult<float> result = BaumWelch.Gaussian([[4, 4, 4], [4]], 1, 5, options);
        Assert.All(result.LogLikelihoods, value => Assert.True(double.IsFinite(value)));
        Assert.All(((GaussianEmissions)result.Model.Emissions).Means.ToArray(), mean => Assert.Equal(4, mean));
    }

    [Fact]
    public void BaumWelch_options_iterationsToleranceAndSeed_decideTheResult()
    {
        var random = new Random(7);
        int[][] sequences = [.. Enumerable.Range(0, 10).Select(_ => RandomData.Indices(random, 30, 4))];
        BaumWelchResult<int> start = Train(new() { MaxIterations = 0 });
        Assert.Equal((1, false), (start.LogLikelihoods.Count, start.HasConverged));
        Assert.Equal(start.LogLikelihoods[0], sequences.Sum(sequence => start.Model.LogLikelihood(sequence)), Rounding);
        Assert.Equal(4, Train(new() { MaxIterations = 3, Tolerance = 0 }).LogLikelihoods.Count);
        Assert.Equal((2, true), (Train(new() { Tolerance = 1e6 }).LogLikelihoods.Count, Train(new() { Tolerance = 1e6 }).HasConverged));
        Assert.Equal(Train(new() { Seed = 5 }).LogLikelihoods, Train(new() { Seed = 5 }).LogLikelihoods);
        Assert.NotEqual(Train(new() { Seed = 5 }).LogLikelihoods, Train(new() { Seed = 6 }).LogLikelihoods);

        BaumWelchResult<int> Train(HiddenMarkovOptions options) => BaumWelch.Categorical(sequences, 4, 3, options);
    }

    [Fact]
    public void BaumWelch_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("sequences", "at least 1 sequence", "got 0", () => BaumWelch.Categorical([], 2, 2));
        BadInput.Refused<ArgumentException>("sequences", "step in sequences[1]", "got 0", () => BaumWelch.Categorical([[0], []], 2, 2));
        BadInput.Refused<ArgumentException>("sequences", "step in sequences[0]", "got 0", () => BaumWelch.Categorical([null!], 2, 2));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "sequences", "from 0 to 1", "sequences[1][0] is 2", () => BaumWelch.Categorical([[0], [2]], 2, 2));
        BadInput.Refused<ArgumentOutOfRangeException>("symbolCount", "at least 1", "got 0", () => BaumWelch.Categorical([[0]], 0, 2));
        BadInput.Refused<ArgumentOutOfRangeException>("stateCount", "at least 1", "got 0", () => BaumWelch.Categorical([[0]], 1, 0));
        BadInput.Refused<ArgumentOutOfRangeException>("stateCount", "at least 1", "got -1", () => BaumWelch.Gaussian([[0]], 1, -1));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "stateCount", "at most", "2147483647", () => BaumWelch.Categorical([[0]], 1, int.MaxValue));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "stateCount", "at most", "with 2 there", () => BaumWelch.Gaussian([new float[1 << 20]], 1 << 20, 2, new() { Components = 1 << 20 }));
        BadInput.Refused<ArgumentOutOfRangeException>("size", "at least 1", "got 0", () => BaumWelch.Gaussian([[0]], 0, 1));
        BadInput.Refused<ArgumentException>("sequences", "D = 2 values in sequences[0]", "got 3", () => BaumWelch.Gaussian([[0, 0, 0]], 2, 1));
        BadInput.Refused<ArgumentException>(
            "sequences", "finite", "sequences[1][0] is NaN", () => BaumWelch.Gaussian([[0], [float.NaN]], 1, 1));

        var model = new HiddenMarkovModel<int>([1], [1], new CategoricalEmissions(1, 2, [1, 0]));
        BadInput.Refused<ArgumentException>("sequences", "can emit", "sequence 1 is 0", () => BaumWelch.Train(model, [[0], [0, 1]]));
        BadInput.Refused<ArgumentOutOfRangeException>("sequences", "from 0 to 1", "is 2", () => BaumWelch.Train(model, [[2]]));
        Assert.Throws<ArgumentNullException>("start", () => BaumWelch.Train<int>(null!, [[0]]));

        OptionRefused("Topology", "7", new() { Topology = (HiddenMarkovTopology)7 });
        OptionRefused("Components", "0", new() { Components = 0 });
        OptionRefused("MaxIterations", "-1", new() { MaxIterations = -1 });
        OptionRefused("Tolerance", "NaN", new() { Tolerance = double.NaN });
        OptionRefused("ProbabilityFloor", "1", new() { ProbabilityFloor = 1 });
        OptionRefused("VarianceFloor", "0", new() { VarianceFloor = 0 });
        OptionRefused("VarianceFloorShare", "1.5", new() { VarianceFloorShare = 1.5 });

        static void OptionRefused(string member, string actual, HiddenMarkovOptions options)
            => BadInput.Refused<ArgumentOutOfRangeException>(
                "options", $"as {member},", $"got {actual}.", () => BaumWelch.Categorical([[0]], 1, 1, options));
    }

    private static HiddenMarkovOptions Options(HiddenMarkovTopology topology, int seed, double floor)
        => new() { Topology = topology, Seed = seed, ProbabilityFloor = floor, Tolerance = 0, MaxIterations = 20 };

    /// <summary>From iteration to iteration, and the last value is that of the model.</summary>
    private static void CheckRises<T>(BaumWelchResult<T> result, T[][] sequences)
        where T : struct
    {
        IReadOnlyList<double> values = result.LogLikelihoods;
        for (int i = 1; i < values.Count; i++)
        {
            Assert.True(values[i] >= values[i - 1] - Rounding, $"iteration {i}: from {values[i - 1]:R} to {values[i]:R}");
        }

        Assert.True(values[^1] > values[0] + 1, $"from {values[0]} only to {values[^1]}");
        Compare.Within(sequences.Sum(sequence => result.Model.LogLikelihood(sequence)), values[^1], Rounding, "the model's likelihood");
    }

    private static HiddenMarkovCase<int> WithSequence(HiddenMarkovCase<int> problem, int[] sequence)
    {
        var emissions = (CategoricalEmissions)problem.Model.Emissions;
        int symbols = emissions.SymbolCount;
        return new(problem.Model, sequence, (t, state) => emissions.Probabilities[state * symbols + sequence[t]]);
    }

    private static double[] RowShares(double[] counts, int columns)
        => [.. counts.Chunk(columns).SelectMany(row => row.Select(count => count / row.Sum()))];

    private static void Near(double[] expected, ReadOnlySpan<double> actual, string what, double bound = Rounding)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], bound, $"{what}[{i}]");
        }
    }
}
