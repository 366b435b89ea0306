using System.CommandLine;
using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Serialization;

namespace FastRnn.Cli.Run;

/// <summary>The command <c>run</c>: runs a model on rows of numbers.</summary>
internal static class RunCommand
{
    private const string Standard = "-";

    /// <summary>Paths of standard output, which is written to and not replaced.</summary>
    private static readonly string[] NamesOfStandardOutput = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    private const string Description =
        "Runs a model on rows of numbers. A row is a time step: numbers separated by commas, semicolons, tabs or spaces, or one whole "
        + "number for a network of indices. A blank line begins a new sequence. Rows from standard input, or with --streamed, are "
        + "answered one by one as they arrive. A file is otherwise run one sequence at a time: the outputs are the same, but a "
        + "many-to-one network has one for each sequence instead of one for each row.";

    /// <param name="standardInput">the input when no file is given</param>
    internal static Command Create(TextReader standardInput)
    {
        Argument<string> file = FileArgument.Create("MODEL", "A model: safetensors of FastRnn, PyTorch or Keras, or ONNX");
        Option<string> input = FileArgument.CreateOption("--input", "A file of rows; '-' is standard input", Standard);
        Option<string> output = FileArgument.CreateOption(
            "--output", "The file for outputs; '-' is standard output. A file appears at the end of the input, complete", Standard);
        Option<bool> streamed = new("--streamed") { Description = "Run each step as soon as its row is read, in constant memory" };
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
            var pipeline = new SequencePipeline(loaded.Model, loaded.InitialState, loaded.FixedLength);
            if (to == Standard || NamesOfStandardOutput.Contains(to))
            {
                Run(new RowWriter(parsed.InvocationConfiguration.Output, flushes: true));
                return;
            }

            using var partial = new PartialOutput(to);
            AtomicFile.Write(to, stream =>
            {
                partial.Watch(stream);
                using var writer = new StreamWriter(stream, leaveOpen: true);
                Run(new RowWriter(writer, flushes: false));
            });

            void Run(RowWriter results)
            {
                if (streams)
                {
                    pipeline.Stream(rows, results);
                }
                else
                {
                    pipeline.RunWhole(rows, results);
                }
            }
        });
        return command;
    }

    private static void Check(string path, RnnSpec spec, bool streams)
    {
        if (spec.Inputs.Count > 0)
        {
            throw new CommandException(
                $"{path}: expected a network of values or of one index a row, but it has {spec.Inputs.Count} inputs");
        }

        if (spec.Shape == SequenceShape.OneToMany)
        {
            throw new CommandException($"{path}: expected a network that reads a row at every step, but it is one-to-many");
        }

        if (streams)
        {
            spec.RequireCausal(layer => new CommandException(
                $"{path}: expected layers that see no later step, for a stream, but {layer} sees later ones: "
                + "use --input without --streamed"));
        }
    }
}
