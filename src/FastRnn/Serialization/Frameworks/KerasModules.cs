namespace FastRnn.Serialization;

/// <summary>
/// The modules of a file whose names are the paths of Keras' variables: recurrent ones have kernel, recurrent_kernel and perhaps bias,
/// embeddings have embeddings, dense layers and convolutions kernel and perhaps bias, normalizations and PReLU vectors of other names;
/// <see cref="KerasDirections"/> tells bidirectional ones. Source: keras/src/layers of Keras 3.
/// </summary>
internal static class KerasModules
{
    private static readonly WeightFormat Format = WeightFormat.Keras;

    private static readonly string[] Parts =
    [
        Format.DenseWeights, Format.RecurrentWeights, Format.DenseBias, Format.Embeddings, Format.DepthwiseWeights!,
        Format.Vectors.Scale, Format.Vectors.Shift, Format.Vectors.RmsScale, Format.Vectors.Mean, Format.Vectors.Variance,
        Format.Vectors.Slopes,
    ];

    /// <summary>Whether the last part of a tensor's name is Keras' and not PyTorch's.</summary>
    internal static bool IsOwnPart(string part) => part != Format.DenseBias && Array.IndexOf(Parts, part) >= 0;

    internal static List<WeightModule> Find(SafetensorsFile file, KerasOptions options)
    {
        char separator = file.Tensors.Any(tensor => tensor.Name.Contains('/', StringComparison.Ordinal)) ? '/' : '.';
        var directions = new KerasDirections(file, separator, options);

        // The seeds of dropout layers are variables too, which running does not need.
        IEnumerable<(string Name, TensorEntry Tensor)> tensors = file.Tensors
            .Where(tensor => tensor.Name[(tensor.Name.LastIndexOf(separator) + 1)..] != "seed_generator_state")
            .Select(tensor => (tensor.Name, tensor));
        var choices = new OpenChoices(file.Path, options);
        List<WeightModule> modules =
            [.. TensorGroups.Of(file, tensors, separator, EndOf).Select(group => ToModule(group, separator, options, choices))];
        choices.RefuseRest();
        return options.ResetAfter is null || modules.Exists(module => module.IsGru)
            ? modules
            : throw options.Fault(file.Path, null, nameof(KerasOptions.ResetAfter), "expected a GRU, but there is none");

        int EndOf(string path)
        {
            int end = path.LastIndexOf(separator);
            return Array.IndexOf(Parts, path[(end + 1)..]) < 0
                ? throw new FastRnnFormatException(
                    file.Path, path,
                    "expected a tensor of a recurrent, dense, embedding, convolution, normalization or PReLU layer, but that name is "
                    + "none's")
                : directions.StartOf(path) is { } start ? start - 1 : end;
        }
    }

    private static WeightModule ToModule(TensorGroup group, char separator, KerasOptions options, OpenChoices choices)
    {
        var tensors = new ModuleTensors(group, Format, choices);
        var vectors = new VectorTensors(group, Format.Vectors, choices);
        var convolution = new ConvolutionTensors(group, Format, choices);
        string? directed = group.Parts.Order(StringComparer.Ordinal).FirstOrDefault(KerasDirections.HasOne);
        WeightModule module = directed is not null
            ? TakeRecurrent(KerasDirections.Both(directed[..(directed.LastIndexOf(separator) + 1)]))
            : group.Has(Format.RecurrentWeights) ? TakeRecurrent(string.Empty)
            : group.Has(Format.Embeddings) ? tensors.TakeEmbedding()
            : vectors.IsBatchNormalization ? vectors.TakeBatchNormalization()
            : group.Has(Format.Vectors.Scale) || group.Has(Format.Vectors.Shift) ? vectors.TakeLayerNormalization()
            : group.Has(Format.Vectors.RmsScale) ? vectors.TakeRmsNormalization()
            : group.Has(Format.Vectors.Slopes) ? vectors.TakePRelu()
            : group.Has(Format.DepthwiseWeights!) ? convolution.TakeDepthwise()
            : group.Rank(Format.DenseWeights) == 3 ? convolution.Take()
            : tensors.TakeDense();
        group.RefuseRest();
        return module;

        WeightModule TakeRecurrent(params string[] directions)
            => tensors.TakeRecurrent(
                [Array.ConvertAll(directions, direction => new CellPlace(direction, string.Empty))],
                group.Parts.Any(part => part.EndsWith(Format.Biases[0], StringComparison.Ordinal)),
                biasRank => ResetsAfter(group, biasRank, options));
    }

    /// <param name="biasRank">how many dimensions the bias has: two rows are those of a GRU that resets after the product</param>
    private static bool ResetsAfter(TensorGroup group, int? biasRank, KerasOptions options)
    {
        bool resetsAfter = (biasRank is { } rank ? rank == 2 : options.ResetAfter) ?? throw Fault(
            "expected a value, since the file does not say whether this GRU without biases resets after the recurrent product or before "
            + "it");
        return resetsAfter == (options.ResetAfter ?? resetsAfter)
            ? resetsAfter
            : throw Fault(
                options.ResetAfter == true
                    ? $"expected a bias of two rows for a GRU that resets after the recurrent product, but its rank is {biasRank}"
                    : $"expected a bias of rank 1 for a GRU that resets before the recurrent product, but its rank is {biasRank}");

        FastRnnFormatException Fault(string rule)
            => options.Fault(group.File.Path, group.Name, nameof(KerasOptions.ResetAfter), rule);
    }
}
