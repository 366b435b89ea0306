using System.Globalization;

namespace FastRnn.Peers.Results;

/// <summary>An axis on which equal distances are equal ratios; it ends at 1, 2 or 5 times a power of ten.</summary>
internal sealed class LogScale
{
    private static readonly double[] Marks = [1, 2, 5];

    private readonly double _top;
    private readonly double _bottom;

    /// <param name="values">above 0, at least one</param>
    /// <param name="top">where the axis ends</param>
    /// <param name="bottom">where it begins</param>
    internal LogScale(IReadOnlyCollection<double> values, double top, double bottom)
    {
        _top = top;
        _bottom = bottom;
        double least = values.Min();
        double most = values.Max();
        double[] around = [.. MarksAround(least, most)];
        Least = around.Last(mark => mark <= least);
        Most = around.First(mark => mark >= most && mark > Least);
        double[] inside = [.. around.Where(mark => mark >= Least && mark <= Most)];
        double[] powers = [.. inside.Where(IsPower)];

        // Over many powers of ten they suffice; over few, what is between them helps.
        Ticks = powers.Length >= 3 ? powers : inside;
    }

    internal double Least { get; }

    internal double Most { get; }

    /// <summary>Values to be named at the axis.</summary>
    internal IReadOnlyList<double> Ticks { get; }

    internal double Place(double value) => _bottom + (_top - _bottom) * Math.Log10(value / Least) / Math.Log10(Most / Least);

    private static bool IsPower(double value) => Math.Abs(Math.Log10(value) - Math.Round(Math.Log10(value))) < 1e-9;

    /// <summary>All marks of the powers of ten that hold some values, and of one power more at both ends.</summary>
    private static IEnumerable<double> MarksAround(double least, double most)
    {
        int last = (int)Math.Ceiling(Math.Log10(most)) + 1;
        for (int power = (int)Math.Floor(Math.Log10(least)) - 1; power <= last; power++)
        {
            foreach (double mark in Marks)
            {
                // Parsed, for the nearest number to what is written: 0.1, not 0.1 and a bit.
                yield return double.Parse($"{mark:0}E{power}", CultureInfo.InvariantCulture);
            }
        }
    }
}
