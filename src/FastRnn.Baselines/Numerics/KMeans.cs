using System.Numerics.Tensors;

namespace FastRnn.Baselines.Numerics;

/// <summary>
/// Clusters of vectors by k-means, with centers chosen as k-means++ does. Sources: S. P. Lloyd, Least squares quantization in PCM, IEEE
/// Transactions on Information Theory 28, 1982; D. Arthur and S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
/// </summary>
internal static class KMeans
{
    private const int MaxIterations = 50;

    /// <summary>The cluster of each vector, from 0 to count − 1; clusters can be empty.</summary>
    /// <param name="vectors">[N, D]</param>
    /// <param name="size">D</param>
    /// <param name="count">How many clusters.</param>
    /// <param name="random">Chooses the first centers.</param>
    internal static int[] Assign(double[] vectors, int size, int count, Random random)
    {
        var clusters = new int[vectors.Length / size];
        if (count == 1 || clusters.Length == 0)
        {
            return clusters;
        }

        double[] centers = FirstCenters(vectors, size, count, random);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            bool isStable = true;
            for (int n = 0; n < clusters.Length; n++)
            {
                int nearest = Nearest(vectors.AsSpan(n * size, size), centers, clusters[n]);
                isStable &= nearest == clusters[n];
                clusters[n] = nearest;
            }

            if (isStable && iteration > 0)
            {
                break;
            }

            MoveToMeans(vectors, clusters, centers, size);
        }

        return clusters;
    }

    /// <summary>Each center is a vector, drawn with the squared distance from the centers before as its weight.</summary>
    private static double[] FirstCenters(double[] vectors, int size, int count, Random random)
    {
        var centers = new double[count * size];
        var distances = new double[vectors.Length / size];
        var shares = new double[distances.Length];
        Array.Fill(distances, double.PositiveInfinity);
        int chosen = random.Next(distances.Length);
        for (int k = 0; k < count; k++)
        {
            Span<double> center = centers.AsSpan(k * size, size);
            vectors.AsSpan(chosen * size, size).CopyTo(center);
            for (int n = 0; n < distances.Length; n++)
            {
                distances[n] = Math.Min(distances[n], Distance(vectors.AsSpan(n * size, size), center));
            }

            double sum = TensorPrimitives.Sum<double>(distances);
            if (sum > 0)
            {
                TensorPrimitives.Divide(distances, sum, shares);
                chosen = Drawing.Index(shares, random);
            }
        }

        return centers;
    }

    /// <summary>The nearest center; the one before if another is only as near.</summary>
    private static int Nearest(ReadOnlySpan<double> vector, double[] centers, int before)
    {
        int size = vector.Length, nearest = before;
        double least = Distance(vector, centers.AsSpan(before * size, size));
        for (int k = 0; k < centers.Length / size; k++)
        {
            double distance = Distance(vector, centers.AsSpan(k * size, size));
            if (distance < least)
            {
                (nearest, least) = (k, distance);
            }
        }

        return nearest;
    }

    /// <summary>A center without vectors stays where it is.</summary>
    private static void MoveToMeans(double[] vectors, int[] clusters, double[] centers, int size)
    {
        var sums = new double[centers.Length];
        var counts = new int[centers.Length / size];
        for (int n = 0; n < clusters.Length; n++)
        {
            Span<double> sum = sums.AsSpan(clusters[n] * size, size);
            TensorPrimitives.Add(sum, vectors.AsSpan(n * size, size), sum);
            counts[clusters[n]]++;
        }

        for (int i = 0; i < centers.Length; i++)
        {
            if (counts[i / size] > 0)
            {
                centers[i] = sums[i] / counts[i / size];
            }
        }
    }

    private static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }
}
