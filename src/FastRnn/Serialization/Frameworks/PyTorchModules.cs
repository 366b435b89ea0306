namespace FastRnn.Serialization;

/// <summary>
/// The modules of a file with a state dictionary of PyTorch: recurrent ones have weight_ih, weight_hh and perhaps bias_ih, bias_hh, with
/// _l0, _l1, … and perhaps _reverse behind, or nothing where they are single cells; others have weight and perhaps bias, whose dimensions
/// tell vectors, matrices and kernels apart, and batch normalizations their statistics. Source: torch/nn/modules/rnn.py, conv.py.
/// </summary>
internal static class PyTorchModules
{
    private static readonly WeightFormat Format = WeightFormat.PyTorch;

    private static readonly string[] RecurrentParts = [Format.InputWeights, Format.RecurrentWeights, .. Format.Biases];

    private static readonly string[] Parts =
    [
        Format.DenseWeights, Format.DenseBias, Format.Vectors.Mean, Format.Vectors.Variance, Format.Vectors.Count!,
    ];

    internal static List<WeightModule> Find(SafetensorsFile file, PyTorchOptions options)
    {
        var choices = new OpenChoices(file.Path, options);
        List<WeightModule> modules =
        [
            .. TensorGroups.Of(file, PyTorchTensors.Of(file), Format.Separator, EndOf).Select(group => ToModule(group, choices)),
        ];
        choices.RefuseRest();
        return modules;

        int EndOf(string name)
        {
            int end = name.LastIndexOf(Format.Separator);
            string part = name[(end + 1)..];
            if (part.StartsWith("weight_hr", StringComparison.Ordinal))
            {
                throw new FastRnnFormatException(
                    file.Path, name, "expected a module without projection, but this one has been made with proj_size");
            }

            return Array.IndexOf(Parts, part) >= 0 || IsRecurrent(part)
                ? end
                : throw new FastRnnFormatException(
                    file.Path, name,
                    "expected a tensor of a recurrent, linear, embedding, convolution, normalization or PReLU module, but that name is "
                    + "none's");
        }
    }

    /// <summary>Whether the last part of a tensor's name is PyTorch's and not Keras'; those of parametrized weights are too.</summary>
    internal static bool IsOwnPart(string part)
        => part.StartsWith("weight", StringComparison.Ordinal) || part.StartsWith(PyTorchTensors.Original, StringComparison.Ordinal)
            || IsRecurrent(part) || (part != Format.DenseBias && Array.IndexOf(Parts, part) >= 0);

    private static bool IsRecurrent(string part)
        => Array.Exists(RecurrentParts, known => part == known || part.StartsWith($"{known}_l", StringComparison.Ordinal));

    private static WeightModule ToModule(TensorGroup group, OpenChoices choices)
    {
        var tensors = new ModuleTensors(group, Format, choices);
        var vectors = new VectorTensors(group, Format.Vectors, choices);
        WeightModule module = group.Parts.Any(IsRecurrent)
            ? tensors.TakeRecurrent(
                PlacesOf(group), group.Parts.Any(part => part.StartsWith("bias", StringComparison.Ordinal)), _ => true)
            : vectors.IsBatchNormalization ? vectors.TakeBatchNormalization()
            : group.Rank(Format.DenseWeights) switch
            {
                1 => vectors.TakeAny(),
                3 => new ConvolutionTensors(group, Format, choices).Take(),
                _ => tensors.TakeDense(),
            };
        group.RefuseRest(IsOfLayer, "expected a module with all layers below this one, but one is missing");
        return module;

        static bool IsOfLayer(string part) => IsRecurrent(part) && part.Any(char.IsAsciiDigit);
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
