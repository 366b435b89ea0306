namespace FastRnn.Peers.Results;

/// <summary>A row of a table.</summary>
/// <param name="Cell">as in <see cref="PeerRecord.Cell"/></param>
/// <param name="InputSize">I</param>
/// <param name="HiddenSize">H</param>
internal readonly record struct Row(string Cell, int InputSize, int HiddenSize);

/// <summary>A comparison's records by what they are of. A record without a time is none.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string Peer, PieceOfWork Work, Row Row), PeerRecord> _records = [];

    /// <exception cref="ArgumentException">a peer has two records of the same work</exception>
    internal Figures(Comparison comparison)
    {
        foreach (PeerRecord record in comparison.Records.Where(record => double.IsFinite(record.NanosecondsPerStep)))
        {
            if (record.NanosecondsPerStep > 0 && !_records.TryAdd((record.Peer, PieceOfWork.From(record), RowOf(record)), record))
            {
                throw new ArgumentException($"Two records where one was expected: {record}.", nameof(comparison));
            }
        }
    }

    internal IEnumerable<PieceOfWork> Works => _records.Keys.Select(key => key.Work).Distinct().Order();

    /// <summary>The peers that have figures of a work, FastRnn first.</summary>
    internal IReadOnlyList<string> Peers(PieceOfWork work)
        => [.. PeerNames.InOrder(_records.Keys.Where(key => key.Work == work).Select(key => key.Peer), PeerNames.Ordered)];

    /// <summary>The rows that any of some works has, cell by cell, small ones first.</summary>
    internal IReadOnlyList<Row> Rows(params PieceOfWork[] works)
        =>
        [
            .. _records.Keys.Where(key => works.Contains(key.Work)).Select(key => key.Row).Distinct()
                .OrderBy(row => PeerNames.Place(row.Cell, PeerNames.Cells))
                .ThenBy(row => row.Cell, StringComparer.Ordinal)
                .ThenBy(row => row.HiddenSize)
                .ThenBy(row => row.InputSize),
        ];

    internal PeerRecord? Find(string peer, PieceOfWork work, Row row) => _records.GetValueOrDefault((peer, work, row));

    /// <summary>How many times FastRnn is faster; below 1 the peer is.</summary>
    internal double? Ratio(string peer, PieceOfWork work, Row row)
        => Find(peer, work, row)?.NanosecondsPerStep / Find(PeerNames.FastRnn, work, row)?.NanosecondsPerStep;

    /// <summary>The fastest of the engines, or null where none has a figure.</summary>
    internal string? Engine(PieceOfWork work, Row row)
        => PeerNames.Engines.Select(peer => Find(peer, work, row)).OfType<PeerRecord>()
            .MinBy(record => record.NanosecondsPerStep)?.Peer;

    /// <summary>How many times FastRnn is faster than the fastest of the engines.</summary>
    internal double? EngineRatio(PieceOfWork work, Row row) => Engine(work, row) is { } engine ? Ratio(engine, work, row) : null;

    /// <summary>The largest difference of any peer's outputs from FastRnn's, of those that were compared.</summary>
    internal double? Difference(PieceOfWork work, Row row)
        => Peers(work).Where(peer => peer != PeerNames.FastRnn)
            .Select(peer => Find(peer, work, row)?.MaxAbsDifference)
            .Where(difference => difference is { } value && !double.IsNaN(value))
            .Max();

    private static Row RowOf(PeerRecord record) => new(record.Cell, record.InputSize, record.HiddenSize);
}
