using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using FastRnn.Memory;

namespace FastRnn.Serialization;

/// <summary>
/// The state of a session as bytes that can travel to another process or machine with the same model. Little-endian: <c>FRNNSTAT</c>, the
/// version and the number of floats, 32 bits each, 32 bytes of the model's fingerprint, the floats, and 4 bytes of CRC-32C over all
/// before. Nothing in it depends on the machine.
/// </summary>
public static class SessionState
{
    private const uint Version = 1;
    private const int VersionStart = 8;
    private const int CountStart = VersionStart + sizeof(uint);
    private const int FingerprintStart = CountStart + sizeof(uint);
    private const int ValuesStart = FingerprintStart + ModelFingerprint.Length;
    private const int ChecksumLength = sizeof(uint);

    /// <summary>What is at fault where bytes are.</summary>
    private const string Name = "session state";

    private static ReadOnlySpan<byte> Magic => "FRNNSTAT"u8;

    extension(RnnSession session)
    {
        /// <summary>The bytes that the session's state takes when it is saved: 52, and 4 a value of the state.</summary>
        /// <exception cref="ArgumentNullException">The session is null.</exception>
        /// <exception cref="OverflowException">The state takes more bytes than a span holds.</exception>
        public int StateByteCount
        {
            get
            {
                ArgumentNullException.ThrowIfNull(session);
                return checked(ValuesStart + session.Spec.StateSize * sizeof(float) + ChecksumLength);
            }
        }

        /// <summary>Saves the state. NaN and ∞ are saved as they are. Allocates nothing after the first time for a model, when its
        /// fingerprint is computed from all weights.</summary>
        /// <param name="destination">Receives <c>StateByteCount</c> bytes.</param>
        /// <exception cref="ArgumentNullException">The session is null.</exception>
        /// <exception cref="ArgumentException">The length does not fit; nothing has been written.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
        /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
        public void SaveState(Span<byte> destination)
        {
            ArgumentNullException.ThrowIfNull(session);
            using ExclusiveUse.Scope use = session.Enter();
            Guard.Length(destination.Length, session.StateByteCount, nameof(destination), "[bytes of the state]");
            Span<float> state = session.State();
            Magic.CopyTo(destination);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[VersionStart..], Version);
            BinaryPrimitives.WriteInt32LittleEndian(destination[CountStart..], state.Length);
            ModelFingerprint.Of(session.Model).CopyTo(destination[FingerprintStart..]);
            FloatConversion.FromFloats(ElementType.Float32, state, destination[ValuesStart..]);
            Span<byte> checksum = destination[^ChecksumLength..];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, Checksum(destination[..^ChecksumLength]));
        }

        /// <summary>Saves the state to a stream.</summary>
        /// <param name="destination">Receives <c>StateByteCount</c> bytes.</param>
        /// <exception cref="ArgumentNullException">The session or the stream is null.</exception>
        /// <exception cref="IOException">The stream can't be written.</exception>
        /// <exception cref="NotSupportedException">The stream can't be written.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
        /// <exception cref="ObjectDisposedException">The session or the stream is disposed.</exception>
        public void SaveState(Stream destination)
        {
            ArgumentNullException.ThrowIfNull(destination);
            int length = session.StateByteCount;
            byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                session.SaveState(bytes.AsSpan(0, length));
                destination.Write(bytes, 0, length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }

        /// <summary>Replaces the state by one that was saved from a session of a model of the same spec and weights. Allocates nothing
        /// after the first time for a model.</summary>
        /// <param name="source">What <c>SaveState</c> has written.</param>
        /// <exception cref="ArgumentNullException">The session is null.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
        /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
        /// <exception cref="FastRnnFormatException">It is no saved state, of another model, of a newer version, of another length, or
        /// damaged; the state is unchanged.</exception>
        public void RestoreState(ReadOnlySpan<byte> source)
        {
            ArgumentNullException.ThrowIfNull(session);
            using ExclusiveUse.Scope use = session.Enter();
            Span<float> state = session.State();
            Check(source, session);
            FloatConversion.ToFloats(ElementType.Float32, source[ValuesStart..], state);
        }

        /// <summary>Replaces the state by one from a stream, of which as many bytes are read as a state of this model takes.</summary>
        /// <param name="source">Holds what <c>SaveState</c> has written, and may go on behind it.</param>
        /// <exception cref="ArgumentNullException">The session or the stream is null.</exception>
        /// <exception cref="IOException">The stream can't be read.</exception>
        /// <exception cref="NotSupportedException">The stream can't be read.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
        /// <exception cref="ObjectDisposedException">The session or the stream is disposed.</exception>
        /// <exception cref="FastRnnFormatException">It is no saved state, of another model, of a newer version, ends too soon, or is
        /// damaged; the state is unchanged.</exception>
        public void RestoreState(Stream source)
        {
            ArgumentNullException.ThrowIfNull(source);
            int length = session.StateByteCount;
            byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                int read = source.ReadAtLeast(bytes.AsSpan(0, length), length, throwOnEndOfStream: false);
                session.RestoreState(bytes.AsSpan(0, read));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    private static void Check(ReadOnlySpan<byte> source, RnnSession session)
    {
        if (!source.StartsWith(Magic))
        {
            throw Fault("magic", "expected bytes that begin with 'FRNNSTAT'");
        }

        if (source.Length < ValuesStart)
        {
            throw Fault("header", $"expected {ValuesStart} bytes, but there are {source.Length}");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(source[VersionStart..]);
        if (version != Version)
        {
            throw Fault("version", $"expected {Version}, but it is {version}");
        }

        if (!source.Slice(FingerprintStart, ModelFingerprint.Length).SequenceEqual(ModelFingerprint.Of(session.Model)))
        {
            throw Fault("fingerprint", "expected a state of this session's model, but it is of a model of another spec or other weights");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(source[CountStart..]);
        if (count != session.Spec.StateSize)
        {
            throw Fault("count", $"expected {session.Spec.StateSize} values, but it is {count}");
        }

        if (source.Length != session.StateByteCount)
        {
            throw Fault("length", $"expected {session.StateByteCount} bytes, but there are {source.Length}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(source[^ChecksumLength..]) != Checksum(source[..^ChecksumLength]))
        {
            throw Fault("checksum", "expected the sum of the bytes before it, but it differs: they have been changed");
        }
    }

    /// <summary>CRC-32C. Source: RFC 3720, appendix B.4.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return ~sum;
    }

    private static FastRnnFormatException Fault(string item, string rule) => new(Name, item, rule);
}
