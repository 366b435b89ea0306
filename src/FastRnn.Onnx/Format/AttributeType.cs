namespace FastRnn.Onnx.Format;

/// <summary>ONNX's numbers for the types of attributes.</summary>
internal static class AttributeType
{
    internal const int Float = 1, Integer = 2, Text = 3, Tensor = 4, Floats = 6, Integers = 7, Texts = 8;
}
