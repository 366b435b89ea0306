using System.Runtime.InteropServices;
using FastRnn.Benchmarks.Results;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Results;
using Spectre.Console;

namespace FastRnn.Peers.Cli;

/// <summary>What is written of a run, and where to. What is kept was measured whole and without a failure.</summary>
internal static class Publication
{
    private const string Program = "dotnet run -c Release --project bench/FastRnn.Peers --";

    /// <param name="run">the comparison's</param>
    /// <param name="tails">of single steps</param>
    /// <param name="startUp">of fresh processes</param>
    /// <param name="arguments">of the program: names and numbers</param>
    internal static Comparison Create(
        ComparisonRun run, IReadOnlyList<TailLatency> tails, IReadOnlyList<StartUpTime> startUp, IEnumerable<string> arguments)
        => new(
            string.Join(", ", ((string[])[Machine.Processor, Machine.Generation]).Where(part => part != "")), Machine.Caches,
            MachineVectors.Text, run.PeakGigaflops, MachineVectors.Bits, RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, DateOnly.FromDateTime(DateTime.UtcNow), string.Join(' ', arguments.Prepend(Program)),
            run.Peers, run.Records, tails, startUp);

    /// <summary>Writes the files and names them; says why, if they are not those that are kept.</summary>
    /// <param name="console">gets the files' names</param>
    /// <param name="root">the repository's</param>
    /// <param name="error">gets the reasons</param>
    /// <param name="comparison">what was found</param>
    /// <param name="isWhole">whether all was asked for</param>
    /// <param name="problems">what went wrong, a sentence each</param>
    /// <returns>the program's exit code</returns>
    internal static int Write(
        IAnsiConsole console, string root, TextWriter error, Comparison comparison, bool isWhole, IReadOnlyCollection<string> problems)
    {
        bool isKept = isWhole && problems.Count == 0;
        Name(console, isKept ? ResultsWriter.Write(comparison, root) : ResultsWriter.WriteAside(comparison, root));
        if (problems.Count > 0)
        {
            error.WriteLine($"{ResultsWriter.Folder} is left as it was:");
        }
        else if (!isWhole)
        {
            console.WriteLine($"A part of the comparison, or shorter runs, are for a look: {ResultsWriter.Folder} is left as it was.");
        }

        foreach (string problem in problems)
        {
            error.WriteLine(problem);
        }

        return problems.Count == 0 ? 0 : 1;
    }

    internal static void Name(IAnsiConsole console, IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            console.WriteLine($"Written: {file}");
        }
    }
}
