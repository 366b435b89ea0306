namespace FastRnn.Cli.Inspect;

/// <summary>A tensor of a file as it is listed.</summary>
/// <param name="Name">its name in the file</param>
/// <param name="Type">the type of its values, as the format names it</param>
/// <param name="Shape">the lengths of its dimensions</param>
/// <param name="Warning">what is suspicious about its values; null where nothing is</param>
internal sealed record ListedTensor(string Name, string Type, IReadOnlyList<long> Shape, string? Warning)
{
    /// <summary>What is suspicious about values: those that are not finite.</summary>
    internal static string? WarningOf(ReadOnlySpan<float> values)
    {
        int nan = 0, infinite = 0;
        foreach (float value in values)
        {
            nan += float.IsNaN(value) ? 1 : 0;
            infinite += float.IsInfinity(value) ? 1 : 0;
        }

        return nan + infinite == 0 ? null : FormattableString.Invariant($"{nan} NaN and {infinite} infinite among {values.Length} values");
    }
}
