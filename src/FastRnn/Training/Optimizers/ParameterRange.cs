using System.Runtime.InteropServices;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Parameters that lie one behind the other in the flat buffer and are updated alike.</summary>
/// <param name="Offset">of the first one</param>
/// <param name="Length">how many they are</param>
/// <param name="Decays">whether they have a weight decay</param>
internal readonly record struct ParameterRange(int Offset, int Length, bool Decays)
{
    /// <summary>The fewest ranges that have all parameters that are trained.</summary>
    /// <param name="parameters">of a network</param>
    /// <param name="decays">tells of a slice whether it decays</param>
    /// <param name="isTrained">tells of a slice and its place whether it is trained</param>
    internal static ParameterRange[] Of(
        ParameterBuffer parameters, Func<ParameterSlice, bool> decays, Func<ParameterSlice, int, bool> isTrained)
    {
        var ranges = new List<ParameterRange>();
        for (int i = 0; i < parameters.Layout.Slices.Count; i++)
        {
            ParameterSlice slice = parameters.Layout.Slices[i];
            if (slice.Length == 0 || !isTrained(slice, i))
            {
                continue;
            }

            bool isDecaying = decays(slice);
            if (ranges.Count > 0 && ranges[^1] is var last && last.Offset + last.Length == slice.Offset && last.Decays == isDecaying)
            {
                CollectionsMarshal.AsSpan(ranges)[^1] = last with { Length = last.Length + slice.Length };
            }
            else
            {
                ranges.Add(new ParameterRange(slice.Offset, slice.Length, isDecaying));
            }
        }

        return [.. ranges];
    }
}
