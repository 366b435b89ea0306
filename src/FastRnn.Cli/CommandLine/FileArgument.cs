using System.CommandLine;
using System.CommandLine.Parsing;

namespace FastRnn.Cli.CommandLine;

/// <summary>Arguments and options that take the path of a file.</summary>
internal static class FileArgument
{
    internal static Argument<string> Create(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result => RefuseEmpty(result, $"Argument '{name}'"));
        return argument;
    }

    /// <param name="defaultPath">the value when the option is not given</param>
    internal static Option<string> CreateOption(string name, string description, string defaultPath)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "file", DefaultValueFactory = _ => defaultPath };
        option.Validators.Add(result => RefuseEmpty(result, $"Option '{name}'"));
        return option;
    }

    private static void RefuseEmpty(SymbolResult result, string symbol)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{symbol}: expected the path of a file, but got ''.");
        }
    }
}
