namespace FastRnn.Serialization;

/// <summary>
/// What a tensor of a safetensors file is made of, in the order of the format's own list: its writers put types of a later place first.
/// </summary>
internal readonly record struct ElementType(string Name, int Bits)
{
    /// <summary>All types of the format, from the least aligned on.</summary>
    private static readonly ElementType[] All =
    [
        new("BOOL", 8), new("F4", 4), new("F6_E2M3", 6), new("F6_E3M2", 6), new("U8", 8), new("I8", 8), new("F8_E5M2", 8),
        new("F8_E4M3", 8), new("F8_E8M0", 8), new("F8_E4M3FNUZ", 8), new("F8_E5M2FNUZ", 8), new("I16", 16), new("U16", 16),
        new("F16", 16), new("BF16", 16), new("I32", 32), new("U32", 32), new("F32", 32), new("C64", 64), new("F64", 64),
        new("I64", 64), new("U64", 64),
    ];

    internal static ElementType Float32 { get; } = Find("F32")!.Value;

    internal static ElementType BFloat16 { get; } = Find("BF16")!.Value;

    internal static ElementType Int64 { get; } = Find("I64")!.Value;

    /// <summary>The type of that name; null where the format has none.</summary>
    internal static ElementType? Find(string name)
    {
        int index = Array.FindIndex(All, type => type.Name == name);
        return index < 0 ? null : All[index];
    }

    /// <summary>How the format names a type that is written.</summary>
    internal static ElementType Of(StoredType type) => type switch
    {
        StoredType.F32 => Float32,
        StoredType.BF16 => BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected one of the types that the enumeration names."),
    };
}
