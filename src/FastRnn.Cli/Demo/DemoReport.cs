using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace FastRnn.Cli.Demo;

/// <summary>Prints what the demo does and finds.</summary>
internal sealed class DemoReport
{
    private readonly IAnsiConsole _console;
    private readonly DemoSettings _settings;

    internal DemoReport(IAnsiConsole console, DemoSettings settings)
    {
        _console = console;
        _settings = settings;
    }

    internal void Series(SunspotSeries series)
    {
        _console.MarkupLine("[bold]FastRnn demo[/]: an Elman network on the monthly sunspot numbers");
        _console.WriteLine();
        Line($"Series    {series.Values.Length:N0} monthly sunspot numbers ({SunspotSeries.Source})");
        Line($"Training  {series.HeldOutStart:N0} months, {Months(series, 0, series.HeldOutStart)}");
        Line($"Held out  {series.HeldOutCount:N0} months, {Months(series, series.HeldOutStart, series.Values.Length)}");
        if (!_console.Profile.Capabilities.Interactive || !_console.Profile.Capabilities.Ansi)
        {
            // On a terminal the progress bar brings an empty line of its own.
            _console.WriteLine();
        }
    }

    /// <summary>Runs the training under a progress bar, which shows the loss of each epoch.</summary>
    internal NetworkForecaster Training(Func<Action<float>, NetworkForecaster> train)
    {
        float lastLoss = float.NaN;
        long start = Stopwatch.GetTimestamp();
        NetworkForecaster network = _console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("Training", maxValue: _settings.Epochs);
                return train(loss =>
                {
                    lastLoss = loss;
                    task.Description = Text($"Training, loss {loss:F4}");
                    task.Increment(1);
                });
            });
        Line($"""
            Elman network of {_settings.HiddenSize} hidden units, {network.Model.ParameterCount:N0} weights, seed {_settings.Seed}; {_settings.Epochs:N0} epochs of
            truncated BPTT over {NetworkTraining.Window} months in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s; loss {lastLoss:F4} (half the squared error
            of the scaled square root).
            """);
        _console.WriteLine();
        return network;
    }

    internal void Forecasts(SunspotSeries series, ForecastComparison found)
    {
        Line($"Forecasts of the {series.HeldOutCount:N0} held-out months, one month ahead, in sunspot numbers");
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumn("Forecast")
            .AddColumn("RMSE", column => column.RightAligned())
            .AddColumn("÷ persistence", column => column.RightAligned())
            .AddColumn("÷ autoregression", column => column.RightAligned());
        AddRow("Persistence: next = last", found.Persistence);
        AddRow(Text($"Autoregression, order {NetworkTraining.Window}"), found.Autoregression);
        AddRow(Text($"Elman network, window {NetworkTraining.Window}"), found.Network);
        _console.Write(table);
        Line($"""
            The network's RMSE is {Compare(found.NetworkToPersistence)} that of persistence and
            {Compare(found.NetworkToAutoregression)} that of the linear autoregression of the same order:
            one is fitted by least squares to {NetworkTraining.Window} lags, the other by gradients through
            {NetworkTraining.Window} months, each on the training part alone.
            """);
        _console.WriteLine();

        void AddRow(string name, double error) => table.AddRow(
            name, Text($"{error:F2}"), Text($"{error / found.Persistence:F3}"), Text($"{error / found.Autoregression:F3}"));
    }

    internal void Latency(StepLatency found)
    {
        Line($"Latency of a streamed step, {found.Steps:N0} steps");
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string heading in (string[])["p50", "p99", "p99.9", "max", "steps a second", "allocated"])
        {
            table.AddColumn(heading, column => column.RightAligned());
        }

        table.AddRow(
            Duration(found.Median), Duration(found.P99), Duration(found.P999), Duration(found.Maximum),
            Text($"{found.StepsPerSecond:N0}"), Text($"{found.AllocatedBytes:N0} bytes"));
        _console.Write(table);
        Line($"""
            Each step is timed by itself, less {found.ClockOverhead:F0} ns for reading the clock.
            Steps a second: without a clock, the median of {StepLatency.Blocks} blocks of {found.Steps / StepLatency.Blocks:N0} steps.
            Allocated: by the streaming thread, over all of these steps.
            """);
    }

    private static string Months(SunspotSeries series, int start, int end)
        => Text($"{series.Month(start):yyyy-MM} to {series.Month(end - 1):yyyy-MM}");

    private static string Compare(double ratio)
        => ratio <= 1 ? Text($"{1 - ratio:P1} below") : Text($"{ratio - 1:P1} above");

    private static string Duration(double nanoseconds)
        => nanoseconds < 10_000 ? Text($"{nanoseconds:N0} ns") : Text($"{nanoseconds / 1e3:N1} µs");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(FormattableString text) => _console.WriteLine(Text(text));
}
