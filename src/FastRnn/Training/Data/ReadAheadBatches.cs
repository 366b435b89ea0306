using System.Runtime.ExceptionServices;

namespace FastRnn.Training;

/// <summary>Has another source fill its next batch on a thread of its own, while the one before it is used: for sources that read files.
/// </summary>
public sealed class ReadAheadBatches : IBatchSource, IDisposable
{
    private readonly IBatchSource _source;
    private readonly SequenceBatch _spare;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answered = new(0);
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _fault;
    private bool _isPending;
    private bool _wasFilled;
    private volatile bool _isDisposed;

    /// <param name="source">The source, which must not be used otherwise, and is not disposed.</param>
    /// <exception cref="ArgumentNullException">The source is null.</exception>
    public ReadAheadBatches(IBatchSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _spare = new SequenceBatch(source.Layout);
        _thread = new Thread(Fill) { IsBackground = true, Name = "FastRnn read-ahead" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public SequenceLayout Layout => _source.Layout;

    /// <inheritdoc/>
    public long? BatchesPerEpoch => _source.BatchesPerEpoch;

    /// <inheritdoc/>
    public bool CarriesState => _source.CarriesState;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public void Start(int epoch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Await();
        _fault = null;
        _source.Start(epoch);
        Ask();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No epoch has begun, or the one that has is at its end.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public bool TryFill(SequenceBatch batch)
    {
        SequenceBatch.Require(batch, Layout);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!Await())
        {
            throw new InvalidOperationException($"Expected an epoch that has batches left: call {nameof(Start)} first.");
        }

        _fault?.Throw();
        if (!_wasFilled)
        {
            return false;
        }

        batch.Exchange(_spare);
        Ask();
        return true;
    }

    /// <summary>Ends the thread, when it has filled what it is at. Disposing twice does no harm.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        Await();
        _isDisposed = true;
        _asked.Release();
        _thread.Join();
        _asked.Dispose();
        _answered.Dispose();
    }

    private void Ask()
    {
        _isPending = true;
        _asked.Release();
    }

    /// <summary>Waits for what has been asked for; returns whether anything has.</summary>
    private bool Await()
    {
        if (!_isPending)
        {
            return false;
        }

        _answered.Wait();
        _isPending = false;
        return true;
    }

    private void Fill()
    {
        while (true)
        {
            _asked.Wait();
            if (_isDisposed)
            {
                return;
            }

            try
            {
                _wasFilled = _source.TryFill(_spare);
            }
            catch (Exception exception)
            {
                // Thrown again where the batch is asked for.
                _fault = ExceptionDispatchInfo.Capture(exception);
            }

            _answered.Release();
        }
    }
}
