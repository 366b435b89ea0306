using System.Globalization;
using System.Text;
using FastRnn.Peers.Latency;
using FastRnn.Peers.OnnxRuntime;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Cli;

/// <summary>What this program does when it is started again by itself. Words are not looked up in the commands for users: that would
/// take longer than what is measured.</summary>
internal static class ServeCommands
{
    /// <summary>The exit code; null when the arguments are a user's.</summary>
    /// <param name="args">the program's</param>
    /// <param name="entered">a timestamp of the program's first line</param>
    internal static int? Run(string[] args, long entered)
    {
        switch (args)
        {
            case [ThisProgram.ServeStartUp, var cell, var size, var model, .. var library]:
                StartUpMeasurement.Measure(
                    entered, Names.Cell(cell), int.Parse(size, CultureInfo.InvariantCulture), model,
                    library.Length > 0 ? library[0] : null, Console.Out);
                return 0;
            case [ThisProgram.ServeTail, var cell, var size, var steps]:
                TailRun.Serve(
                    Names.Cell(cell), int.Parse(size, CultureInfo.InvariantCulture), long.Parse(steps, CultureInfo.InvariantCulture),
                    Console.Out);
                return 0;
            case [ThisProgram.Serve, var peer]:
                return Serve(peer);
            default:
                return null;
        }
    }

    private static int Serve(string name)
    {
        try
        {
            using IServedPeer peer = Open(name);
            using var requests = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
            using var answers = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            using var server = new PeerServer(peer, answers);
            server.Serve(requests);
            return 0;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static IServedPeer Open(string name)
    {
        if (name == PeerCatalog.OnnxRuntime)
        {
            return new OnnxRuntimePeer(
                PeerCatalog.OnnxRuntimeLibrary ?? throw new InvalidOperationException("ONNX Runtime is not there."));
        }

        var peer = new FastRnnPeer();
        peer.WarmUp();
        return peer;
    }
}
