using System.Diagnostics;
using FastRnn.Benchmarks.Limits;
using FastRnn.Memory;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Measuring;

/// <summary>
/// What one core can do at most, measured as the benchmarks measure it, a moment beside every work: the best of all moments counts, when
/// nothing disturbed the machine.
/// </summary>
internal sealed class MachineLimits
{
    private const float Factor = 1f / 3;

    private readonly double _milliseconds;

    /// <summary>Bytes a second, by the bytes of the buffer that is read over and over.</summary>
    private readonly Dictionary<int, double> _bandwidths = [];

    /// <summary>Keeps the compiler from leaving out what nobody uses.</summary>
    private float _result;

    /// <param name="milliseconds">for each limit, each time</param>
    internal MachineLimits(double milliseconds)
    {
        _milliseconds = milliseconds;

        // Until the runtime has compiled the loops fully, they are slow.
        const int CompilerMilliseconds = 400;
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < CompilerMilliseconds)
        {
            MeasurePeak();
            MeasureBandwidth(sizeof(float) * ReadLoop.PieceLength);
        }
    }

    /// <summary>Flops a second.</summary>
    internal double Peak { get; private set; }

    /// <summary>Measures once more the limits that the work has.</summary>
    internal void Measure(PeerWork work)
    {
        MeasurePeak();
        if (WorkCost.BytesReadOver(work) is var bytes and > 0)
        {
            MeasureBandwidth(bytes);
        }
    }

    /// <summary>The least seconds of a call, of a work that has been given to <see cref="Measure"/>.</summary>
    internal double LeastSeconds(PeerWork work)
        => WorkCost.LeastSeconds(work, Peak, _bandwidths.GetValueOrDefault(WorkCost.BytesReadOver(work), double.NaN));

    private void MeasurePeak() => Peak = Math.Max(Peak, PeakLoop.Flops / Least(() => PeakLoop.Run(Factor)));

    private void MeasureBandwidth(int bytes)
    {
        int length = (bytes / sizeof(float) + ReadLoop.PieceLength - 1) / ReadLoop.PieceLength * ReadLoop.PieceLength;
        var buffer = AlignedBuffer.Allocate(length);
        buffer.Span.Clear();
        double bandwidth = ReadLoop.Bytes(length) / Least(() => ReadLoop.Run(buffer.Slice(0, length)));
        _bandwidths[bytes] = Math.Max(_bandwidths.GetValueOrDefault(bytes), bandwidth);
    }

    /// <summary>The least seconds of many calls.</summary>
    private double Least(Func<float> call)
    {
        long least = long.MaxValue;
        long began = Stopwatch.GetTimestamp();
        do
        {
            long start = Stopwatch.GetTimestamp();
            Volatile.Write(ref _result, call());
            least = Math.Min(least, Stopwatch.GetTimestamp() - start);
        }
        while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < _milliseconds);
        return (double)least / Stopwatch.Frequency;
    }
}
