using System.Globalization;

namespace FastRnn.Onnx.Format;

/// <summary>ONNX's numbers for the types of values.</summary>
internal static class DataType
{
    internal const int Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10, Double = 11,
        UInt32 = 12, UInt64 = 13, BFloat16 = 16;

    /// <summary>ONNX's names, by the numbers.</summary>
    private static readonly string[] Names =
    [
        "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL", "FLOAT16", "DOUBLE", "UINT32",
        "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16",
    ];

    /// <summary>ONNX's name of a type, or its number where it has none.</summary>
    internal static string NameOf(int type)
        => type >= 0 && type < Names.Length ? Names[type] : string.Create(CultureInfo.InvariantCulture, $"type {type}");

    /// <summary>Whether values are floats, of any length.</summary>
    internal static bool IsFloat(int type) => type is Float or Float16 or Double or BFloat16;
}
