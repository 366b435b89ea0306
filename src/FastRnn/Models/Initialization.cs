using FastRnn.Memory;

namespace FastRnn;

/// <summary>How weights start.</summary>
internal static class Initialization
{
    /// <summary>Every value uniform around the start of its slice, within its bound.</summary>
    internal static void Uniform(ParameterBuffer parameters, int seed)
    {
        var random = new Random(seed);
        foreach (ParameterSlice slice in parameters.Layout.Slices)
        {
            foreach (ref float value in parameters[slice])
            {
                value = slice.Start + (2 * random.NextSingle() - 1) * slice.Bound;
            }
        }
    }
}
