using System.Globalization;

namespace FastRnn.Tasks;

/// <summary>A series of values in time, the last column of a CSV file with a header.</summary>
internal static class Series
{
    internal static float[] Read(string path)
    {
        float[] values = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0)
            .Select(line => float.Parse(line[(line.LastIndexOf(',') + 1)..].Trim('"'), CultureInfo.InvariantCulture))];
        return values.Length > 0 ? values : throw new FormatException($"Expected values in {path}, but got none.");
    }
}
