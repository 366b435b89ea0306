using System.Globalization;
using FastRnn.Cli.Files;
using FastRnn.Cli.Output;
using Spectre.Console;

namespace FastRnn.Cli.Inspect;

/// <summary>Prints what a file holds. Each item is one line, which is never wrapped, so that other programs can read it.</summary>
internal sealed class InspectReport(IAnsiConsole console)
{
    /// <summary>Characters to which the cells of a column are padded at most, so that one long cell does not widen all rows.</summary>
    private const int WidestColumn = 80;

    internal void File(string path, string format, long length) => Line($"{path}: {PlainText.Shortened(format)}, {length:N0} bytes");

    internal void NoModel(string why)
    {
        Line($"");
        Line($"The file can't be loaded as a model. {why}");
    }

    /// <summary>The networks of a file, its trainer, and why they can't be used by themselves.</summary>
    internal void Models(LoadedFile loaded)
    {
        foreach ((string name, RnnModel model) in loaded.Networks)
        {
            Model(name, model);
        }

        if (loaded.Trainer is not null)
        {
            Line($"");
            Line($"Trainer");
            Rows([.. JsonText.Members(loaded.Trainer).Select(setting => (string[])[setting.Name, setting.Text])]);
        }

        if (loaded.Limit is not null)
        {
            Line($"");
            Line($"The commands run and convert can't use it: {loaded.Limit}");
        }
    }

    private void Model(string name, RnnModel model)
    {
        RnnSpec spec = model.Spec;
        Line($"");
        Line($"{name}");
        Line($"  inputs      {InputsOf(spec)}");
        Line($"  outputs     {spec.OutputSize:N0}, {ShapeOf(spec.Shape)}");
        Line($"  parameters  {model.ParameterCount:N0}");
        Line($"  state       {spec.StateSize:N0} floats");
        Line($"");
        Line($"Layers");
        var rows = new List<string[]>();
        int inputSize = spec.InputSize, number = 0;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            LayerSpec layer = spec.Layers[i];
            var description = LayerDescription.Of(layer);
            int outputSize = layer.GetOutputSize(inputSize);
            rows.Add(
            [
                // As the names of tensors count, which last steps have none of.
                layer is LastStepSpec ? "" : Text($"{number++}"), description.Kind, description.Options,
                Text($"{inputSize:N0} → {outputSize:N0}"),
                Text($"{layer.GetParameters(inputSize).Sum(shape => shape.Length):N0} parameters"),
                Text($"{spec.StateParts.Where(part => part.Layer == i).Sum(part => part.Length):N0} state"),
            ]);
            inputSize = outputSize;
        }

        Rows(rows);
    }

    private static string InputsOf(RnnSpec spec)
        => spec.Inputs.Count > 0 ? Text($"{spec.IndexCount:N0} indices and {spec.ValueCount:N0} values, of {spec.Inputs.Count} inputs")
            : spec.TakesIndices ? Text($"one index, below {spec.InputSize:N0}")
            : Text($"{spec.InputSize:N0}");

    internal void Contents(FileContents contents)
    {
        Line($"");
        Line($"Tensors");
        Rows([.. contents.Tensors.Select(tensor => (string[])[tensor.Name, tensor.Type, $"[{string.Join(", ", tensor.Shape)}]"])]);
        if (contents.Metadata.Count > 0)
        {
            Line($"");
            Line($"Metadata");
            Rows([.. contents.Metadata.Select(pair => (string[])[pair.Key, pair.Value])]);
        }

        ListedTensor[] suspicious = [.. contents.Tensors.Where(tensor => tensor.Warning is not null)];
        if (suspicious.Length > 0)
        {
            Line($"");
        }

        foreach (ListedTensor tensor in suspicious)
        {
            Line($"Warning: {PlainText.Shortened(tensor.Name)}: {tensor.Warning}");
        }
    }

    private static string ShapeOf(SequenceShape shape) => shape switch
    {
        SequenceShape.ManyToOne => "many to one",
        SequenceShape.OneToMany => "one to many",
        _ => "many to many",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Rows with the same number of cells, aligned in columns.</summary>
    private void Rows(List<string[]> rows)
    {
        if (rows.Count == 0)
        {
            Line($"  none");
            return;
        }

        var widths = new int[rows[0].Length];
        string[][] plain = [.. rows.Select(row => row.Select(cell => PlainText.Of(PlainText.Shortened(cell))).ToArray())];
        foreach (string[] row in plain)
        {
            for (int column = 0; column < row.Length; column++)
            {
                widths[column] = Math.Min(WidestColumn, Math.Max(widths[column], row[column].Length));
            }
        }

        foreach (string[] row in plain)
        {
            Line($"  {string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))}");
        }
    }

    /// <summary>Writes to the output directly, since the console would wrap lines at its width.</summary>
    private void Line(FormattableString text) => console.Profile.Out.Writer.WriteLine(PlainText.Of(Text(text)).TrimEnd());
}
