namespace FastRnn.Cli.Output;

/// <summary>Writes to a pipe, and tries again while it is full: its other end may have made it non-blocking, as event loops do.</summary>
/// <param name="pipe">the pipe</param>
internal sealed class RetryingWriteStream(Stream pipe) : Stream
{
    /// <summary>Bytes that a pipe takes as a whole or not at all on every system. Source: POSIX, PIPE_BUF.</summary>
    private const int AtomicLength = 512;

    /// <summary>EAGAIN of Linux and of macOS, which .NET passes on as HResult.</summary>
    private const int FullOnLinux = 11, FullOnMacOS = 35;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlySpan<byte> part = buffer[..Math.Min(AtomicLength, buffer.Length)];
            try
            {
                pipe.Write(part);
                buffer = buffer[part.Length..];
            }
            catch (IOException exception) when (exception.HResult is FullOnLinux or FullOnMacOS)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    public override void Flush() => pipe.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }
}
