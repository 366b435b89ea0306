using System.CommandLine;

namespace FastRnn.Tasks;

/// <summary>What commands have in common: where the page goes, and whether it is only a look.</summary>
internal sealed record TaskOptions(string Folder, bool IsQuick, string? Data)
{
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "A look in a minute or so: fewer updates; the page goes to artifacts/training.",
    };

    private static readonly Option<DirectoryInfo?> Output = new("--output")
    {
        Description = "The folder of the page; bench/results/training of the current folder unless given.",
    };

    /// <summary>A command without data.</summary>
    internal static Command Command(string name, string description, Action<TaskOptions> run)
    {
        var command = new Command(name, description) { Quick, Output };
        command.SetAction(parsed => Run(parsed, null, run));
        return command;
    }

    /// <summary>A command on data that are given by their path.</summary>
    internal static Command CommandOnData(string name, string description, string data, Action<TaskOptions> run)
    {
        var path = new Option<string>("--data")
        {
            Description = data,
            Required = true,
        };
        var command = new Command(name, description) { path, Quick, Output };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(path), run));
        return command;
    }

    /// <summary>How the page was made.</summary>
    internal string CommandLine(string name)
        => $"dotnet run -c Release --project bench/FastRnn.Tasks -- {name}{(Data is null ? "" : " --data PATH")}{(IsQuick ? " --quick" : "")}";

    private static int Run(ParseResult parsed, string? data, Action<TaskOptions> run)
    {
        bool isQuick = parsed.GetValue(Quick);
        string folder = parsed.GetValue(Output)?.FullName
            ?? (isQuick ? Path.Combine("artifacts", "training") : Path.Combine("bench", "results", "training"));
        try
        {
            run(new TaskOptions(folder, isQuick, data));
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
