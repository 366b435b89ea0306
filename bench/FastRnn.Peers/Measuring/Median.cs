namespace FastRnn.Peers.Measuring;

internal static class Median
{
    /// <summary>The middle value, or the mean of the two.</summary>
    /// <param name="values">at least one</param>
    internal static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
