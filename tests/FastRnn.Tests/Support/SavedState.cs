using System.Buffers.Binary;
using FastRnn.Serialization;

namespace FastRnn.Tests.Support;

/// <summary>Bytes of saved states, by the format's description alone.</summary>
internal static class SavedState
{
    /// <summary>Bytes before the floats, and behind them.</summary>
    internal const int HeaderLength = 80, ChecksumLength = 4;

    /// <summary>Where the version stands, and the fingerprints of the spec and of the model.</summary>
    internal const int Version = 8, Count = 12, SpecFingerprint = 16, Fingerprint = 48;

    internal static byte[] Of(RnnSession session)
    {
        var bytes = new byte[session.StateByteCount];
        session.SaveState(bytes);
        return bytes;
    }

    /// <summary>The same state as version 1 has it, without the fingerprint of the spec.</summary>
    internal static byte[] AsVersion1(byte[] state)
    {
        byte[] bytes = [.. state[..SpecFingerprint], .. state[Fingerprint..]];
        bytes[Version] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^ChecksumLength..), Crc32C(bytes.AsSpan(..^ChecksumLength)));
        return bytes;
    }

    /// <summary>Bit by bit, by its polynomial.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0x82F6_3B78);
            }
        }

        return ~sum;
    }
}
