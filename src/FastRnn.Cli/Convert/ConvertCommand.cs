using System.CommandLine;
using FastRnn.Cli.Files;
using Spectre.Console;

namespace FastRnn.Cli.Convert;

/// <summary>The command <c>convert</c>: a model from one format into another.</summary>
internal static class ConvertCommand
{
    private const string Description =
        "Writes a model in another format. What the file IN is its content tells; what OUT is to be its extension does: .onnx is ONNX, "
        + ".safetensors FastRnn's own unless --to says another. What the format can't express is refused.";

    internal static Command Create(IAnsiConsole console)
    {
        Argument<string> from = FileArgument.Create("IN", "A model: FastRnn's or another framework's safetensors, or ONNX");
        Argument<string> to = FileArgument.Create("OUT", "The file to be written; one that is there is replaced");
        Option<Choice<FileFormat>?> format = ChoiceOption.Create(
            "--to", "The format of OUT", ("fastrnn", FileFormat.FastRnn), ("pytorch", FileFormat.PyTorch), ("keras", FileFormat.Keras),
            ("onnx", FileFormat.Onnx));
        Option<bool> bfloat16 = new("--bfloat16") { Description = "Safetensors: weights in 16 bits, rounded to the nearest BF16" };
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
            using (var ending = new DelayedEnding())
            {
                target.Write(path, loaded);
                ending.ThrowIfDue(target.Path);
            }

            if (!IsOpenFile(target.Path))
            {
                Report(console.Profile.Out.Writer, path, loaded, target);
            }
        });
        return command;
    }

    /// <summary>Whether a path is that of a device or of a process's open file, as standard output is: nothing else may come there.</summary>
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
                $"{target.Format} files have weights alone: activations, dropout and the shape of sequences are to be told where it is read.");
        }
    }
}
