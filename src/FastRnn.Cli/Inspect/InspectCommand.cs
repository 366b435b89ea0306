using System.CommandLine;
using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Serialization;
using Spectre.Console;

namespace FastRnn.Cli.Inspect;

/// <summary>The command <c>inspect</c>: shows what a model file holds.</summary>
internal static class InspectCommand
{
    private const string Description =
        "Shows what a model file holds: format, layers and sizes, tensors and metadata, both networks of an encoder and a decoder, the "
        + "trainer of a checkpoint. Warns of weights that are NaN or infinite. If the file can't be loaded as a model, it says why, and "
        + "which option to add.";

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
        // An invalid file ends the command here; one that is valid but can't be loaded as a model is still shown.
        using RecognizedFile file = FileRecognition.Open(path);
        FileContents contents = file.Safetensors is { } safetensors ? SafetensorsContents.Read(safetensors) : OnnxContents.Read(path);
        LoadedFile? loaded = null;
        string? why = null;
        try
        {
            loaded = LoadedFile.Load(file, choices);
            loaded.WriteWarnings(path, warnings);
        }
        catch (Exception exception) when (exception is CommandException or FastRnnFormatException or OutOfMemoryException)
        {
            why = CommandErrors.MessageOf(exception);
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
