using System.CommandLine;
using FastRnn.Peers.Measuring;
using FastRnn.Peers.Processes;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Cli;

/// <summary>What a comparison is asked for.</summary>
/// <param name="Works">what is timed</param>
/// <param name="Cells">of single steps' times; empty for all</param>
/// <param name="Peers">those that are wanted</param>
/// <param name="Pace">how long is measured</param>
/// <param name="IsQuick">whether it is for a look</param>
/// <param name="IsWhole">whether it is all works with all peers, measured at the full pace or longer</param>
internal sealed record ComparisonRequest(
    IReadOnlyList<PeerWork> Works, IReadOnlyCollection<WorkCell> Cells, IReadOnlyCollection<string> Peers, Pace Pace, bool IsQuick,
    bool IsWhole);

/// <summary>The options that say what is compared, of the commands that compare.</summary>
internal sealed class ComparisonOptions
{
    private readonly Option<bool> _quick = PeerOptions.Quick();
    private readonly Option<string[]> _cell = PeerOptions.Cell();
    private readonly Option<string[]> _mode = PeerOptions.Mode();
    private readonly Option<int[]> _hidden = PeerOptions.Hidden();
    private readonly Option<string[]> _peer = PeerOptions.Peer();
    private readonly Option<int?> _rounds = PeerOptions.Rounds();

    internal IEnumerable<Option> All => [_quick, _cell, _mode, _hidden, _peer, _rounds];

    internal ComparisonRequest Read(ParseResult parsed)
    {
        bool quick = parsed.GetValue(_quick);
        WorkCell[] cells = Array.ConvertAll(parsed.GetValue(_cell) ?? [], Names.Cell);
        WorkMode[] modes = Array.ConvertAll(parsed.GetValue(_mode) ?? [], Names.Mode);
        int[] sizes = parsed.GetValue(_hidden) ?? [];
        string[] peers = parsed.GetValue(_peer) ?? [];
        Pace pace = quick ? Pace.Quick : Pace.Full;
        pace = parsed.GetValue(_rounds) is { } rounds ? pace.WithRounds(rounds) : pace;
        return new ComparisonRequest(
            WorkGrid.Create(cells, modes, sizes, quick), cells, peers.Length > 0 ? peers : PeerCatalog.Names, pace, quick,
            IsWhole: !quick && cells.Length + modes.Length + sizes.Length + peers.Length == 0 && pace.Rounds >= Pace.Full.Rounds);
    }
}
