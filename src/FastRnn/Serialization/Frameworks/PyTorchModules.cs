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
        return [.. TensorGroups.Of(file, PyTorchTensors.Of(file), Format.Separator, EndOf).Select(ToModule)];

        int EndOf(string name)
        {
            int end = name.LastIndexOf(Format.Separator);
            string part = name[(end + 1)..];
            if (part.StartsWith("weight_hr", StringComparison.Ordinal))
            {
                throw new FastRnnFormatException(
                    file.Path, name, "expected a module without projection, but this one has been made with proj_size");
            }

            return part is "weight" or "bias" || IsRecurrent(part)
                ? end
                : throw new FastRnnFormatException(
                    file.Path, name, "expected a weight of a recurrent, linear or embedding module, but that name is none's");
        }
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
