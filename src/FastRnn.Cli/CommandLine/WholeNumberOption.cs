using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FastRnn.Cli.CommandLine;

/// <summary>Options that take a whole number within a range.</summary>
internal static class WholeNumberOption
{
    internal static Option<int> Create(string name, string description, int defaultValue, int minimum, int maximum)
        => new(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description}; from {minimum:N0} to {maximum:N0}"),
            HelpName = "number",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Parse(result, name, minimum, maximum),
        };

    private static int Parse(ArgumentResult result, string name, int minimum, int maximum)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= minimum && value <= maximum)
        {
            return value;
        }

        result.AddError($"Option '{name}': expected a whole number from {minimum} to {maximum}, but got '{text}'.");
        return default;
    }
}
