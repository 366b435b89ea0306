using FastRnn.Baselines.Numerics;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

/// <summary>The numerical methods that the comparators share.</summary>
public sealed class BaselineNumericsTests
{
    [Fact]
    public void LeastSquares_Solve_randomSystem_leavesARestThatNoColumnExplains()
    {
        var random = new Random(1);
        double[][] columns = [.. Enumerable.Range(0, 6).Select(_ => RandomData.ToDouble(RandomData.Uniform(random, 20)))];
        double[] target = RandomData.ToDouble(RandomData.Uniform(random, 20));
        double[] solution = LeastSquares.Solve(columns, target);
        double[] rest = [.. target.Select((value, row) => value - columns.Select((column, k) => column[row] * solution[k]).Sum())];
        Assert.All(columns, column => Compare.Within(0, column.Zip(rest, (a, b) => a * b).Sum(), 1e-13, "product with the rest"));
    }

    /// <summary>Columns (1, 1, 1), (2, 2, 2) and (1, 2, 3), target (3, 5, 7) = 1 + 2·(1, 2, 3).</summary>
    [Fact]
    public void LeastSquares_Solve_dependentColumn_getsZero()
    {
        double[] solution = LeastSquares.Solve([[1, 1, 1], [2, 2, 2], [1, 2, 3]], [3, 5, 7]);
        Compare.Within(1, solution[0], 1e-12, "x₀");
        Assert.Equal(0, solution[1]);
        Compare.Within(2, solution[2], 1e-12, "x₂");
    }

    /// <summary>Columns that differ by 10⁻⁷ of their length are still told apart.</summary>
    [Fact]
    public void LeastSquares_Solve_nearlyDependentColumns_isPrecise()
    {
        double[] a = [1, 1, 1, 1], b = [1, 1 + 1e-7, 1, 1 - 1e-7];
        double[] solution = LeastSquares.Solve([a, b], [.. a.Zip(b, (x, y) => 2 * x + 3 * y)]);
        Compare.Within(2, solution[0], 1e-6, "x₀");
        Compare.Within(3, solution[1], 1e-6, "x₁");
    }

    /// <summary>Rows of the Hilbert matrix, whose angles are as small as rounding lets them be told apart.</summary>
    [Fact]
    public void OrthonormalBasis_TryAdd_nearlyDependentVectors_staysOrthonormal()
    {
        var basis = new OrthonormalBasis();
        for (int row = 0; row < 12; row++)
        {
            basis.TryAdd([.. Enumerable.Range(0, 12).Select(column => 1.0 / (row + column + 1))], out _);
        }

        Assert.InRange(basis.Vectors.Count, 6, 11);
        for (int i = 0; i < basis.Vectors.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = basis.Vectors[i].Zip(basis.Vectors[j], (a, b) => a * b).Sum();
                Compare.Within(i == j ? 1 : 0, product, 1e-14, $"product of {i} and {j}");
            }
        }
    }

    [Theory]
    [InlineData(new[] { 0.3 })]
    [InlineData(new[] { 0.0, 1.0 })]
    [InlineData(new[] { 0.123, 0.987, 0.5 })]
    [InlineData(new[] { 1.0, 0.25, 0.0 })]
    public void BoxMinimum_Find_curvedValley_findsThePoint(double[] minimum)
    {
        double[] found = BoxMinimum.Find(Value, minimum.Length);
        Assert.All(found, value => Assert.InRange(value, 0, 1));
        for (int d = 0; d < minimum.Length; d++)
        {
            Compare.Within(minimum[d], found[d], 1e-4, $"x{d}");
        }

        // A long narrow valley, in which the variables depend on each other.
        double Value(double[] point)
        {
            double sum = 0, before = 0;
            for (int d = 0; d < point.Length; d++)
            {
                double difference = point[d] - minimum[d];
                sum += difference * difference + 50 * Math.Pow(difference - before * before, 2);
                before = difference;
            }

            return sum;
        }
    }

    /// <summary>NaN everywhere but near a point that is on the grid.</summary>
    [Fact]
    public void BoxMinimum_Find_functionThatIsMostlyNaN_staysWhereItIsNot()
    {
        double[] found = BoxMinimum.Find(point => Math.Abs(point[0] - 0.5) > 0.2 ? double.NaN : Math.Pow(point[0] - 0.6, 2), 1);
        Compare.Within(0.6, found[0], 1e-4, "x");
    }

    [Fact]
    public void KMeans_Assign_separateClusters_findsThem()
    {
        var random = new Random(2);
        float[] centers = [0, 0, 10, 0, 0, 10];
        double[] vectors = [.. Enumerable.Range(0, 90).SelectMany(n => RandomData.Uniform(random, 2).Select((v, d) => (double)v + centers[n % 3 * 2 + d]))];
        int[] clusters = KMeans.Assign(vectors, size: 2, count: 3, random);
        for (int n = 0; n < 90; n++)
        {
            Assert.Equal(clusters[n % 3], clusters[n]);
        }

        Assert.Equal(3, clusters.Distinct().Count());
    }

    /// <summary>At the end every vector is in the cluster whose mean is the nearest.</summary>
    [Fact]
    public void KMeans_Assign_evenlySpreadVectors_endsWhereNothingMoves()
    {
        double[] vectors = RandomData.ToDouble(RandomData.Uniform(5, 200));
        int[] clusters = KMeans.Assign(vectors, size: 2, count: 4, new Random(6));
        double[][] means = [.. Enumerable.Range(0, 4).Select(k => Mean([.. Enumerable.Range(0, 100).Where(n => clusters[n] == k)]))];
        for (int n = 0; n < 100; n++)
        {
            double[] distances = [.. means.Select(mean => Math.Pow(vectors[2 * n] - mean[0], 2) + Math.Pow(vectors[2 * n + 1] - mean[1], 2))];
            Assert.Equal(distances.Min(), distances[clusters[n]], 1e-12);
        }

        double[] Mean(int[] members) => [members.Average(n => vectors[2 * n]), members.Average(n => vectors[2 * n + 1])];
    }

    /// <summary>Two vectors far away from a hundred others get clusters of their own, as the first centers are drawn by distance.</summary>
    [Fact]
    public void KMeans_Assign_fewVectorsFarAway_haveTheirOwnClusters()
    {
        double[] vectors = [.. RandomData.ToDouble(RandomData.Uniform(7, 100)), 1000, 1100];
        for (int seed = 0; seed < 10; seed++)
        {
            int[] clusters = KMeans.Assign(vectors, size: 1, count: 3, new Random(seed));
            Assert.Single(clusters[..100].Distinct());
            Assert.Equal(3, clusters.Distinct().Count());
        }
    }

    [Fact]
    public void KMeans_Assign_fewerVectorsThanClusters_givesEachDifferentOneItsOwn()
    {
        int[] clusters = KMeans.Assign([1, 2, 2], size: 1, count: 5, new Random(3));
        Assert.Equal(clusters[1], clusters[2]);
        Assert.NotEqual(clusters[0], clusters[1]);
        Assert.Empty(KMeans.Assign([], size: 1, count: 2, new Random(4)));
    }

    [Fact]
    public void LogSum_logarithms_ofAnySize_givesTheLogarithmOfTheSum()
    {
        Compare.Within(Math.Log(6), LogSum.Of([Math.Log(1), Math.Log(2), Math.Log(3)]), 1e-14, "1 + 2 + 3");
        Compare.Within(-5000 + Math.Log(2), LogSum.Of([-5000, -5000]), 1e-11, "2·e^−5000");
        Compare.Within(5000 + Math.Log(2), LogSum.OfProducts([2000, 4000], [3000, 1000], new double[2]), 1e-11, "2·e^5000");
        double none = double.NegativeInfinity;
        Assert.Equal(none, LogSum.Of([none, none]));
        Assert.Equal(none, LogSum.OfProducts([none, 0], [0, none], new double[2]));
        Assert.Equal(1, LogSum.Of([none, 1]));
        double[] logs = [none, -3000, -3000 + Math.Log(3)];
        LogSum.Normalize(logs);
        Assert.Equal(0, logs[0]);
        Compare.Within(0.25, logs[1], 1e-12, "share of 1");
        Compare.Within(0.75, logs[2], 1e-12, "share of 3");
    }
}
