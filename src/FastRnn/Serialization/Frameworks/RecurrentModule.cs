namespace FastRnn.Serialization;

/// <summary>Recurrent layers one upon the other, each with the tensors of its one or two directions.</summary>
internal sealed class RecurrentModule(string name, WeightOrder order, IReadOnlyList<(CommonCell Cell, CellTensors[] Directions)> layers)
    : WeightModule(name, layers[0].Cell.InputSize, layers[^1].Cell.OutputSize)
{
    internal CellKind Kind => layers[0].Cell.Kind;

    internal override bool HasActivation => Kind == CellKind.Elman;

    internal override long ParameterCount => layers.Sum(layer => layer.Cell.ParameterCount);

    internal override void AddLayers(List<LayerSpec> specified, Activation activation)
        => specified.AddRange(layers.Select(layer => layer.Cell.ToLayer(activation)));

    internal override void Read(SafetensorsFile file, Span<float> destination)
    {
        foreach ((CommonCell cell, CellTensors[] directions) in layers)
        {
            int count = (int)(cell.ParameterCount / directions.Length);
            foreach (CellTensors tensors in directions)
            {
                order.ReadCell(file, tensors, cell, destination[..count]);
                destination = destination[count..];
            }
        }
    }
}
