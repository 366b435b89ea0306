using FastRnn.Baselines.Text;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class NGramModelTests
{
    private const double Rounding = 1e-12;

    /// <summary>"a b a a" with V = 3.</summary>
    private static readonly int[] Text = [0, 1, 0, 0];

    /// <summary>
    /// Without context a has 3 of 4, b 1, and 2 kinds: (3 + 2/3)/6 = 11/18, (1 + 2/3)/6 = 5/18, (2/3)/6 = 2/18. After a come b and a once each,
    /// 2 of 2 kinds: (1 + 2·11/18)/4, (1 + 2·5/18)/4, (2·2/18)/4. After b comes a: (1 + 11/18)/2 and so on. c has no followers.
    /// </summary>
    [Fact]
    public void NGramModel_WittenBell_fourTokens_hasTheProbabilitiesWorkedOutByHand()
    {
        NGramModel model = NGramModel.TrainWittenBell(Text, vocabularySize: 3, order: 2);
        double[] unigram = [11 / 18.0, 5 / 18.0, 2 / 18.0];
        Near(unigram, model.Distribution([]));
        Near([(1 + 2 * unigram[0]) / 4, (1 + 2 * unigram[1]) / 4, 2 * unigram[2] / 4], model.Distribution([2, 0]));
        Near([(1 + unigram[0]) / 2, unigram[1] / 2, unigram[2] / 2], model.Distribution([1]));
        Near(unigram, model.Distribution([2]));
        Compare.Within((1 + unigram[0]) / 2, model.Probability([0, 0, 1], 0), Rounding, "P(a | a a b)");

        // a, then b after a, then c after b.
        double bits = -(Math.Log2(unigram[0]) + Math.Log2((1 + 2 * unigram[1]) / 4) + Math.Log2(unigram[2] / 2)) / 3;
        Compare.Within(bits, model.BitsPerToken([0, 1, 2]), Rounding, "bits");
        Compare.Within(Math.Pow(2, bits), model.Perplexity([0, 1, 2]), Rounding, "perplexity");
    }

    /// <summary>
    /// Order 1: P(w) = λ·share + (1 − λ)/2 with shares ¾ and ¼. Held-out "a b" is the most probable where P(a) = P(b): λ = 0; held-out
    /// "a a a a" with λ = 1; held-out "a a b", where P(a) = 2/3: λ = (2/3 − ½)/¼. Towards 0 and 1 the iterations get slow.
    /// </summary>
    [Theory]
    [InlineData(new[] { 0, 1 }, 0.5, 0.015)]
    [InlineData(new[] { 0, 0, 0, 0 }, 0.75, 0.015)]
    [InlineData(new[] { 0, 0, 1 }, 2 / 3.0, 1e-3)]
    public void NGramModel_JelinekMercer_oneWeight_isTheBestForTheHeldOutText(int[] heldOut, double expected, double bound)
    {
        NGramModel model = NGramModel.TrainJelinekMercer(Text, heldOut, vocabularySize: 2, order: 1);
        Compare.Within(expected, model.Probability([], 0), bound, "P(a)");
    }

    /// <summary>One weight after a token and one without: no other two of a fine grid make the held-out text more probable.</summary>
    [Fact]
    public void NGramModel_JelinekMercer_twoWeights_areTheBestForTheHeldOutText()
    {
        // Each token is followed 8 to 15 times, so that all contexts of one token share a weight.
        int[] text = Chain(seed: 11, 36, tokens: 3), heldOut = Chain(seed: 27, 60, tokens: 3);
        double[] counts = new double[3], followers = new double[3], pairs = new double[9];
        for (int t = 0; t < text.Length; t++)
        {
            counts[text[t]]++;
            if (t > 0)
            {
                followers[text[t - 1]]++;
                pairs[text[t - 1] * 3 + text[t]]++;
            }
        }

        Assert.All(followers, count => Assert.InRange(count, 8, 15));
        double least = double.PositiveInfinity;
        for (int i = 0; i <= 100; i++)
        {
            for (int j = 0; j <= 100; j++)
            {
                least = Math.Min(least, Bits(0.01 * i, 0.01 * j));
            }
        }

        double bits = NGramModel.TrainJelinekMercer(text, heldOut, 3, order: 2).BitsPerToken(heldOut);
        Assert.InRange(bits, least - 1e-3, least + 1e-5);

        double Bits(double without, double after)
        {
            double sum = 0;
            for (int t = 0; t < heldOut.Length; t++)
            {
                double probability = without * counts[heldOut[t]] / text.Length + (1 - without) / 3;
                if (t > 0)
                {
                    double share = pairs[heldOut[t - 1] * 3 + heldOut[t]] / followers[heldOut[t - 1]];
                    probability = after * share + (1 - after) * probability;
                }

                sum -= Math.Log2(probability);
            }

            return sum / heldOut.Length;
        }
    }

    /// <summary>With the weights fitted on a text, it is more probable than with those of Witten and Bell, or without any long context.
    /// </summary>
    [Fact]
    public void NGramModel_JelinekMercer_heldOutText_isMoreProbableThanWithOtherWeights()
    {
        int[] text = Chain(seed: 1, 3000), heldOut = Chain(seed: 2, 1000), test = Chain(seed: 3, 1000);
        for (int order = 1; order <= 4; order++)
        {
            NGramModel fitted = NGramModel.TrainJelinekMercer(text, heldOut, 5, order);
            NGramModel wittenBell = NGramModel.TrainWittenBell(text, 5, order);
            Assert.True(fitted.BitsPerToken(heldOut) <= wittenBell.BitsPerToken(heldOut) + 1e-6, $"order {order}");
        }

        // The chain remembers one token: two more do harm to neither, and one less costs much.
        double[] bits = [.. Enumerable.Range(1, 4).Select(n => NGramModel.TrainJelinekMercer(text, heldOut, 5, n).BitsPerToken(test))];
        Assert.True(bits[1] < bits[0] - 0.3, $"bits of orders 1 to 4: {string.Join(", ", bits)}");
        Assert.True(Math.Max(bits[2], bits[3]) < bits[1] + 0.02, $"bits of orders 1 to 4: {string.Join(", ", bits)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void NGramModel_Distribution_anyContext_isPositiveAndSumsToOne(int order)
    {
        var random = new Random(4);
        NGramModel[] models =
        [
            NGramModel.TrainWittenBell(Chain(seed: 5, 500), 6, order),
            NGramModel.TrainJelinekMercer(Chain(seed: 5, 500), Chain(seed: 6, 50), 6, order),
        ];
        foreach (NGramModel model in models)
        {
            Assert.Equal((order, 6), (model.Order, model.VocabularySize));
            for (int round = 0; round < 50; round++)
            {
                int[] context = RandomData.Indices(random, random.Next(8), 6);
                double[] distribution = model.Distribution(context);
                Compare.Within(1, distribution.Sum(), Rounding, "sum");
                for (int token = 0; token < 6; token++)
                {
                    // Token 5 never occurs.
                    Assert.True(distribution[token] > 0, $"P({token}) is {distribution[token]}");
                    Assert.Equal(distribution[token], model.Probability(context, token));
                }
            }
        }
    }

    /// <summary>Token by token, the log probability of a text is the sum over the distributions.</summary>
    [Fact]
    public void NGramModel_BitsPerToken_text_isTheMeanOverItsTokens()
    {
        NGramModel model = NGramModel.TrainWittenBell(Chain(seed: 7, 300), 5, order: 3);
        int[] text = Chain(seed: 8, 40);
        double bits = -text.Select((token, t) => Math.Log2(model.Probability(text.AsSpan(0, t), token))).Average();
        Compare.Within(bits, model.BitsPerToken(text), Rounding, "bits");
    }

    [Fact]
    public void NGramModel_Sample_manyTokens_hasTheModelsFrequencies()
    {
        NGramModel model = NGramModel.TrainWittenBell(Chain(seed: 9, 2000), 5, order: 2);
        int[] text = model.Sample(20_000, seed: 1, context: [3]);
        Assert.Equal(text, model.Sample(20_000, seed: 1, context: [3]));
        Assert.NotEqual(text, model.Sample(20_000, seed: 2, context: [3]));
        double[] afterOne = model.Distribution([1]);
        int[] followers = [.. Enumerable.Range(1, text.Length - 1).Where(t => text[t - 1] == 1).Select(t => text[t])];
        for (int token = 0; token < 5; token++)
        {
            Compare.Within(afterOne[token], followers.Count(f => f == token) / (double)followers.Length, 0.03, $"P({token} | 1)");
        }
    }

    /// <summary>A text with one way on is written as it was, from its context on.</summary>
    [Fact]
    public void NGramModel_Sample_longContext_goesOnAsTheText()
    {
        int[] cycle = [.. Enumerable.Range(0, 4000).Select(t => t % 4)];
        NGramModel model = NGramModel.TrainJelinekMercer(cycle, cycle, 4, order: 3);
        Assert.Equal([2, 3, 0, 1, 2, 3], model.Sample(6, seed: 1, context: [0, 1]));
    }

    [Fact]
    public void NGramModel_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("tokens", "at least 1 token", "got 0", () => NGramModel.TrainWittenBell([], 2, 2));
        BadInput.Refused<ArgumentOutOfRangeException>("tokens", "from 0 to 1", "tokens[1] is 2", () => NGramModel.TrainWittenBell([0, 2], 2, 2));
        BadInput.Refused<ArgumentOutOfRangeException>("vocabularySize", "at least 1", "got 0", () => NGramModel.TrainWittenBell([0], 0, 2));
        BadInput.Refused<ArgumentOutOfRangeException>("order", "from 1 to 3", "got 0", () => NGramModel.TrainWittenBell([0, 1, 0], 2, 0));
        BadInput.Refused<ArgumentOutOfRangeException>("order", "from 1 to 3", "got 4", () => NGramModel.TrainWittenBell([0, 1, 0], 2, 4));
        BadInput.Refused<ArgumentException>("heldOut", "at least 1 token", "got 0", () => NGramModel.TrainJelinekMercer([0], [], 2, 1));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "heldOut", "from 0 to 1", "heldOut[0] is -1", () => NGramModel.TrainJelinekMercer([0], [-1], 2, 1));

        NGramModel model = NGramModel.TrainWittenBell(Text, 3, 2);
        BadInput.Refused<ArgumentOutOfRangeException>("context", "from 0 to 2", "context[0] is 3", () => model.Distribution([3, 0]));
        BadInput.Refused<ArgumentOutOfRangeException>("token", "from 0 to 2", "is 3", () => model.Probability([0], 3));
        BadInput.Refused<ArgumentException>("tokens", "at least 1 token", "got 0", () => model.BitsPerToken([]));
        BadInput.Refused<ArgumentOutOfRangeException>("tokens", "from 0 to 2", "tokens[0] is 9", () => model.Perplexity([9]));
        BadInput.Refused<ArgumentOutOfRangeException>("length", "at least 1", "got 0", () => model.Sample(0, seed: 1));
        BadInput.Refused<ArgumentOutOfRangeException>("context", "from 0 to 2", "context[0] is 4", () => model.Sample(1, 1, [4]));
    }

    /// <summary>A text in which each token is mostly followed by the next one, or by itself.</summary>
    private static int[] Chain(int seed, int length, int tokens = 5)
    {
        var random = new Random(seed);
        var text = new int[length];
        for (int t = 1; t < length; t++)
        {
            text[t] = (text[t - 1] + (random.NextDouble() < 0.6 ? 1 : random.NextDouble() < 0.5 ? 0 : random.Next(tokens))) % tokens;
        }

        return text;
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], Rounding, $"[{i}]");
        }
    }
}
