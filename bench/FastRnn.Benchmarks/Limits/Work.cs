namespace FastRnn.Benchmarks.Limits;

/// <summary>
/// What a call of a benchmark computes at least: multiplications and additions, and bytes of weights read. Both can go on at once,
/// so the slower of the two bounds the time.
/// </summary>
internal readonly record struct Work(double Flops, double WeightBytes = 0)
{
    /// <summary>X·Wᵀ for X [rows, inputs], W [outputs, inputs], or as much: bound by arithmetic, since rows share the weights.</summary>
    internal static Work Product(double rows, double outputs, double inputs) => new(2 * rows * outputs * inputs);

    /// <summary>W·x for one x, <paramref name="times"/> times: every weight is read for one multiply-add.</summary>
    internal static Work VectorProduct(double outputs, double inputs, double times = 1)
        => new(2 * outputs * inputs * times, sizeof(float) * outputs * inputs * times);

    /// <param name="peak">flops a second</param>
    /// <param name="bandwidth">bytes a second; not used where no weights are counted</param>
    internal double LeastSeconds(double peak, double bandwidth)
        => WeightBytes > 0 ? Math.Max(Flops / peak, WeightBytes / bandwidth) : Flops / peak;
}
