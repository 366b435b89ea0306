namespace FastRnn.Serialization;

/// <summary>
/// The modules of a file with a state dictionary of PyTorch: recurrent ones have weight_ih, weight_hh and perhaps bias_ih, bias_hh, with
/// _l0, _l1, … and perhaps _reverse behind, or nothing where they are single cells; others have weight and perhaps bias. Source:
/// torch/nn/modules/rnn.py.
/// </summary>
internal static class PyTorchModules
{
    private static readonly WeightFormat Format = WeightFormat.PyTorch;

    private static readonly string[] RecurrentParts = [Format.InputWeights, Format.RecurrentWeights, .. Format.Biases];

    internal static List<WeightModule> Find(SafetensorsFile file)
    {
        var groups = new TensorGroups(file, Format.Separator);
        foreach (TensorEntry tensor in file.Tensors)
        {
            int end = tensor.Name.LastIndexOf(Format.Separator);
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
        var tensors = new ModuleTensors(group, Format);
        WeightModule module = group.Parts.Any(IsRecurrent)
            ? tensors.TakeRecurrent(
                PlacesOf(group), group.Parts.Any(part => part.StartsWith("bias", StringComparison.Ordinal)), _ => true)
            : tensors.TakeDense();
        group.RefuseRest();
        return module;
    }

    /// <summary>The places of each layer's directions.</summary>
    private static List<CellPlace[]> PlacesOf(TensorGroup group)
    {
        string[] directions = group.Parts.Any(part => part.EndsWith("_reverse", StringComparison.Ordinal)) ? ["", "_reverse"] : [""];
        bool isSingle = group.Has(Format.InputWeights);
        var layers = new List<CellPlace[]>();
        do
        {
            string layer = isSingle ? string.Empty : $"_l{layers.Count}";
            layers.Add(Array.ConvertAll(directions, direction => new CellPlace(string.Empty, layer + direction)));
        }
        while (!isSingle && group.Has($"{Format.InputWeights}_l{layers.Count}"));

        return layers;
    }
}
