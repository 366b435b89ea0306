using FastRnn.Memory;

namespace FastRnn;

/// <summary>What makes a model the one that it is, for its sessions to know theirs.</summary>
internal sealed class ModelIdentity(RnnSpec spec, ParameterBuffer parameters)
{
    private byte[]? _fingerprint;

    internal RnnSpec Spec { get; } = spec;

    internal ParameterBuffer Parameters { get; } = parameters;

    /// <summary>What tells the model from others, made when it is first asked for. Two threads that ask at once make the same.</summary>
    internal ReadOnlySpan<byte> Fingerprint(Func<ModelIdentity, byte[]> make)
    {
        byte[] fingerprint = Volatile.Read(ref _fingerprint) ?? make(this);
        Volatile.Write(ref _fingerprint, fingerprint);
        return fingerprint;
    }
}
