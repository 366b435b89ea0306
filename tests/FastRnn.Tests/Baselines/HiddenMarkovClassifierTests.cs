using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class HiddenMarkovClassifierTests
{
    private static readonly HiddenMarkovModel<int> MostlyZeros = OneState(0.9);
    private static readonly HiddenMarkovModel<int> MostlyOnes = OneState(0.2);

    /// <summary>0.75·0.9·0.1 against 0.25·0.2·0.8.</summary>
    [Fact]
    public void HiddenMarkovClassifier_Posteriors_twoSymbols_areThoseOfBayesRule()
    {
        var classifier = new HiddenMarkovClassifier<int>([MostlyZeros, MostlyOnes], [0.75, 0.25]);
        double[] posteriors = classifier.Posteriors([0, 1]);
        Compare.Within(0.0675 / 0.1075, posteriors[0], 1e-12, "class 0");
        Compare.Within(0.04 / 0.1075, posteriors[1], 1e-12, "class 1");
        Assert.Equal(0, classifier.Classify([0, 1]));
        Assert.Equal(1, classifier.Classify([1, 1]));
    }

    /// <summary>Both classes have the same symbols equally often, and differ in their order alone.</summary>
    [Fact]
    public void HiddenMarkovClassifier_Train_classesThatDifferInOrder_tellsThemApart()
    {
        var random = new Random(1);
        (int[][] sequences, int[] labels) = Orders(random, 60);
        HiddenMarkovClassifier<int> classifier = HiddenMarkovClassifier.Train(
            sequences, labels, classCount: 2, own => BaumWelch.Categorical(own, 2, 2, new() { Seed = 3 }).Model);
        (int[][] tests, int[] expected) = Orders(random, 100);
        double right = tests.Zip(expected, (sequence, label) => classifier.Classify(sequence) == label ? 1.0 : 0).Average();
        Assert.True(right > 0.95, $"right: {right}");

        // Labels 0 stay with a symbol for long, labels 1 change it most of the time.
        static (int[][] Sequences, int[] Labels) Orders(Random random, int count)
        {
            int[] labels = [.. Enumerable.Range(0, count).Select(n => n % 2)];
            return ([.. labels.Select(label => Symbols(random, label == 0 ? 0.1 : 0.9))], labels);
        }

        static int[] Symbols(Random random, double change)
        {
            var symbols = new int[random.Next(25, 40)];
            symbols[0] = random.Next(2);
            for (int t = 1; t < symbols.Length; t++)
            {
                symbols[t] = random.NextDouble() < change ? 1 - symbols[t - 1] : symbols[t - 1];
            }

            return symbols;
        }
    }

    [Fact]
    public void HiddenMarkovClassifier_Train_eachClass_hasItsOwnSequencesAndShare()
    {
        int[][] sequences = [[0], [1], [1], [0, 0]];
        var seen = new List<int[][]>();
        HiddenMarkovClassifier<int> classifier = HiddenMarkovClassifier.Train(sequences, [1, 0, 1, 1], 2, own =>
        {
            seen.Add([.. own]);
            return MostlyOnes;
        });
        Assert.Equal([[[1]], [[0], [1], [0, 0]]], seen);
        Assert.Equal([0.25, 0.75], classifier.Priors.ToArray());
        Assert.Equal(2, classifier.Models.Count);
    }

    [Fact]
    public void HiddenMarkovClassifier_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("models", "at least 1", "got 0", () => _ = new HiddenMarkovClassifier<int>([], []));
        BadInput.Refused<ArgumentException>(
            "priors", "[classes] = 1", "got 2", () => _ = new HiddenMarkovClassifier<int>([MostlyOnes], [0.5, 0.5]));
        BadInput.Refused<ArgumentException>(
            "priors", "sum to 1", "sums to 0.5", () => _ = new HiddenMarkovClassifier<int>([MostlyOnes], [0.5]));
        BadInput.Refused<ArgumentException>(
            "models", "1 values a step", "one of 2", () => _ = new HiddenMarkovClassifier<float>([OfSize(1), OfSize(2)], [0.5, 0.5]));

        BadInput.Refused<ArgumentOutOfRangeException>("classCount", "at least 1", "got 0", () => Train([0], 0));
        BadInput.Refused<ArgumentException>("labels", "each sequence = 1", "got 2", () => Train([0, 0], 1));
        BadInput.Refused<ArgumentOutOfRangeException>("labels", "from 0 to 1", "labels[0] is 2", () => Train([2], 2));
        BadInput.Refused<ArgumentException>("labels", "each class", "class 0 has 0", () => Train([1], 2));

        var onlyZeros = new HiddenMarkovClassifier<int>([OneState(1)], [1]);
        BadInput.Refused<ArgumentException>("sequence", "can emit", "0 in all", () => onlyZeros.Classify([0, 1]));
        BadInput.Refused<ArgumentException>("sequence", "at least 1 step", "got 0", () => onlyZeros.Posteriors([]));

        static void Train(int[] labels, int classes) => HiddenMarkovClassifier.Train<int>([[0]], labels, classes, _ => MostlyOnes);

        static HiddenMarkovModel<float> OfSize(int size) => new([1], [1], new GaussianEmissions(1, size, new double[size], [.. Ones(size)]));

        static IEnumerable<double> Ones(int count) => Enumerable.Repeat(1.0, count);
    }

    private static HiddenMarkovModel<int> OneState(double zero) => new([1], [1], new CategoricalEmissions(1, 2, [zero, 1 - zero]));
}
