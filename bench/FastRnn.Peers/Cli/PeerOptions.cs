using System.CommandLine;
using System.Globalization;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Cli;

/// <summary>The options, each with what it accepts.</summary>
internal static class PeerOptions
{
    private const int LargestSize = 1024;
    private const int MostRounds = 1000;

    internal static Option<string[]> Cell() => Names("--cell", "A cell; repeatable, all when left out", Workloads.Names.Cells);

    internal static Option<string[]> Mode() => Names("--mode", "What is timed; repeatable, all when left out", Workloads.Names.Modes);

    internal static Option<string[]> Peer()
        => Names("--peer", "A peer to compare FastRnn with; repeatable, all when left out", PeerCatalog.Names);

    internal static Option<int[]> Hidden() => new("--hidden")
    {
        Description = $"A hidden size, from 1 to {LargestSize}; repeatable, {string.Join(", ", WorkGrid.Sizes)} when left out",
        HelpName = "number",
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var sizes = new List<int>();
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int size)
                    && size is >= 1 and <= LargestSize)
                {
                    sizes.Add(size);
                }
                else
                {
                    result.AddError($"Option '--hidden': expected a whole number from 1 to {LargestSize}, but got '{text}'.");
                }
            }

            return [.. sizes];
        },
    };

    internal static Option<int?> Rounds()
    {
        var option = new Option<int?>("--rounds")
        {
            Description = $"Rounds in which all are timed in turn, from 1 to {MostRounds}; {Pace.Full.Rounds} when left out, and "
                + $"{Pace.Quick.Rounds} of --quick",
            HelpName = "number",
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int rounds)
                    && rounds is >= 1 and <= MostRounds)
                {
                    return rounds;
                }

                result.AddError($"Option '--rounds': expected a whole number from 1 to {MostRounds}, but got '{text}'.");
                return null;
            },
        };
        return option;
    }

    internal static Option<bool> Again() => new("--again")
    {
        Description = $"Measures nothing: writes pages, charts and README anew from the figures in {ResultsWriter.Folder}",
    };

    internal static Option<bool> Quick() => new("--quick")
    {
        Description = $"Sizes {string.Join(", ", WorkGrid.QuickSizes)} only, and short rounds: under a minute",
    };

    internal static Option<string?> Json()
    {
        var option = new Option<string?>("--json") { Description = "Writes the records to a file too", HelpName = "file" };
        option.Validators.Add(result =>
        {
            string path = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            string? folder = path == "" ? null : Path.GetDirectoryName(Path.GetFullPath(path));
            if (path == "" || folder is null || Directory.Exists(path))
            {
                result.AddError($"Option '--json': expected a file, but got '{path}'.");
            }
            else if (!Directory.Exists(folder))
            {
                result.AddError($"Option '--json': there is no folder '{folder}'.");
            }
        });
        return option;
    }

    private static Option<string[]> Names(string name, string description, string[] values)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = string.Join('|', values) };
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => !values.Contains(text)))
            {
                result.AddError($"Option '{name}': expected one of {string.Join(", ", values)}, but got '{text}'.");
            }
        });
        return option;
    }
}
