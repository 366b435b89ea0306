namespace FastRnn.Onnx.Import;

/// <summary>The places of a slice along an axis: the first, how many there are, and the distance from one to the next.</summary>
internal readonly record struct SliceRange(long First, long Count, long Step)
{
    /// <summary>The places that a start, an end and a step select from an axis; bounds beyond the axis are cut to it.</summary>
    internal static SliceRange Of(long size, long start, long end, long step)
    {
        static long Within(long value, long size, long least, long most)
            => Math.Clamp(value < 0 ? Math.Max(value, -size - 1) + size : value, least, most);

        // A longer step leaves the axis too.
        step = Math.Clamp(step, -size - 1, size + 1);
        long first = step > 0 ? Within(start, size, 0, size) : Within(start, size, -1, size - 1);
        long last = step > 0 ? Within(end, size, 0, size) : Within(end, size, -1, size - 1);
        long distance = step > 0 ? last - first : first - last;
        return new SliceRange(first, distance > 0 ? (distance - 1) / Math.Abs(step) + 1 : 0, step);
    }

    /// <summary>The elements of a list that a slice selects.</summary>
    internal static T[] Elements<T>(T[] values, long start, long end, long step)
    {
        SliceRange range = Of(values.Length, start, end, step);
        return [.. Enumerable.Range(0, (int)range.Count).Select(at => values[range.First + at * range.Step])];
    }
}
