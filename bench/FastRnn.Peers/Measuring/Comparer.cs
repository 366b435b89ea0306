using FastRnn.Peers.Processes;
using FastRnn.Peers.Results;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Measuring;

/// <summary>
/// Runs works on all peers that are there. For each work all prepare it and run it once on the same data; those whose results agree with
/// FastRnn's are warmed up and then timed in turn, round after round, so that whatever disturbs the machine for a while disturbs all of
/// them. While one is timed, the others wait for a line.
/// </summary>
internal sealed class Comparer : IDisposable
{
    private const string DataFile = "data";

    private readonly Pace _pace;
    private readonly Action<string> _status;
    private readonly MachineLimits _limits;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrnn-peers-");
    private readonly List<PeerProcess> _peers = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _problems = [];
    private readonly SortedDictionary<string, string> _unsupported = new(StringComparer.Ordinal);
    private readonly List<PeerRun> _runs = [];

    /// <param name="peers">those that are wanted; FastRnn takes part anyway</param>
    /// <param name="pace">how long is measured</param>
    /// <param name="status">is told what is being done</param>
    internal Comparer(IReadOnlyCollection<string> peers, Pace pace, Action<string> status)
    {
        _pace = pace;
        _status = status;
        _limits = new MachineLimits(pace.LimitMilliseconds);
        foreach (string peer in PeerCatalog.Names.Where(peer => peer == PeerCatalog.FastRnn || peers.Contains(peer)))
        {
            status($"starting {peer}");
            if (PeerCatalog.Find(peer) is { } command)
            {
                Attempt(() => _peers.Add(PeerProcess.Start(command, _folder.FullName)));
            }
            else
            {
                _missing.Add(peer);
            }
        }

        // They start at the same time, some of them slowly; from here on one works at a time.
        _peers.ForEach(peer => Attempt(peer.AwaitReady));
    }

    internal ComparisonRun Run(IReadOnlyList<PeerWork> works)
    {
        PeerVersion[] versions = [.. _peers.Where(peer => peer.Version != "").Select(peer => new PeerVersion(peer.Peer, peer.Version))];
        for (int i = 0; i < works.Count; i++)
        {
            _status($"{i + 1} of {works.Count}: {works[i]}");
            Compare(works[i]);
        }

        PeerRecord[] records = [.. _runs.Select(run => run.ToRecord(_limits.LeastSeconds(run.Work) * 1e9))];
        string[] unsupported = [.. _unsupported.Select(pair => $"{pair.Key}: {pair.Value}")];
        return new ComparisonRun(versions, _missing, records, _problems, unsupported, _limits.Peak * 1e-9);
    }

    public void Dispose()
    {
        _peers.ForEach(peer => peer.Dispose());
        _folder.Delete(recursive: true);
    }

    private void Compare(PeerWork work)
    {
        WorkData.Create(work).Write(Path.Combine(_folder.FullName, DataFile));
        var runs = new List<PeerRun>();
        Tensors? reference = null;
        foreach (PeerProcess peer in _peers.Where(peer => peer.IsAlive && peer.Version != ""))
        {
            if (reference is null && peer.Peer != PeerCatalog.FastRnn)
            {
                // Without FastRnn there is nothing to compare with.
                return;
            }

            Attempt(() =>
            {
                if (Results(peer, work) is { } results && Verify(peer, work, reference ??= results, results) is { } difference)
                {
                    runs.Add(new PeerRun(peer, work, difference));
                }
            });
        }

        _limits.Measure(work);
        runs.ForEach(run => Attempt(() => run.WarmUp(_pace)));
        for (int round = 0; round < _pace.Rounds; round++)
        {
            // Each round begins with another one, so that none always follows the same.
            for (int i = 0; i < runs.Count; i++)
            {
                PeerRun run = runs[(i + round) % runs.Count];
                Attempt(() => run.Round(_pace, round));
            }
        }

        _runs.AddRange(runs.Where(run => run.IsComplete));
    }

    /// <summary>What a peer makes of the data; null when it can't do the work.</summary>
    private Tensors? Results(PeerProcess peer, PeerWork work)
    {
        string file = $"results-{peer.Peer}";
        if (peer.Prepare(work, DataFile, file) is { } reason)
        {
            string key = $"{peer.Peer}, {work.Mode.Name()}, N = {work.Batch}";
            _unsupported.TryAdd(key, reason);
            return null;
        }

        Tensors results = WorkTensors.Results(work);
        string path = Path.Combine(_folder.FullName, file);
        try
        {
            results.Read(path);
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new PeerFailedException($"{peer.Peer} has left no results of {work}: {exception.Message}", exception);
        }

        return results;
    }

    /// <summary>The largest difference of outputs; null, and a problem more, when the results do not agree.</summary>
    private double? Verify(PeerProcess peer, PeerWork work, Tensors reference, Tensors results)
    {
        var differences = Differences.Between(reference, results);
        if (differences.Agree)
        {
            return differences.OfOutputs;
        }

        _problems.Add(FormattableString.Invariant(
            $"{peer.Peer} differs from FastRnn in {work}: {differences.Worst} by {differences.WorstShare:G3} times what is allowed."));
        return null;
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (PeerFailedException exception)
        {
            _problems.Add(exception.Message);
        }
    }
}
