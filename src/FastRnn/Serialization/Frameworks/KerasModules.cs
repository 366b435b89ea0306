namespace FastRnn.Serialization;

/// <summary>
/// The modules of a file whose names are the paths of Keras' variables: recurrent ones have kernel, recurrent_kernel and perhaps bias,
/// embeddings have embeddings, others kernel and perhaps bias; <see cref="KerasDirections"/> tells bidirectional ones. Source:
/// keras/src/layers/rnn of Keras 3.
/// </summary>
internal static class KerasModules
{
    private const string Kernel = "kernel", RecurrentKernel = "recurrent_kernel", Bias = "bias", Embeddings = "embeddings";

    internal static List<WeightModule> Find(SafetensorsFile file, KerasOptions options)
    {
        char separator = file.Tensors.Any(tensor => tensor.Name.Contains('/', StringComparison.Ordinal)) ? '/' : '.';
        var directions = new KerasDirections(file, separator, options);
        var groups = new TensorGroups(file, separator);
        foreach (TensorEntry tensor in file.Tensors)
        {
            string path = tensor.Name;
            int end = path.LastIndexOf(separator);
            if (path[(end + 1)..] is not (Kernel or RecurrentKernel or Bias or Embeddings))
            {
                throw new FastRnnFormatException(
                    file.Path, path, "expected a weight of a recurrent, dense or embedding layer, but that name is none's");
            }

            groups.Add(tensor, directions.StartOf(path) is { } start ? start - 1 : end);
        }

        List<WeightModule> modules = [.. groups.All.Select(group => ToModule(group, separator, options))];
        return options.ResetAfter is null || modules.Exists(IsGru)
            ? modules
            : throw options.Fault(file.Path, null, nameof(KerasOptions.ResetAfter), "expected a GRU, but there is none");
    }

    private static bool IsGru(WeightModule module)
        => module is RecurrentModule { Kind: CellKind.Gru or CellKind.ResetBeforeGru };

    private static WeightModule ToModule(TensorGroup group, char separator, KerasOptions options)
    {
        string? directed = group.Parts.Order(StringComparer.Ordinal).FirstOrDefault(KerasDirections.HasOne);
        WeightModule module = directed is not null
            ? ToRecurrent(group, KerasDirections.Both(directed[..(directed.LastIndexOf(separator) + 1)]), options)
            : group.Has(RecurrentKernel) ? ToRecurrent(group, [string.Empty], options)
            : group.Has(Embeddings) ? ToEmbedding(group)
            : ToDense(group);
        group.RefuseRest();
        return module;
    }

    private static EmbeddingModule ToEmbedding(TensorGroup group)
    {
        TensorEntry table = group.Take(Embeddings, null, null);
        return new EmbeddingModule(group.Name, (int)table.Shape[0], (int)table.Shape[1], table);
    }

    private static DenseModule ToDense(TensorGroup group)
    {
        TensorEntry weights = group.Take(Kernel, null, null);
        int inputs = (int)weights.Shape[0], outputs = (int)weights.Shape[1];
        return new DenseModule(group.Name, inputs, outputs, WeightOrder.Keras, weights, group.TakeIfThere(Bias, outputs));
    }

    /// <param name="directions">what stands before the tensors of each</param>
    private static RecurrentModule ToRecurrent(TensorGroup group, string[] directions, KerasOptions options)
    {
        bool hasBias = group.Parts.Any(part => part.EndsWith(Bias, StringComparison.Ordinal));
        CommonCell? cell = null;
        var tensors = new List<CellTensors>();
        foreach (string direction in directions)
        {
            TensorEntry recurrent = group.Take(direction + RecurrentKernel, cell?.HiddenSize, cell?.Rows);
            string bias = direction + Bias;
            CellKind kind = cell?.Kind ?? KindOf(group, recurrent, group.Rank(bias), options);
            TensorEntry input = group.Take(direction + Kernel, cell?.InputSize, (int)recurrent.Shape[1]);
            cell ??= new CommonCell(kind, (int)input.Shape[0], (int)recurrent.Shape[0], directions.Length == 2);
            TensorEntry[] biases = !hasBias ? []
                : cell.Kind == CellKind.Gru ? [group.Take(bias, 2, cell.Rows)] : [group.Take(bias, cell.Rows)];
            tensors.Add(new CellTensors(input, recurrent, biases));
        }

        return new RecurrentModule(group.Name, WeightOrder.Keras, [(cell!, tensors.ToArray())]);
    }

    /// <param name="biasRank">how many dimensions the bias has: two rows are those of a GRU that resets after the product</param>
    private static CellKind KindOf(TensorGroup group, TensorEntry recurrent, int? biasRank, KerasOptions options)
    {
        long rows = recurrent.Shape[0], columns = recurrent.Shape[1];
        if (columns == rows)
        {
            return CellKind.Elman;
        }

        if (columns == 4 * rows)
        {
            return CellKind.Lstm;
        }

        if (columns != 3 * rows)
        {
            throw group.Fault(recurrent, $"expected 1, 3 or 4 times as many columns as rows, but its shape is [{rows}, {columns}]");
        }

        bool? resetAfter = biasRank is { } rank ? rank == 2 : options.ResetAfter;
        if (resetAfter is null)
        {
            throw Fault(
                "expected a value, since the file does not say whether this GRU without biases resets after the recurrent product or "
                + "before it");
        }

        return resetAfter == (options.ResetAfter ?? resetAfter)
            ? resetAfter.Value ? CellKind.Gru : CellKind.ResetBeforeGru
            : throw Fault(
                options.ResetAfter == true
                    ? $"expected a bias of two rows for a GRU that resets after the recurrent product, but its rank is {biasRank}"
                    : $"expected a bias of rank 1 for a GRU that resets before the recurrent product, but its rank is {biasRank}");

        FastRnnFormatException Fault(string rule)
            => options.Fault(group.File.Path, group.Name, nameof(KerasOptions.ResetAfter), rule);
    }
}
