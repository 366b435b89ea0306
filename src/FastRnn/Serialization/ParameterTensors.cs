using FastRnn.Memory;

namespace FastRnn.Serialization;

/// <summary>Weights, or a value for each of them, as tensors: one a slice, by the slice's name, [rows, columns], a vector [columns].
/// </summary>
internal static class ParameterTensors
{
    /// <param name="writer">receives the tensors</param>
    /// <param name="prefix">stands before their names</param>
    /// <param name="layout">which there are</param>
    /// <param name="values">all of them</param>
    /// <param name="type">how they are written</param>
    internal static void Add(
        SafetensorsWriter writer, string prefix, ParameterLayout layout, ReadOnlyMemory<float> values, StoredType type = StoredType.F32)
    {
        ElementType element = ElementType.Of(type);
        foreach (ParameterSlice slice in layout.Slices)
        {
            writer.Add(prefix + slice.Name, element, Shape(slice), values.Slice(slice.Offset, slice.Length));
        }
    }

    /// <summary>Takes the tensors of all slices and reads them.</summary>
    internal static void Read(TensorGroup tensors, string prefix, ParameterLayout layout, Span<float> values)
    {
        foreach (ParameterSlice slice in layout.Slices)
        {
            TensorEntry tensor = tensors.Take(prefix + slice.Name, Array.ConvertAll(Shape(slice), length => (int?)length));
            tensors.File.Read(tensor, values.Slice(slice.Offset, slice.Length));
        }
    }

    private static int[] Shape(ParameterSlice slice) => slice.IsVector ? [slice.Columns] : [slice.Rows, slice.Columns];
}
