namespace FastRnn.Onnx.Format;

/// <summary>ONNX's numbers of the types of values.</summary>
internal static class DataType
{
    internal const int Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10, Double = 11,
        UInt32 = 12, UInt64 = 13, BFloat16 = 16;
}
