namespace FastRnn.Peers.Results;

/// <summary>What a section of the page is about.</summary>
/// <param name="Mode">step, sequence or train</param>
/// <param name="Steps">T</param>
/// <param name="Batch">N</param>
internal readonly record struct PieceOfWork(string Mode, int Steps, int Batch) : IComparable<PieceOfWork>
{
    internal const string Step = "step";
    internal const string Sequence = "sequence";
    internal const string Train = "train";

    private static readonly string[] Modes = [Step, Sequence, Train];

    internal bool IsStreamedStep => Mode == Step && Batch == 1;

    internal string Title => Mode switch
    {
        Step => Batch == 1 ? "Streamed step" : $"Step, N = {Batch}",
        Sequence => $"Sequence, T = {Steps}, N = {Batch}",
        Train => $"Training step, T = {Steps}, N = {Batch}",
        _ => $"{Mode}, T = {Steps}, N = {Batch}",
    };

    /// <summary>What is done; whatever the work, the times are by the step.</summary>
    internal string Caption => Mode switch
    {
        Step => $"One step of {Of("stream")}.",
        Sequence => $"Forward through {Of("sequence")} of {Steps} steps; times by the step{OfAll}.",
        Train => $"A training step on {Of("sequence")} of {Steps} steps; times by the step{OfAll}.",
        _ => $"{Mode} on {Of("sequence")} of {Steps} steps; times by the step{OfAll}.",
    };

    private string OfAll => Batch == 1 ? "" : $" of all {Batch}";

    /// <summary>Larger batches come behind in sequences and first in training, where one sequence is the exception.</summary>
    public int CompareTo(PieceOfWork other)
        => Key(this).CompareTo(Key(other)) is var order && order != 0 ? order : string.CompareOrdinal(Mode, other.Mode);

    internal static PieceOfWork From(PeerRecord record) => new(record.Mode, record.Steps, record.Batch);

    private static (int Mode, int Steps, int Batch) Key(PieceOfWork work)
        => (PeerNames.Place(work.Mode, Modes), work.Steps, work.Mode == Train ? -work.Batch : work.Batch);

    private string Of(string name) => Batch == 1 ? $"one {name}" : $"{Batch} {name}s";
}
