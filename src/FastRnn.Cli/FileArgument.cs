using System.CommandLine;

namespace FastRnn.Cli;

/// <summary>Arguments that are the path of a file.</summary>
internal static class FileArgument
{
    internal static Argument<string> Create(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"Argument '{name}': expected the path of a file, but got ''.");
            }
        });
        return argument;
    }
}
