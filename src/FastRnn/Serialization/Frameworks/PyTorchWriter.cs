namespace FastRnn.Serialization;

/// <summary>Writes a state dictionary of PyTorch.</summary>
internal sealed class PyTorchWriter(StoredType type) : ModelWriter("PyTorch", PyTorchModules.Separator, type)
{
    private protected override bool Has(CommonCell cell) => cell.Kind != CellKind.ResetBeforeGru;

    private protected override void AddCell(
        string name, CommonCell cell, bool isReverse,
        ReadOnlyMemory<float> input, ReadOnlyMemory<float> recurrent, ReadOnlyMemory<float> bias, ReadOnlyMemory<float> recurrentBias)
    {
        string suffix = isReverse ? "_l0_reverse" : "_l0";
        Add($"{name}weight_ih{suffix}", WeightOrder.PyTorch.Matrix(input, cell.Rows, cell.Gates), cell.Rows, cell.InputSize);
        Add($"{name}weight_hh{suffix}", WeightOrder.PyTorch.Matrix(recurrent, cell.Rows, cell.Gates), cell.Rows, cell.HiddenSize);
        Add($"{name}bias_ih{suffix}", WeightOrder.PyTorch.Vector(bias, cell.Gates), cell.Rows);
        Add($"{name}bias_hh{suffix}", WeightOrder.PyTorch.Vector(recurrentBias, cell.Gates), cell.Rows);
    }

    private protected override void AddDense(
        string name, int inputSize, int outputSize, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> bias)
    {
        Add($"{name}weight", weights, outputSize, inputSize);
        Add($"{name}bias", bias, outputSize);
    }

    private protected override void AddEmbedding(string name, int vocabularySize, int size, ReadOnlyMemory<float> table)
        => Add($"{name}weight", table, vocabularySize, size);
}
