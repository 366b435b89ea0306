using System.CommandLine;
using FastRnn.Peers.Latency;
using FastRnn.Peers.Output;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Workloads;
using Spectre.Console;

namespace FastRnn.Peers.Cli;

/// <summary>The commands <c>tail</c>, <c>startup</c> and <c>decay</c>.</summary>
internal static class LatencyCommands
{
    internal static Command CreateTail(IAnsiConsole console)
        => Create(
            "tail",
            $"Times every single one of {TailRun.Steps / 1_000_000} million streamed steps of FastRnn, H = {TailRun.HiddenSize}, in a "
            + "process that does nothing else.",
            (cells, status) => TailRun.Measure(cells, TailRun.Steps, status),
            found => LatencyTables.Print(console, found),
            _ => true);

    internal static Command CreateStartUp(IAnsiConsole console)
        => Create(
            "startup",
            $"Times fresh processes up to their first steps, H = {StartUpRun.HiddenSize}: FastRnn and, where it is there, ONNX Runtime.",
            (cells, status) => StartUpRun.Measure(cells, PeerCatalog.Names, StartUpRun.Processes, status),
            found => LatencyTables.Print(console, found),
            _ => true);

    internal static Command CreateDecay(IAnsiConsole console)
        => Create(
            "decay",
            $"Times {DecayRun.Steps:N0} streamed steps of FastRnn, H = {DecayRun.HiddenSize}, whose state decays towards zero, by the "
            + $"thousand; fails where the slowest takes more than {DecayRun.MostRatio} times the fastest.",
            (cells, status) => DecayRun.Measure(cells, status),
            found => LatencyTables.Print(console, found),
            found => found.All(time => time.Ratio <= DecayRun.MostRatio));

    private static Command Create<TFound>(
        string name, string description, Func<WorkCell[], Action<string>, TFound> measure, Action<TFound> print, Func<TFound, bool> isGood)
    {
        Option<string[]> cell = PeerOptions.Cell();
        var command = new Command(name, description) { cell };
        command.SetAction(parsed =>
        {
            WorkCell[] cells = Array.ConvertAll(parsed.GetValue(cell) ?? [], Names.Cell);
            try
            {
                TFound found;
                using (var status = new StatusLine())
                {
                    found = measure(cells, status.Show);
                }

                print(found);
                return isGood(found) ? 0 : 1;
            }
            catch (PeerFailedException exception)
            {
                parsed.InvocationConfiguration.Error.WriteLine(exception.Message);
                return 1;
            }
        });
        return command;
    }
}
