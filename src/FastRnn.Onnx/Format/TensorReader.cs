using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastRnn.Serialization;
using Google.Protobuf.Collections;

namespace FastRnn.Onnx.Format;

/// <summary>
/// Reads the values of a <see cref="TensorProto"/>: raw bytes, little-endian, in the model or in a file beside it, or the field of its
/// type. Nothing is allocated for more values than the file has.
/// </summary>
internal static class TensorReader
{
    private const int External = 1;

    /// <param name="path">the model's file</param>
    /// <param name="item">what the tensor is, for messages</param>
    /// <param name="proto">the tensor</param>
    /// <param name="budget">what may still be read</param>
    internal static Tensor Read(string path, string item, TensorProto proto, ValueBudget budget)
    {
        if (proto.Dims.Count > Tensor.MostDimensions || proto.Dims.Any(size => size < 0))
        {
            throw Refused(
                $"expected at most {Tensor.MostDimensions} dimensions, none below 0, but they are {DisplayText.List(proto.Dims)}");
        }

        long[] shape = [.. proto.Dims];
        if (!Tensor.CanHold(shape))
        {
            throw Refused($"expected at most {Array.MaxLength} values, but its dimensions are {DisplayText.List(shape)}");
        }

        int count = shape.Aggregate(1, (product, size) => product * (int)size), type = proto.DataType;
        CheckPlace(proto, Refused);
        if (proto.DataLocation == External || proto.HasRawData)
        {
            int size = SizeOf(type) ?? throw UnknownType();
            if (proto.DataLocation == External)
            {
                using FileStream? stream = ExternalData.Open(path, item, proto, count, size, budget);
                return FromStream(shape, type, stream, count, size, Refused);
            }

            ReadOnlySpan<byte> bytes = proto.RawData.Span;
            return bytes.Length == (long)count * size
                ? FromBytes(shape, type, bytes, count, Refused)
                : throw Refused($"expected {(long)count * size} bytes for {DisplayText.List(shape)}, but it has {bytes.Length}");
        }

        return type switch
        {
            DataType.Float => new Tensor(shape, Values(proto.FloatData, value => value)),
            DataType.Double => new Tensor(shape, Values(proto.DoubleData, value => Single(value, Refused))),
            DataType.Float16 => new Tensor(
                shape, Values(proto.Int32Data, value => (float)BitConverter.UInt16BitsToHalf(unchecked((ushort)value)))),
            DataType.BFloat16 => new Tensor(shape, Values(proto.Int32Data, value => BFloat16(unchecked((ushort)value)))),
            DataType.Int64 => new Tensor(shape, Values(proto.Int64Data, value => value)),
            DataType.UInt32 => new Tensor(shape, Values(proto.Uint64Data, value => (long)(uint)value)),
            DataType.UInt64 => new Tensor(shape, Values(proto.Uint64Data, Whole)),
            DataType.Int32 or DataType.Int16 or DataType.Int8 or DataType.UInt16 or DataType.UInt8 or DataType.Bool
                => new Tensor(shape, Values(proto.Int32Data, value => (long)value)),
            _ => throw UnknownType(),
        };

        TTo[] Values<TFrom, TTo>(RepeatedField<TFrom> field, Func<TFrom, TTo> convert)
        {
            if (field.Count != count)
            {
                throw Refused($"expected {count} values for {DisplayText.List(shape)}, but it has {field.Count}");
            }

            var values = new TTo[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = convert(field[i]);
            }

            return values;
        }

        long Whole(ulong value)
            => value <= long.MaxValue ? (long)value : throw Refused($"expected whole numbers below 2⁶³, but it has {value}");

        FastRnnFormatException Refused(string rule) => new(path, item, rule);

        FastRnnFormatException UnknownType()
            => Refused($"expected floats (1, 10, 11, 16) or whole numbers (2 to 7, 9, 12, 13), but its data_type is {proto.DataType}");
    }

    /// <summary>The values have to be in one place, whole.</summary>
    private static void CheckPlace(TensorProto proto, Func<string, FastRnnFormatException> refused)
    {
        if (proto.DataLocation is not (0 or External))
        {
            throw refused($"expected 0 or 1 as data_location, but it is {proto.DataLocation}");
        }

        if (proto.Segment is not null)
        {
            throw refused("expected a whole tensor, but it is a segment of one");
        }

        if (proto.DataLocation != External && proto.ExternalData.Count > 0)
        {
            throw refused("expected data_location EXTERNAL for values in another file, but it is DEFAULT");
        }

        int typed = ((int[])[
            proto.FloatData.Count, proto.Int32Data.Count, proto.Int64Data.Count, proto.DoubleData.Count, proto.Uint64Data.Count])
            .Count(length => length > 0);
        int places = typed + (proto.HasRawData ? 1 : 0) + (proto.DataLocation == External ? 1 : 0);
        if (places > 1)
        {
            throw refused("expected values in one place (raw_data, one field of a type or another file), but they are in several");
        }
    }

    private static float Single(double value, Func<string, FastRnnFormatException> refused)
        => float.IsFinite((float)value) || !double.IsFinite(value)
            ? (float)value
            : throw refused("expected values that a float can hold, but one of its doubles is beyond the largest");

    private static float BFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Bytes of a value; null for a type that can't be read.</summary>
    private static int? SizeOf(int type) => type switch
    {
        DataType.UInt8 or DataType.Int8 or DataType.Bool => 1,
        DataType.UInt16 or DataType.Int16 or DataType.Float16 or DataType.BFloat16 => 2,
        DataType.Float or DataType.Int32 or DataType.UInt32 => 4,
        DataType.Double or DataType.Int64 or DataType.UInt64 => 8,
        _ => null,
    };

    /// <summary>Floats in the machine's byte order are read directly to their place.</summary>
    private static Tensor FromStream(
        long[] shape, int type, FileStream? stream, int count, int size, Func<string, FastRnnFormatException> refused)
    {
        if (type == DataType.Float && BitConverter.IsLittleEndian)
        {
            var values = new float[count];
            stream?.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return new Tensor(shape, values);
        }

        var bytes = new byte[count * size];
        stream?.ReadExactly(bytes);
        return FromBytes(shape, type, bytes, count, refused);
    }

    private static Tensor FromBytes(
        long[] shape, int type, ReadOnlySpan<byte> bytes, int count, Func<string, FastRnnFormatException> refused)
        => type switch
        {
            DataType.Float when BitConverter.IsLittleEndian => new Tensor(shape, MemoryMarshal.Cast<byte, float>(bytes).ToArray()),
            DataType.Float => new Tensor(shape, Values(bytes, count, BinaryPrimitives.ReadSingleLittleEndian)),
            DataType.Double => new Tensor(shape, Values(bytes, count, at => Single(BinaryPrimitives.ReadDoubleLittleEndian(at), refused))),
            DataType.Float16 => new Tensor(shape, Values(bytes, count, at => (float)BinaryPrimitives.ReadHalfLittleEndian(at))),
            DataType.BFloat16 => new Tensor(shape, Values(bytes, count, at => BFloat16(BinaryPrimitives.ReadUInt16LittleEndian(at)))),
            DataType.Int8 => new Tensor(shape, Values(bytes, count, at => (long)(sbyte)at[0])),
            DataType.UInt8 or DataType.Bool => new Tensor(shape, Values(bytes, count, at => (long)at[0])),
            DataType.Int16 => new Tensor(shape, Values(bytes, count, at => (long)BinaryPrimitives.ReadInt16LittleEndian(at))),
            DataType.UInt16 => new Tensor(shape, Values(bytes, count, at => (long)BinaryPrimitives.ReadUInt16LittleEndian(at))),
            DataType.Int32 => new Tensor(shape, Values(bytes, count, at => (long)BinaryPrimitives.ReadInt32LittleEndian(at))),
            DataType.UInt32 => new Tensor(shape, Values(bytes, count, at => (long)BinaryPrimitives.ReadUInt32LittleEndian(at))),
            _ => new Tensor(shape, Values(bytes, count, BinaryPrimitives.ReadInt64LittleEndian)),
        };

    private static T[] Values<T>(ReadOnlySpan<byte> bytes, int count, Func<ReadOnlySpan<byte>, T> read)
    {
        var values = new T[count];
        int size = bytes.Length / Math.Max(1, count);
        for (int i = 0; i < count; i++)
        {
            values[i] = read(bytes[(i * size)..]);
        }

        return values;
    }
}
