using System.Buffers.Binary;
using System.Text;

namespace FastRnn.Tests.Serialization.Fuzzing;

/// <summary>Changes of a file's bytes as damage and malice make them.</summary>
internal static class Mutation
{
    private const int MostChanges = 4;

    /// <summary>Numbers in text that overflow something.</summary>
    private static readonly string[] Digits =
    [
        "0", "1", "-1", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "18446744073709551616", "1e308",
        "0.5",
    ];

    /// <summary>Lengths in eight bytes, as files begin with one.</summary>
    private static readonly ulong[] Lengths =
        [0, 1, 2, 0x7F, 0x80, 0xFFFF, 100_000_000, 100_000_001, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue];

    /// <summary>A changed copy.</summary>
    /// <param name="bytes">the file</param>
    /// <param name="other">another one, of which parts may come in</param>
    /// <param name="random">what chooses</param>
    internal static byte[] Of(byte[] bytes, byte[] other, Random random)
    {
        for (int change = random.Next(MostChanges); change >= 0 && bytes.Length > 0; change--)
        {
            bytes = Once(bytes, other, random);
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, byte[] other, Random random)
    {
        // Most of a file's structure is at its start.
        int place = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 512) : bytes.Length);
        int length = 1 + random.Next(Math.Min(64, bytes.Length - place));
        byte[] copy = [.. bytes];
        switch (random.Next(11))
        {
            case 0:
                copy[place] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                copy[place] = (byte)random.Next(256);
                return copy;
            case 2:
                random.NextBytes(copy.AsSpan(place, length));
                return copy;
            case 3:
                return bytes[..place];
            case 4:
                return [.. bytes[..place], .. bytes[(place + length)..]];
            case 5:
                return [.. bytes[..(place + length)], .. bytes[place..]];
            case 6:
                return [.. bytes[..place], .. other[random.Next(other.Length)..]];
            case 7:
                return WithLength(copy, place, random);
            case 8:
                // The longest number of protobuf's, and what would be more.
                return [.. bytes[..place], .. Enumerable.Repeat((byte)0xFF, 4 + random.Next(7)), 0x01, .. bytes[place..]];
            case 9:
                return WithSigns(copy, place, length, random);
            default:
                return WithDigits(bytes, place, random);
        }
    }

    private static byte[] WithLength(byte[] copy, int place, Random random)
    {
        int start = random.Next(2) == 0 ? 0 : place;
        if (copy.Length - start >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(copy.AsSpan(start), Lengths[random.Next(Lengths.Length)]);
        }

        return copy;
    }

    /// <summary>Digits for digits and letters for letters: what still is JSON, of other shapes and names.</summary>
    private static byte[] WithSigns(byte[] copy, int place, int length, Random random)
    {
        for (int i = place; i < place + length; i++)
        {
            if (random.Next(8) == 0)
            {
                copy[i] = (char)copy[i] switch
                {
                    >= '0' and <= '9' => (byte)('0' + random.Next(10)),
                    >= 'a' and <= 'z' => (byte)('a' + random.Next(26)),
                    _ => copy[i],
                };
            }
        }

        return copy;
    }

    /// <summary>Puts another number into the place of the next one.</summary>
    private static byte[] WithDigits(byte[] bytes, int place, Random random)
    {
        int start = Array.FindIndex(bytes, place, IsDigit);
        if (start < 0)
        {
            return bytes;
        }

        int end = Array.FindIndex(bytes, start, letter => !IsDigit(letter));
        byte[] digits = Encoding.ASCII.GetBytes(Digits[random.Next(Digits.Length)]);
        return [.. bytes[..start], .. digits, .. bytes[(end < 0 ? bytes.Length : end)..]];
    }

    private static bool IsDigit(byte letter) => letter is >= (byte)'0' and <= (byte)'9';
}
