namespace FastRnn.Serialization;

/// <summary>
/// The modules of a file with a state dictionary of PyTorch: recurrent ones have weight_ih, weight_hh and perhaps bias_ih, bias_hh, with
/// _l0, _l1, … and perhaps _reverse behind, or nothing where they are single cells; others have weight and perhaps bias. Source:
/// torch/nn/modules/rnn.py.
/// </summary>
internal static class PyTorchModules
{
    /// <summary>Between the parts of names.</summary>
    internal const char Separator = '.';

    private static readonly string[] RecurrentParts = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

    internal static List<WeightModule> Find(SafetensorsFile file)
    {
        var groups = new TensorGroups(file, Separator);
        foreach (TensorEntry tensor in file.Tensors)
        {
            int end = tensor.Name.LastIndexOf(Separator);
            string part = tensor.Name[(end + 1)..];
            if (part.StartsWith("weight_hr", StringComparison.Ordinal))
            {
                throw new FastRnnFormatException(
                    file.Path, tensor.Name, "expected a module without projection, but this one has been made with proj_size");
            }

            if (part is not ("weight" or "bias") && !IsRecurrent(part))
            {
                throw new FastRnnFormatException(
                    file.Path, tensor.Name, "expected a weight of a recurrent, linear or embedding module, but that name is none's");
            }

            groups.Add(tensor, end);
        }

        return [.. groups.All.Select(ToModule)];
    }

    private static bool IsRecurrent(string part)
        => Array.Exists(RecurrentParts, known => part == known || part.StartsWith($"{known}_l", StringComparison.Ordinal));

    private static WeightModule ToModule(TensorGroup group)
    {
        WeightModule module = group.Parts.Any(IsRecurrent) ? ToRecurrent(group) : ToLinear(group);
        group.RefuseRest();
        return module;
    }

    private static DenseModule ToLinear(TensorGroup group)
    {
        TensorEntry weights = group.Take("weight", null, null);
        int rows = (int)weights.Shape[0], columns = (int)weights.Shape[1];
        TensorEntry? bias = group.TakeIfThere("bias", rows);
        EmbeddingModule? embedding = bias is null ? new EmbeddingModule(group.Name, rows, columns, weights) : null;
        return new DenseModule(group.Name, columns, rows, WeightOrder.PyTorch, weights, bias, embedding);
    }

    private static RecurrentModule ToRecurrent(TensorGroup group)
    {
        bool hasBiases = group.Parts.Any(part => part.StartsWith("bias", StringComparison.Ordinal));
        string[] directions = group.Parts.Any(part => part.EndsWith("_reverse", StringComparison.Ordinal)) ? ["", "_reverse"] : [""];
        var layers = new List<(CommonCell, CellTensors[])>();
        CommonCell? below = null;
        bool isSingle = group.Has("weight_ih");
        do
        {
            string layer = isSingle ? string.Empty : $"_l{layers.Count}";
            CommonCell? cell = below is null ? null : below with { InputSize = below.OutputSize };
            var tensors = new List<CellTensors>();
            foreach (string direction in directions)
            {
                tensors.Add(ToCell(group, layer + direction, hasBiases, directions.Length == 2, ref cell));
            }

            layers.Add((cell!, tensors.ToArray()));
            below = cell;
        }
        while (!isSingle && group.Has($"weight_ih_l{layers.Count}"));

        return new RecurrentModule(group.Name, WeightOrder.PyTorch, layers);
    }

    /// <param name="suffix">behind the names of the tensors</param>
    /// <param name="cell">what the tensors have to be for; null for the first ones, which tell it</param>
    private static CellTensors ToCell(TensorGroup group, string suffix, bool hasBiases, bool isBidirectional, ref CommonCell? cell)
    {
        TensorEntry recurrent = group.Take($"weight_hh{suffix}", cell?.Rows, cell?.HiddenSize);
        CellKind kind = cell?.Kind ?? KindOf(group, recurrent);
        TensorEntry input = group.Take($"weight_ih{suffix}", (int)recurrent.Shape[0], cell?.InputSize);
        cell ??= new CommonCell(kind, (int)input.Shape[1], (int)recurrent.Shape[1], isBidirectional);
        return new CellTensors(
            input,
            recurrent,
            hasBiases ? [group.Take($"bias_ih{suffix}", cell.Rows), group.Take($"bias_hh{suffix}", cell.Rows)] : []);
    }

    private static CellKind KindOf(TensorGroup group, TensorEntry recurrent)
    {
        long rows = recurrent.Shape[0], columns = recurrent.Shape[1];
        CellKind[] kinds = [CellKind.Elman, CellKind.Gru, CellKind.Lstm];
        int index = Array.FindIndex(kinds, kind => rows == columns * CommonCell.GatesOf(kind));
        return index >= 0
            ? kinds[index]
            : throw group.Fault(recurrent, $"expected 1, 3 or 4 times as many rows as columns, but its shape is [{rows}, {columns}]");
    }
}
