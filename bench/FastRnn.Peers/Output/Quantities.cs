using System.Globalization;

namespace FastRnn.Peers.Output;

/// <summary>Numbers as tables show them: three digits, and a unit that suits them.</summary>
internal static class Quantities
{
    internal static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 999.5 => $"{Digits(nanoseconds)} ns",
        < 999.5e3 => $"{Digits(nanoseconds * 1e-3)} µs",
        < 999.5e6 => $"{Digits(nanoseconds * 1e-6)} ms",
        _ => $"{Digits(nanoseconds * 1e-9)} s",
    };

    /// <summary>How many times as long.</summary>
    internal static string Ratio(double ratio) => $"×{Text(ratio, ratio < 9.995 ? "F2" : "F1")}";

    internal static string Percent(double fraction) => $"{Text(100 * fraction, "F0")} %";

    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Digits(double value) => Text(value, value < 9.995 ? "F2" : value < 99.95 ? "F1" : "F0");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
