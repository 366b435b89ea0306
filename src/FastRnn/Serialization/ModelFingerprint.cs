using System.Security.Cryptography;
using System.Text;

namespace FastRnn.Serialization;

/// <summary>
/// What tells a model from others: SHA-256 over its spec in JSON without dropout, a zero, and its weights as little-endian floats. States
/// that were saved hold it: the text of a spec that could be saved before must stay what it is, character for character.
/// </summary>
internal static class ModelFingerprint
{
    internal const int Length = SHA256.HashSizeInBytes;

    /// <summary>Floats that are converted at a time.</summary>
    private const int ChunkLength = 4 * 1024;

    /// <summary>The fingerprint of a model, which computes it once.</summary>
    internal static ReadOnlySpan<byte> Of(ModelIdentity model) => model.Fingerprint(Compute);

    private static byte[] Compute(ModelIdentity model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(SpecJson.WriteArithmetic(model.Spec) + '\0'));
        ReadOnlySpan<float> rest = model.Parameters.All;
        var bytes = new byte[ChunkLength * sizeof(float)];
        while (!rest.IsEmpty)
        {
            int count = Math.Min(ChunkLength, rest.Length);
            FloatConversion.FromFloats(ElementType.Float32, rest[..count], bytes);
            hash.AppendData(bytes.AsSpan(0, count * sizeof(float)));
            rest = rest[count..];
        }

        return hash.GetHashAndReset();
    }
}
