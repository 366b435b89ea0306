namespace FastRnn.Peers.Workloads;

/// <summary>Cells and modes as the protocol, the options and the records spell them: in lower case.</summary>
internal static class Names
{
    internal static string[] Cells { get; } = [.. Enum.GetValues<WorkCell>().Select(Name)];

    internal static string[] Modes { get; } = [.. Enum.GetValues<WorkMode>().Select(Name)];

    internal static string Name(this WorkCell cell) => cell switch
    {
        WorkCell.Elman => "elman",
        WorkCell.Gru => "gru",
        WorkCell.Lstm => "lstm",
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, "Expected a cell."),
    };

    internal static string Name(this WorkMode mode) => mode switch
    {
        WorkMode.Step => "step",
        WorkMode.Sequence => "sequence",
        WorkMode.Train => "train",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Expected a mode."),
    };

    internal static WorkCell Cell(string name) => Enum.GetValues<WorkCell>()[IndexOf(Cells, name)];

    internal static WorkMode Mode(string name) => Enum.GetValues<WorkMode>()[IndexOf(Modes, name)];

    private static int IndexOf(string[] names, string name)
        => Array.IndexOf(names, name) is var index and >= 0
            ? index
            : throw new FormatException($"Expected one of {string.Join(", ", names)}, but got '{name}'.");
}
