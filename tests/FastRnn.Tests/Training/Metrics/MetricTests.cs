using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Metrics against cases worked by hand.</summary>
public sealed class MetricTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void RegressionMetrics_Add_errors_areThoseByHand()
    {
        var metrics = new RegressionMetrics();
        Assert.True(double.IsNaN(metrics.RootMeanSquaredError));
        metrics.Add([2, 4], [1, 5]);
        metrics.Add([7], [9]);
        Assert.Equal(3, metrics.Count);
        Assert.Equal(2, metrics.MeanSquaredError, Tolerance);
        Assert.Equal(Math.Sqrt(2), metrics.RootMeanSquaredError, Tolerance);
        Assert.Equal(4.0 / 3, metrics.MeanAbsoluteError, Tolerance);
        Assert.Equal(-2.0 / 3, metrics.MeanError, Tolerance);

        // The mean is 5, the squared deviations 16, 0 and 16.
        Assert.Equal(1 - 6.0 / 32, metrics.RSquared, Tolerance);
        metrics.Reset();
        Assert.Equal(0, metrics.Count);
        BadInput.Refused<ArgumentException>("values", "= 2", "got 1", () => metrics.Add([1, 2], [1]));
    }

    [Fact]
    public void ConfusionMatrix_Add_shares_areThoseByHand()
    {
        var matrix = new ConfusionMatrix(["cat", "dog", "owl"]);
        foreach ((int predicted, int actual) in new[] { (0, 0), (0, 0), (1, 0), (1, 1), (0, 1), (1, 1), (1, 1) })
        {
            matrix.Add(predicted, actual);
        }

        Assert.Equal((2L, 1L, 1L, 3L, 0L), (matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1], matrix[2, 2]));
        Assert.Equal((7L, 3L, 4L, 0L), (matrix.Count, matrix.Support(0), matrix.Support(1), matrix.Support(2)));
        Assert.Equal(5.0 / 7, matrix.Accuracy, Tolerance);
        Assert.Equal((2.0 / 3, 2.0 / 3, 2.0 / 3), (matrix.Precision(0), matrix.Recall(0), matrix.F1(0)));
        Assert.Equal((0.75, 0.75, 0.75), (matrix.Precision(1), matrix.Recall(1), matrix.F1(1)));
        Assert.Equal((0, 0, 0), (matrix.Precision(2), matrix.Recall(2), matrix.F1(2)));
        Assert.Equal((2.0 / 3 + 0.75) / 3, matrix.MacroF1, Tolerance);
        Assert.Equal((2 + 3) / 7.0, matrix.WeightedF1, Tolerance);
        Assert.Equal(
            "class precision recall     F1  count\ncat       0.667  0.667  0.667      3\ndog       0.750  0.750  0.750      4\n"
            + "owl       0.000  0.000  0.000      0\nall   accuracy 0.714, macro F1 0.472",
            matrix.ToString());
        matrix.Reset();
        Assert.Equal((0L, 0L), (matrix.Count, matrix[0, 0]));
        BadInput.Refused<ArgumentOutOfRangeException>("predicted", "0 to 2", "3", () => matrix.Add(3, 0));
        BadInput.Refused<ArgumentOutOfRangeException>("actual", "0 to 2", "-1", () => matrix.Add(0, -1));
        BadInput.Refused<ArgumentOutOfRangeException>("classes", "1 to", "0", () => _ = new ConfusionMatrix(0));
    }

    [Fact]
    public void LikelihoodMetrics_Add_bitsAndPerplexity_areThoseByHand()
    {
        var metrics = new LikelihoodMetrics();
        metrics.Add(Math.Log(2), 3);
        metrics.Add(Math.Log(16), 1);
        metrics.Add(double.NaN, 0);
        Assert.Equal((4.0, 1.75), (metrics.Count, metrics.Bits));
        Assert.Equal(Math.Pow(2, 1.75), metrics.Perplexity, Tolerance);
        Assert.Equal(1.75 * Math.Log(2), metrics.Nats, Tolerance);
        BadInput.Refused<ArgumentOutOfRangeException>("weight", "at least 0", "-1", () => metrics.Add(1, -1));
    }

    [Fact]
    public void CalibrationError_Add_bins_areThoseByHand()
    {
        var error = new CalibrationError(bins: 4);
        Assert.Equal(0, error.Expected);
        error.Add(0.25, true);
        error.Add(0.6, true);
        error.Add(0.7, false);
        error.Add(1, true);
        Assert.Equal((1L, 0.25, 1.0), error.GetBin(0));
        Assert.Equal(0, error.GetBin(1).Count);
        Assert.Equal(2, error.GetBin(2).Count);
        Assert.Equal(0.65, error.GetBin(2).Confidence, Tolerance);
        Assert.Equal(0.5, error.GetBin(2).Accuracy);
        Assert.Equal(0.25 * 0.75 + 0.5 * 0.15, error.Expected, Tolerance);
        Assert.Equal(0.75, error.Largest, Tolerance);
        BadInput.Refused<ArgumentOutOfRangeException>("confidence", "0 to 1", "NaN", () => error.Add(double.NaN, true));
    }

    [Fact]
    public void IntervalMetrics_Add_coverageAndScore_areThoseByHand()
    {
        var metrics = new IntervalMetrics(0.8);
        metrics.Add(0, 2, 2);
        metrics.Add(0, 2, 3);
        metrics.Add(1, 4, 0.5f);
        metrics.Add(1, 2, 1.5f);
        Assert.Equal((0.5, 2.0), (metrics.Coverage, metrics.MeanWidth));
        Assert.Equal((8 + 10 * 1 + 10 * 0.5) / 4, metrics.MeanScore, 1e-6);
        BadInput.Refused<ArgumentOutOfRangeException>("coverage", "below 1", "1", () => _ = new IntervalMetrics(1));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("abcdef", "abcdef", 0)]
    public void EditDistance_Between_isTheLeast(string one, string other, int expected)
    {
        Assert.Equal(expected, EditDistance.Between<char>(one, other));
        Assert.Equal(expected, EditDistance.Between<char>(other, one));
    }

    [Fact]
    public void EditDistance_Between_randomWords_isTheRecursion()
    {
        var random = new Random(4);
        for (int i = 0; i < 60; i++)
        {
            int[] one = RandomData.Indices(random, random.Next(6), 3), other = RandomData.Indices(random, random.Next(6), 3);
            Assert.Equal(Recursion(one, other), EditDistance.Between<int>(one, other));
        }

        static int Recursion(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
            => a.IsEmpty || b.IsEmpty
                ? a.Length + b.Length
                : Math.Min(
                    Recursion(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1), 1 + Math.Min(Recursion(a[1..], b), Recursion(a, b[1..])));
    }

    [Fact]
    public void SequenceMatchMetrics_Add_rates_areThoseByHand()
    {
        var metrics = new SequenceMatchMetrics();
        metrics.Add<char>("cat", "cat");
        metrics.Add<char>("cart", "cat");
        metrics.Add<char>("", "four");
        Assert.Equal((1.0 / 3, 5.0 / 3, 0.5), (metrics.ExactMatch, metrics.MeanDistance, metrics.ErrorRate));
    }

    [Theory]
    [InlineData("B-P I-P O B-L", "B-P I-P O B-L", 2, 2, 2)]
    [InlineData("B-P O O B-L", "B-P I-P O B-L", 1, 2, 2)]
    [InlineData("I-P I-P O I-L", "B-P I-P O B-L", 2, 2, 2)]
    [InlineData("B-P B-P", "B-P I-P", 0, 2, 1)]
    [InlineData("B-P I-L", "B-P I-P", 0, 2, 1)]
    [InlineData("B-L I-L", "B-P I-P", 0, 1, 1)]
    [InlineData("O O", "B-P I-P", 0, 0, 1)]
    [InlineData("B-P I-P I-P", "B-P I-P O", 0, 1, 1)]
    [InlineData("O B-P", "B-P I-P", 0, 1, 1)]
    [InlineData("B-P B-P O", "B-P B-P I-P", 1, 2, 2)]
    public void EntityMetrics_Add_sentences_areThoseByHand(string predicted, string actual, int found, int isPredicted, int isActual)
    {
        string[] tags = ["O", "B-P", "I-P", "B-L", "I-L"];
        var metrics = new EntityMetrics(tags);
        metrics.Add(Indices(predicted), Indices(actual));
        double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
        Assert.Equal(
            (Share(found, isPredicted), Share(found, isActual), Share(2 * found, isPredicted + isActual), (long)isActual),
            (metrics.Precision, metrics.Recall, metrics.F1, metrics.Count));
        Assert.Equal(isActual, metrics.Types.Sum(type => metrics.OfType(type).Count));

        int[] Indices(string text) => [.. text.Split(' ').Select(tag => Array.IndexOf(tags, tag))];
    }

    /// <summary>Entities as sets of type, first and last step, found by looking at each pair of steps.</summary>
    [Fact]
    public void EntityMetrics_Add_randomSentences_areTheSetsInCommon()
    {
        string[] tags = ["O", "B-P", "I-P", "B-L", "I-L"];
        var metrics = new EntityMetrics(tags);
        var random = new Random(2);
        int found = 0, predicted = 0, actual = 0;
        for (int i = 0; i < 200; i++)
        {
            int[] one = RandomData.Indices(random, 1 + random.Next(7), 5), other = RandomData.Indices(random, one.Length, 5);
            metrics.Add(one, other);
            HashSet<(int, int, int)> ones = Entities(one), others = Entities(other);
            found += ones.Intersect(others).Count();
            predicted += ones.Count;
            actual += others.Count;
        }

        Assert.Equal(((double)found / predicted, (double)found / actual), (metrics.Precision, metrics.Recall));

        static HashSet<(int Type, int First, int Last)> Entities(int[] sentence)
        {
            var set = new HashSet<(int, int, int)>();
            for (int first = 0; first < sentence.Length; first++)
            {
                int type = (sentence[first] + 1) / 2;
                bool begins = type > 0
                    && (sentence[first] % 2 == 1 || first == 0 || (sentence[first - 1] + 1) / 2 != type);
                int last = first;
                while (begins && last + 1 < sentence.Length && sentence[last + 1] == 2 * type)
                {
                    last++;
                }

                if (begins)
                {
                    set.Add((type, first, last));
                }
            }

            return set;
        }
    }

    [Fact]
    public void EntityMetrics_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("tags", "B- or I-", "'PER'", () => _ = new EntityMetrics(["O", "PER"]));
        BadInput.Refused<ArgumentException>("tags", "Expected tags", "none", () => _ = new EntityMetrics([]));
        var metrics = new EntityMetrics(["O", "B-P"]);
        BadInput.Refused<ArgumentOutOfRangeException>("predicted", "0 to 1", "2", () => metrics.Add([2], [1]));
        BadInput.Refused<ArgumentException>("predicted", "= 2", "1", () => metrics.Add([1], [1, 1]));
        BadInput.Refused<ArgumentException>("type", "Expected one of P", "'X'", () => metrics.OfType("X"));
    }

    [Fact]
    public void LikelihoodMetrics_Add_outputsThatAreNoProbabilities_isRefused()
    {
        var batch = new SequenceBatch(new SequenceLayout { InputSize = 1, TargetSize = 0 });
        batch.Resize(1, 1);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "outputs", "from 0 to 1", "2.5", () => new LikelihoodMetrics().Add([2.5f, 1], batch));
        BadInput.Refused<ArgumentOutOfRangeException>("outputs", "from 0 to 1", "-1", () => new LikelihoodMetrics().Add([-1, 1], batch));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "outputs", "from 0 to 1", "NaN", () => new LikelihoodMetrics().Add([float.NaN, 1], batch));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "outputs", "at most 0", "0.5", () => new LikelihoodMetrics { AreLogarithms = true }.Add([0.5f, 0.5f], batch));
        var impossible = new LikelihoodMetrics();
        impossible.Add([0, 1], batch);
        Assert.Equal(double.PositiveInfinity, impossible.Perplexity);
    }

    [Fact]
    public void ConfusionMatrix_nullAmongNames_isRefused()
        => Assert.Throws<ArgumentNullException>("names", () => new ConfusionMatrix(["a", null!]));

    /// <summary>Weights count as often as they say: whole ones as values that come several times.</summary>
    [Fact]
    public void RegressionMetrics_Add_weights_countAsOftenAsTheySay()
    {
        var weighted = new RegressionMetrics();
        weighted.Add([2, float.NaN, 4], [1, 3, 5], [2, 0, 3]);
        weighted.Add([7], [9], [1]);
        var repeated = new RegressionMetrics();
        repeated.Add([2, 2, 4, 4, 4, 7], [1, 1, 5, 5, 5, 9]);
        Assert.Equal((3L, 6L), (weighted.Count, repeated.Count));
        Assert.Equal(9.0 / 6, weighted.MeanSquaredError, Tolerance);
        Assert.Equal(repeated.MeanSquaredError, weighted.MeanSquaredError, Tolerance);
        Assert.Equal(repeated.MeanAbsoluteError, weighted.MeanAbsoluteError, Tolerance);
        Assert.Equal(repeated.MeanError, weighted.MeanError, Tolerance);
        Assert.Equal(repeated.RSquared, weighted.RSquared, Tolerance);
        weighted.Reset();
        Assert.True(double.IsNaN(weighted.MeanSquaredError));
        BadInput.Refused<ArgumentException>("weights", "= 2", "got 1", () => weighted.Add([1, 2], [1, 2], [1]));
        BadInput.Refused<ArgumentOutOfRangeException>("weights", "at least 0", "weights[1] is -1", () => weighted.Add([1, 2], [1, 2], [1, -1]));
        Assert.Equal(0, weighted.Count);
    }

    /// <summary>Against counts over all pairs.</summary>
    [Fact]
    public void ConfusionMatrix_averages_randomPairs_areTheSums()
    {
        const int Classes = 4;
        var random = new Random(8);
        int[] predicted = RandomData.Indices(random, 60, Classes), actual = RandomData.Indices(random, 60, Classes - 1);
        var matrix = new ConfusionMatrix(Classes);
        for (int i = 0; i < predicted.Length; i++)
        {
            matrix.Add(predicted[i], actual[i]);
        }

        double[] precision = new double[Classes], recall = new double[Classes], support = new double[Classes];
        for (int c = 0; c < Classes; c++)
        {
            double hits = predicted.Where((p, i) => p == c && actual[i] == c).Count();
            support[c] = actual.Count(a => a == c);
            precision[c] = hits == 0 ? 0 : hits / predicted.Count(p => p == c);
            recall[c] = hits == 0 ? 0 : hits / support[c];
        }

        double[] f1 = [.. precision.Zip(recall, (p, r) => p + r == 0 ? 0 : 2 * p * r / (p + r))];
        double Weighted(double[] shares) => shares.Zip(support, (share, count) => share * count).Sum() / predicted.Length;
        Assert.Equal(precision.Average(), matrix.MacroPrecision, Tolerance);
        Assert.Equal(recall.Average(), matrix.MacroRecall, Tolerance);
        Assert.Equal(f1.Average(), matrix.MacroF1, Tolerance);
        Assert.Equal(Weighted(precision), matrix.WeightedPrecision, Tolerance);
        Assert.Equal(matrix.Accuracy, matrix.WeightedRecall, Tolerance);
        Assert.Equal(Weighted(f1), matrix.WeightedF1, Tolerance);
        Assert.Equal(0, support[Classes - 1]);
        Assert.Equal(0, new ConfusionMatrix(2).MacroPrecision);
        Assert.True(double.IsNaN(new ConfusionMatrix(2).WeightedPrecision));
    }

    /// <summary>Against sums over all predictions of each bin.</summary>
    [Fact]
    public void CalibrationError_Add_rows_areTheSumsOfBins()
    {
        const int Bins = 7, Count = 300;
        var random = new Random(3);
        var error = new CalibrationError(Bins);
        var all = new List<(double Confidence, bool IsHit)>();
        for (int i = 0; i < Count; i++)
        {
            float high = 0.34f + 0.66f * random.NextSingle();
            int actual = random.Next(3), place = random.Next(3);
            float[] row = [(1 - high) / 2, (1 - high) / 2, (1 - high) / 2];
            row[place] = high;
            error.Add(row, actual);
            all.Add((high, actual == place));
        }

        double expected = 0, largest = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            var own = all.Where(one => one.Confidence > (double)bin / Bins && one.Confidence <= (bin + 1.0) / Bins).ToList();
            double gap = own.Count == 0 ? 0 : Math.Abs(own.Average(one => one.IsHit ? 1.0 : 0) - own.Average(one => one.Confidence));
            expected += gap * own.Count / Count;
            largest = Math.Max(largest, gap);
            Assert.Equal(own.Count, error.GetBin(bin).Count);
        }

        Assert.Equal(expected, error.Expected, Tolerance);
        Assert.Equal(largest, error.Largest, Tolerance);
        BadInput.Refused<ArgumentOutOfRangeException>("actual", "0 to 1", "2", () => error.Add([0.5f, 0.5f], 2));
        BadInput.Refused<ArgumentOutOfRangeException>("probabilities", "NaN", "NaN", () => error.Add([0.5f, float.NaN], 0));
        BadInput.Refused<ArgumentException>("probabilities", "for each class", "none", () => error.Add([], 0));
        BadInput.Refused<ArgumentOutOfRangeException>("confidence", "0 to 1", "3", () => error.Add([0.5f, 3], 0));
        Assert.Equal(Count, error.Count);
        error.Reset();
        Assert.Equal((0L, 0L, 0.0), (error.Count, error.GetBin(Bins - 1).Count, error.Expected));
    }
}
