namespace FastRnn.Tests.Support;

/// <summary>Seeded random values.</summary>
internal static class RandomData
{
    internal static float[] Uniform(Random random, int length, float bound = 1f)
    {
        var values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (2 * random.NextSingle() - 1) * bound;
        }

        return values;
    }

    internal static float[] Uniform(int seed, int length, float bound = 1f) => Uniform(new Random(seed), length, bound);

    internal static int[] Indices(Random random, int length, int count)
    {
        var values = new int[length];
        foreach (ref int value in values.AsSpan())
        {
            value = random.Next(count);
        }

        return values;
    }

    internal static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }

    internal static double[] ToDouble(ReadOnlySpan<int> values)
    {
        var wide = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
