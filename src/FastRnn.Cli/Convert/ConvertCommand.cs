using System.CommandLine;
using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Cli.Output;
using Spectre.Console;

namespace FastRnn.Cli.Convert;

/// <summary>The command <c>convert</c>: writes a model in another format.</summary>
internal static class ConvertCommand
{
    private const string Description =
        "Writes a model in another format. The format of IN is recognized by its content, that of OUT by its extension: .onnx is ONNX, "
        + ".safetensors is FastRnn's own unless --to names another. A model that the format can't express is refused.";

    internal static Command Create(IAnsiConsole console)
    {
        Argument<string> from = FileArgument.Create("IN", "A model: safetensors of FastRnn, PyTorch or Keras, or ONNX");
        Argument<string> to = FileArgument.Create("OUT", "The file to write; an existing file is replaced");
        Option<Choice<FileFormat>?> format = ChoiceOption.Create(
            "--to", "The format of OUT", ("fastrnn", FileFormat.FastRnn), ("pytorch", FileFormat.PyTorch), ("keras", FileFormat.Keras),
            ("onnx", FileFormat.Onnx));
        Option<bool> bfloat16 = new("--bfloat16") { Description = "Safetensors: weights rounded to BF16, in 16 bits" };
        var choices = new WeightChoiceOptions();
        var command = new Command("convert", Description) { from, to, format, bfloat16 };
        choices.All.ToList().ForEach(command.Add);
        command.SetGuardedAction(parsed =>
        {
            var target = new ConversionTarget(
                parsed.GetValue(to)!,
                ConversionTarget.FormatOf(parsed.GetValue(to)!, parsed.GetValue(format)?.Value),
                parsed.GetValue(bfloat16));
            string path = parsed.GetValue(from)!;
            LoadedModel loaded = LoadedModel.Load(path, choices.Read(parsed), parsed.InvocationConfiguration.Error);
            using (var termination = new DeferredTermination())
            {
                target.Write(path, loaded);
                termination.ThrowIfRequested(target.Path);
            }

            if (!IsOpenFile(target.Path))
            {
                Report(console.Profile.Out.Writer, path, loaded, target);
            }
        });
        return command;
    }

    /// <summary>Whether a path is a device or an open file of a process, such as standard output, where a report would spoil the model.
    /// </summary>
    private static bool IsOpenFile(string path)
        => Path.GetFullPath(path) is var full
            && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    private static void Report(TextWriter writer, string path, LoadedModel loaded, ConversionTarget target)
    {
        writer.WriteLine(PlainText.Of(FormattableString.Invariant(
            $"{path} ({loaded.Format}) → {target.Path} ({target.Format}): {loaded.Model.ParameterCount:N0} parameters")));
        if (target.Format is FileFormat.PyTorch or FileFormat.Keras)
        {
            writer.WriteLine(
                $"{target.Format} files have weights alone, without activations, kinds of vectors, epsilons, paddings, dilations, groups, "
                + "merges, poolings, dropout and the shape of sequences.");
            writer.WriteLine(PlainText.Of(ReadingArguments.Of(loaded.Model.Spec, target.Format) switch
            {
                null => "This one can't be read back as the same network: branches, poolings or activations are not in it.",
                [] => "Reading this one takes no options.",
                var arguments => $"Reading this one takes {ReadingArguments.Text(arguments)}",
            }));
        }
    }
}
