namespace FastRnn.Tests.Baselines;

/// <summary>Random patterns of +1 and −1.</summary>
internal static class Signs
{
    internal static float[][] Patterns(Random random, int count, int size)
        => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, size).Select(_ => random.Next(2) * 2f - 1).ToArray())];

    /// <summary>A copy in which so many units, all different, have the other sign.</summary>
    internal static float[] Flipped(Random random, float[] pattern, int count)
    {
        int[] units = [.. Enumerable.Range(0, pattern.Length)];
        random.Shuffle(units);
        float[] flipped = [.. pattern];
        foreach (int unit in units.AsSpan(0, count))
        {
            flipped[unit] = -flipped[unit];
        }

        return flipped;
    }

    /// <summary>1 for the same pattern, 0 for one that has nothing to do with it, −1 for the opposite.</summary>
    internal static double Overlap(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Average();
}
