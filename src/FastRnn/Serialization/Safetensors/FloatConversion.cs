using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace FastRnn.Serialization;

/// <summary>Values of a file, little-endian, to floats and back.</summary>
internal static class FloatConversion
{
    /// <summary>Whether values of that type can become floats.</summary>
    internal static bool IsKnown(ElementType type) => type.Name is "F32" or "F64" or "F16" or "BF16";

    /// <summary>Reads as many values as the destination takes; F64 is rounded to the nearest float.</summary>
    /// <returns>Whether every number is one here too: one of F64 may be beyond all floats.</returns>
    internal static bool ToFloats(ElementType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        bool isWithin = true;
        switch (type.Name)
        {
            case "F32":
                Span<byte> bytes = MemoryMarshal.AsBytes(destination);
                source[..bytes.Length].CopyTo(bytes);
                SetOrder(bytes);
                break;
            case "F64":
                for (int i = 0; i < destination.Length; i++)
                {
                    double value = BinaryPrimitives.ReadDoubleLittleEndian(source[(i * sizeof(double))..]);
                    destination[i] = (float)value;
                    isWithin &= !float.IsInfinity(destination[i]) || double.IsInfinity(value);
                }

                break;
            case "F16" when BitConverter.IsLittleEndian:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case "F16":
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(source[(i * sizeof(ushort))..]);
                }

                break;
            case "BF16":
                for (int i = 0; i < destination.Length; i++)
                {
                    uint bits = BinaryPrimitives.ReadUInt16LittleEndian(source[(i * sizeof(ushort))..]);
                    destination[i] = BitConverter.UInt32BitsToSingle(bits << 16);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type.Name, "Expected F32, F64, F16 or BF16.");
        }

        return isWithin;
    }

    /// <summary>Writes F32, BF16 rounded to the nearest, ties to even, where NaN stays NaN, or whole numbers as I64.</summary>
    /// <returns>Whether every number is one there too: one may be beyond all of BF16.</returns>
    internal static bool FromFloats(ElementType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (type == ElementType.Float32)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(source);
            bytes.CopyTo(destination);
            SetOrder(destination[..bytes.Length]);
            return true;
        }

        if (type == ElementType.Int64)
        {
            for (int i = 0; i < source.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(destination[(i * sizeof(long))..], (long)source[i]);
            }

            return true;
        }

        bool isWithin = true;
        for (int i = 0; i < source.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[i]);
            uint rounded = float.IsNaN(source[i]) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(i * sizeof(ushort))..], (ushort)rounded);
            isWithin &= (rounded & 0x7FFF) != 0x7F80 || float.IsInfinity(source[i]);
        }

        return isWithin;
    }

    /// <summary>Changes floats from the machine's byte order to little-endian, or back.</summary>
    private static void SetOrder(Span<byte> floats)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<byte, int>(floats);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
