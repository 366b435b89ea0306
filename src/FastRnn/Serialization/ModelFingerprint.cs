using System.Security.Cryptography;
using System.Text;

namespace FastRnn.Serialization;

/// <summary>
/// What tells a model from others, twice SHA-256: over its spec in JSON without dropout; and over the same text, a zero, and its weights
/// as little-endian floats. States that were saved hold them: the text of a spec that could be saved before must stay what it is,
/// character for character.
/// </summary>
internal static class ModelFingerprint
{
    /// <summary>The bytes of one of the two.</summary>
    internal const int Length = SHA256.HashSizeInBytes;

    /// <summary>Floats that are converted at a time.</summary>
    private const int ChunkLength = 4 * 1024;

    /// <summary>That of the spec alone.</summary>
    internal static ReadOnlySpan<byte> OfSpec(ModelIdentity model) => model.Fingerprint(Compute)[..Length];

    /// <summary>That of the spec and the weights.</summary>
    internal static ReadOnlySpan<byte> Of(ModelIdentity model) => model.Fingerprint(Compute)[Length..];

    private static byte[] Compute(ModelIdentity model)
    {
        byte[] spec = Encoding.UTF8.GetBytes(SpecJson.WriteArithmetic(model.Spec) + '\0');
        var fingerprints = new byte[2 * Length];
        SHA256.HashData(spec.AsSpan(..^1), fingerprints);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(spec);
        ReadOnlySpan<float> rest = model.Parameters.All;
        var bytes = new byte[ChunkLength * sizeof(float)];
        while (!rest.IsEmpty)
        {
            int count = Math.Min(ChunkLength, rest.Length);
            FloatConversion.FromFloats(ElementType.Float32, rest[..count], bytes);
            hash.AppendData(bytes.AsSpan(0, count * sizeof(float)));
            rest = rest[count..];
        }

        hash.GetHashAndReset(fingerprints.AsSpan(Length));
        return fingerprints;
    }
}
