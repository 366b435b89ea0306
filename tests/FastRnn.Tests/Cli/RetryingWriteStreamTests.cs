using FastRnn.Cli.Output;

namespace FastRnn.Tests.Cli;

public sealed class RetryingWriteStreamTests
{
    private const int Full = 11, Broken = 32;

    [Fact]
    public void RetryingWriteStream_Write_pipeThatIsSometimesFull_getsEveryByteOnce()
    {
        using var pipe = new UnwillingPipe(Full);
        using var stream = new RetryingWriteStream(pipe);
        byte[] bytes = [.. Enumerable.Range(0, 5_000).Select(i => (byte)(i * 7))];
        stream.Write(bytes);
        Assert.Equal(bytes, pipe.ToArray());
        Assert.True(pipe.Refusals > 1);
    }

    [Fact]
    public void RetryingWriteStream_Write_closedPipe_throwsWhatStandardOutputRecognizes()
    {
        using var pipe = new UnwillingPipe(Broken);
        using var stream = new RetryingWriteStream(pipe);
        Assert.True(StandardOutput.IsClosed(Assert.Throws<IOException>(() => stream.Write([1]))));
    }

    /// <summary>Refuses every other write.</summary>
    private sealed class UnwillingPipe(int error) : MemoryStream
    {
        internal int Refusals { get; private set; }

        private bool _isWilling;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _isWilling = !_isWilling;
            if (_isWilling)
            {
                Refusals++;
                throw new IOException("refused", error);
            }

            base.Write(buffer);
        }
    }
}
