using System.CommandLine;
using FastRnn.Cli.CommandLine;
using Spectre.Console;

namespace FastRnn.Cli.Demo;

/// <summary>The command <c>demo</c>: train on a real series, forecast it while streaming, measure the stream.</summary>
internal static class DemoCommand
{
    private const string Description =
        "Trains an Elman network on the monthly sunspot numbers of 1749 to 1983 (source: " + SunspotSeries.Source
        + "), forecasts the last fifth one month ahead while streaming, and measures the latency of a step.";

    internal static Command Create(IAnsiConsole console)
    {
        var defaults = new DemoSettings();
        Option<int> seed = WholeNumberOption.Create(
            "--seed", "Seed of weights and training; the same seed gives the same forecasts", defaults.Seed, 0, int.MaxValue);
        Option<int> hidden = WholeNumberOption.Create("--hidden", "Hidden units of the network", defaults.HiddenSize, 1, 1024);
        Option<int> epochs = WholeNumberOption.Create("--epochs", "Passes over the training part", defaults.Epochs, 1, 100_000);
        Option<int> steps = WholeNumberOption.Create(
            "--steps", "Steps streamed to measure their latency", defaults.LatencySteps, 1_000, 100_000_000);
        var command = new Command("demo", Description) { seed, hidden, epochs, steps };
        command.SetAction(parsed =>
        {
            var settings = new DemoSettings(
                parsed.GetValue(seed), parsed.GetValue(hidden), parsed.GetValue(epochs), parsed.GetValue(steps));
            Run(settings, new DemoReport(console, settings));
        });
        return command;
    }

    private static void Run(DemoSettings settings, DemoReport report)
    {
        var series = SunspotSeries.Load();
        report.Series(series);

        NetworkForecaster network = report.Training(epochDone => NetworkTraining.Run(series.Training, settings, epochDone));
        report.Forecasts(series, ForecastComparison.Of(series, network));

        using RnnSession session = network.Model.CreateSession();
        report.Latency(StepLatency.Measure(session, network.Inputs(series.Values), settings.LatencySteps));
    }
}
