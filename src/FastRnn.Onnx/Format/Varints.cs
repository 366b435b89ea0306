namespace FastRnn.Onnx.Format;

/// <summary>Protobuf's whole numbers, seven bits a byte, lowest first; the last byte's highest bit is 0.</summary>
internal static class Varints
{
    /// <summary>The largest byte that ends a number.</summary>
    internal const byte Last = 0x7F;

    internal static int Count(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach (byte value in bytes)
        {
            count += value <= Last ? 1 : 0;
        }

        return count;
    }

    /// <summary>The first number; afterwards the bytes are those behind it.</summary>
    internal static long Read(ref ReadOnlySpan<byte> bytes)
    {
        const int Bits = 7;
        ulong number = 0;
        int length = bytes.IndexOfAnyInRange((byte)0, Last) is >= 0 and var last ? last + 1 : bytes.Length;
        for (int i = 0; i < length && i * Bits < 64; i++)
        {
            number |= (ulong)(bytes[i] & Last) << i * Bits;
        }

        bytes = bytes[length..];
        return unchecked((long)number);
    }
}
