using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using FastRnn.Memory;

namespace FastRnn.Serialization;

/// <summary>
/// The state of a session as bytes that can travel to another process or machine with the same model. Little-endian: <c>FRNNSTAT</c>, the
/// version and the number of floats, 32 bits each, 32 bytes of the fingerprint of the model's spec, 32 of that of its spec and weights, the
/// floats, and 4 bytes of CRC-32C over all before. Nothing in it depends on the machine. Version 1, which has no fingerprint of the spec
/// alone, is still read.
/// </summary>
public static class SessionState
{
    private const uint Version = 2;
    private const uint VersionWithoutSpec = 1;
    private const int VersionStart = 8;
    private const int CountStart = VersionStart + sizeof(uint);
    private const int FingerprintsStart = CountStart + sizeof(uint);
    private const int ValuesStart = FingerprintsStart + 2 * ModelFingerprint.Length;
    private const int ChecksumLength = sizeof(uint);

    /// <summary>What is at fault where bytes are.</summary>
    private const string Name = "session state";

    private static ReadOnlySpan<byte> Magic => "FRNNSTAT"u8;

    extension(RnnSession session)
    {
        /// <summary>The bytes that the session's state takes when it is saved: 84, and 4 a value of the state.</summary>
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
            ModelFingerprint.OfSpec(session.Model).CopyTo(destination[FingerprintsStart..]);
            ModelFingerprint.Of(session.Model).CopyTo(destination[(FingerprintsStart + ModelFingerprint.Length)..]);
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
        /// <param name="acceptOtherWeights">Whether the weights may be others, as when the model has been trained on since; dropout does
        /// not count, otherwise the spec has to be the same. The stream goes on from a state that the new weights did not make.</param>
        /// <exception cref="ArgumentNullException">The session is null.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; nothing has been changed.</exception>
        /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
        /// <exception cref="FastRnnFormatException">It is no saved state, of another model, of a newer version, of another length, or
        /// damaged, or of version 1 and other weights, which it does not tell from another spec; the state is unchanged.</exception>
        public void RestoreState(ReadOnlySpan<byte> source, bool acceptOtherWeights = false)
        {
            ArgumentNullException.ThrowIfNull(session);
            using ExclusiveUse.Scope use = session.Enter();
            Span<float> state = session.State();
            FloatConversion.ToFloats(ElementType.Float32, Values(source, session, acceptOtherWeights), state);
        }

        /// <summary>Replaces the state by one from a stream, of which as many bytes are read as a state of this model takes.</summary>
        /// <param name="source">Holds what <c>SaveState</c> has written, and may go on behind it.</param>
        /// <param name="acceptOtherWeights">As the other one has it.</param>
        /// <exception cref="ArgumentNullException">The session or the stream is null.</exception>
        /// <exception cref="IOException">The stream can't be read.</exception>
        /// <exception cref="NotSupportedException">The stream can't be read.</exception>
        /// <exception cref="InvalidOperationException">Another use of the session has not ended; the state is unchanged.</exception>
        /// <exception cref="ObjectDisposedException">The session or the stream is disposed.</exception>
        /// <exception cref="FastRnnFormatException">It is no saved state, of another model, of a newer version, ends too soon, or is
        /// damaged, or is of version 1 and other weights; the state is unchanged.</exception>
        public void RestoreState(Stream source, bool acceptOtherWeights = false)
        {
            ArgumentNullException.ThrowIfNull(source);
            int length = session.StateByteCount;
            byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                int read = source.ReadAtLeast(bytes.AsSpan(0, FingerprintsStart), FingerprintsStart, throwOnEndOfStream: false);
                if (read == FingerprintsStart)
                {
                    length -= VersionOf(bytes) == VersionWithoutSpec ? ModelFingerprint.Length : 0;
                    read += source.ReadAtLeast(bytes.AsSpan(read, length - read), length - read, throwOnEndOfStream: false);
                }

                session.RestoreState(bytes.AsSpan(0, read), acceptOtherWeights);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    /// <summary>The bytes of the floats, and 4 behind them, of a state that a session may have.</summary>
    private static ReadOnlySpan<byte> Values(ReadOnlySpan<byte> source, RnnSession session, bool acceptOtherWeights)
    {
        if (!source.StartsWith(Magic))
        {
            throw Fault("magic", "expected bytes that begin with 'FRNNSTAT'");
        }

        if (source.Length < FingerprintsStart)
        {
            throw Fault("header", $"expected {ValuesStart} bytes, but there are {source.Length}");
        }

        uint version = VersionOf(source);
        if (version is not (VersionWithoutSpec or Version))
        {
            throw Fault("version", $"expected {VersionWithoutSpec} or {Version}, but it is {version}");
        }

        int shorter = version == VersionWithoutSpec ? ModelFingerprint.Length : 0;
        int valuesStart = ValuesStart - shorter;
        if (source.Length < valuesStart)
        {
            throw Fault("header", $"expected {valuesStart} bytes, but there are {source.Length}");
        }

        CheckModel(source[FingerprintsStart..valuesStart], session.Model, acceptOtherWeights);
        int count = BinaryPrimitives.ReadInt32LittleEndian(source[CountStart..]);
        if (count != session.Spec.StateSize)
        {
            throw Fault("count", $"expected {session.Spec.StateSize} values, but it is {count}");
        }

        int length = session.StateByteCount - shorter;
        if (source.Length != length)
        {
            throw Fault("length", $"expected {length} bytes, but there are {source.Length}");
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(source[^ChecksumLength..]) == Checksum(source[..^ChecksumLength])
            ? source[valuesStart..]
            : throw Fault("checksum", "expected the sum of the bytes before it, but it differs: they have been changed");
    }

    /// <param name="fingerprints">of the spec alone, which version 1 does not have, and of spec and weights</param>
    /// <param name="model">the session's</param>
    /// <param name="acceptOtherWeights">whether the weights may be others</param>
    private static void CheckModel(ReadOnlySpan<byte> fingerprints, ModelIdentity model, bool acceptOtherWeights)
    {
        const string Expected = "expected a state of this session's model, but it is of a model of ";
        bool hasSpec = fingerprints.Length > ModelFingerprint.Length;
        if (hasSpec && !fingerprints[..ModelFingerprint.Length].SequenceEqual(ModelFingerprint.OfSpec(model)))
        {
            throw Fault("spec fingerprint", Expected + "another spec");
        }

        bool isSame = fingerprints[^ModelFingerprint.Length..].SequenceEqual(ModelFingerprint.Of(model));
        if (!isSame && !(hasSpec && acceptOtherWeights))
        {
            throw Fault("fingerprint", Expected + (hasSpec, acceptOtherWeights) switch
            {
                (true, _) => "the same spec and other weights, which acceptOtherWeights would accept",
                (false, false) => "another spec or other weights",
                (false, true) => $"another spec or other weights: version {VersionWithoutSpec} does not say which of both",
            });
        }
    }

    private static uint VersionOf(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt32LittleEndian(source[VersionStart..]);

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
