using System.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Serialization;
using Spectre.Console;

namespace FastRnn.Cli.Inspect;

/// <summary>The command <c>inspect</c>: what a file of a model holds.</summary>
internal static class InspectCommand
{
    private const string Description =
        "Shows what a file of a model holds: its format, layers and sizes, its tensors and metadata. Warns of weights that are NaN or "
        + "infinite. Of a file that no model can be made of it shows the tensors, and which option would decide what is open. Of an "
        + "encoder and a decoder it shows both networks, of a checkpoint the trainer too.";

    internal static Command Create(IAnsiConsole console)
    {
        Argument<string> file = FileArgument.Create("FILE", "A safetensors file, of FastRnn or any other program, or an ONNX file");
        var choices = new WeightChoiceOptions();
        var command = new Command("inspect", Description) { file };
        choices.All.ToList().ForEach(command.Add);
        command.SetGuardedAction(parsed => Inspect(
            parsed.GetValue(file)!, choices.Read(parsed), new InspectReport(console), parsed.InvocationConfiguration.Error));
        return command;
    }

    private static void Inspect(string path, WeightChoices choices, InspectReport report, TextWriter warnings)
    {
        // What is wrong with the file itself ends here; what a model lacks does not.
        using RecognizedFile file = FileRecognition.Open(path);
        FileContents contents = file.Safetensors is { } safetensors ? SafetensorsContents.Read(safetensors) : OnnxContents.Read(path);
        LoadedFile? loaded = null;
        string? why = null;
        try
        {
            loaded = LoadedFile.Load(file, choices);
            loaded.WriteWarnings(path, warnings);
        }
        catch (Exception exception) when (exception is CommandFault or FastRnnFormatException or OutOfMemoryException)
        {
            why = Faults.MessageOf(exception);
        }

        string framework = loaded?.Format is { } format and not FileFormat.Onnx ? $" of {format}" : string.Empty;
        report.File(path, contents.Format + framework, file.Length);
        if (loaded is null)
        {
            report.NoModel(why!);
        }
        else
        {
            report.Models(loaded);
        }

        report.Contents(contents);
    }
}
