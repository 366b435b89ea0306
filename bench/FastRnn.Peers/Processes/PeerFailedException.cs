namespace FastRnn.Peers.Processes;

/// <summary>A peer's process has died, has not answered in time, or has answered something else.</summary>
public sealed class PeerFailedException : Exception
{
    public PeerFailedException()
    {
    }

    public PeerFailedException(string message)
        : base(message)
    {
    }

    public PeerFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
