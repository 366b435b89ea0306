using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Measuring;

/// <summary>A peer's times of one work.</summary>
internal sealed class PeerRun
{
    private readonly PeerProcess _peer;
    private readonly double _difference;
    private readonly List<double> _nanoseconds = [];
    private readonly List<double?> _bytes = [];
    private int _rounds;

    /// <param name="peer">with the work prepared</param>
    /// <param name="work">what is prepared</param>
    /// <param name="difference">of its outputs from FastRnn's</param>
    internal PeerRun(PeerProcess peer, PeerWork work, double difference)
    {
        Work = work;
        _peer = peer;
        _difference = difference;
    }

    internal PeerWork Work { get; }

    /// <summary>Whether all rounds have been timed.</summary>
    internal bool IsComplete => _rounds > 0 && _nanoseconds.Count == _rounds;

    internal void WarmUp(Pace pace) => _rounds = pace.RoundsOf(_peer.Time(pace.WarmUpMilliseconds).Nanoseconds);

    /// <summary>Times it once more, unless it has been often enough or has failed.</summary>
    internal void Round(Pace pace, int round)
    {
        if (round < _rounds && _peer.IsAlive)
        {
            (double nanoseconds, double? bytes) = _peer.Time(pace.Milliseconds);
            _nanoseconds.Add(nanoseconds);
            _bytes.Add(bytes);
        }
    }

    /// <param name="leastNanoseconds">of a call, as the machine's limits allow</param>
    internal PeerRecord ToRecord(double leastNanoseconds)
    {
        double call = Median.Of(_nanoseconds);
        double? bytes = _bytes.Contains(null) ? null : Median.Of(_bytes.Select(value => value!.Value));
        return new PeerRecord(
            _peer.Peer, Work.Cell.Name(), Work.Mode.Name(), Work.InputSize, Work.HiddenSize, Work.Batch, Work.StepsOfCall,
            call / Work.StepsOfCall, WorkCost.Flops(Work) / call, leastNanoseconds / call, bytes / Work.StepsOfCall, _difference);
    }
}
