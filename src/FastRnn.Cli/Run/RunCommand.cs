using System.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Serialization;

namespace FastRnn.Cli.Run;

/// <summary>The command <c>run</c>: rows through a model.</summary>
internal static class RunCommand
{
    private const string Standard = "-";

    /// <summary>Names of standard output, whose file goes on where it is.</summary>
    private static readonly string[] NamesOfStandardOutput = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    private const string Description =
        "Runs a model on rows of numbers: a row is a time step, a blank line begins a new sequence. Between numbers stand commas, "
        + "semicolons, tabs or blanks; a network of indices takes one whole number a row. From standard input, or with --streamed, a row "
        + "is answered as soon as it is there; a file is else run a sequence at a time, with the same numbers: a many-to-one network then "
        + "puts out a row a sequence.";

    /// <param name="standardInput">what is read where no file is named</param>
    internal static Command Create(TextReader standardInput)
    {
        Argument<string> file = FileArgument.Create("MODEL", "A model: FastRnn's or another framework's safetensors, or ONNX");
        Option<string> input = FileArgument.CreateOption("--input", "The rows; '-' is standard input", Standard);
        Option<string> output = FileArgument.CreateOption(
            "--output", "Where results go; '-' is standard output. A file comes to its place, whole, at the end of the input", Standard);
        Option<bool> streamed = new("--streamed") { Description = "A step as soon as its row is read, keeping nothing but the state" };
        var choices = new WeightChoiceOptions();
        var command = new Command("run", Description) { file, input, output, streamed };
        choices.All.ToList().ForEach(command.Add);
        command.SetGuardedAction(parsed =>
        {
            string from = parsed.GetValue(input)!, to = parsed.GetValue(output)!, path = parsed.GetValue(file)!;
            bool streams = parsed.GetValue(streamed) || from == Standard;
            LoadedModel loaded = LoadedModel.Load(path, choices.Read(parsed), parsed.InvocationConfiguration.Error);
            Check(path, loaded.Model.Spec, streams);
            using TextReader? opened = from == Standard ? null : new StreamReader(from);
            var rows = new RowReader(opened ?? standardInput, opened is null ? "standard input" : from, loaded.Model.Spec);
            var flow = new SequenceFlow(loaded.Model, loaded.InitialState);
            if (to == Standard || NamesOfStandardOutput.Contains(to))
            {
                Run(new RowWriter(parsed.InvocationConfiguration.Output, flushes: true));
                return;
            }

            using var unfinished = new UnfinishedFile(to);
            AtomicFile.Write(to, stream =>
            {
                unfinished.Watch(stream);
                using var writer = new StreamWriter(stream, leaveOpen: true);
                Run(new RowWriter(writer, flushes: false));
            });

            void Run(RowWriter results)
            {
                if (streams)
                {
                    flow.Stream(rows, results);
                }
                else
                {
                    flow.RunWhole(rows, results);
                }
            }
        });
        return command;
    }

    private static void Check(string path, RnnSpec spec, bool streams)
    {
        if (spec.Shape == SequenceShape.OneToMany)
        {
            throw new CommandFault($"{path}: expected a network that reads a row a step, but it is one-to-many");
        }

        if (streams)
        {
            spec.RequireCausal(layer => new CommandFault(
                $"{path}: expected layers that see no later step, for a stream, but {layer} sees whole sequences: "
                + "run a file without --streamed"));
        }
    }
}
