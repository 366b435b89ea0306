using FastRnn.Benchmarks.Limits;

namespace FastRnn.Benchmarks;

/// <summary>What the benchmarks need to know of a cell.</summary>
internal static class BenchmarkCells
{
    internal static CellSpec Create(this BenchmarkCell cell, int hiddenSize)
        => cell switch
        {
            BenchmarkCell.Elman => Cell.Elman(hiddenSize),
            BenchmarkCell.Jordan => Cell.Jordan(hiddenSize, outputSize: hiddenSize),
            BenchmarkCell.Gru => Cell.Gru(hiddenSize),
            BenchmarkCell.GruResetBefore => Cell.Gru(hiddenSize, resetAfter: false),
            BenchmarkCell.Lstm => Cell.Lstm(hiddenSize),
            BenchmarkCell.LstmPeepholes => Cell.Lstm(hiddenSize, peepholes: true),
            _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, "Expected one of the cells that are measured."),
        };

    internal static CellMatrices Matrices(this BenchmarkCell cell)
        => cell switch
        {
            BenchmarkCell.Elman => new CellMatrices(Input: 1, Feedback: 1),
            BenchmarkCell.Jordan => new CellMatrices(Input: 1, Feedback: 1, Output: 1),
            BenchmarkCell.Gru or BenchmarkCell.GruResetBefore => new CellMatrices(Input: 3, Feedback: 3),
            BenchmarkCell.Lstm or BenchmarkCell.LstmPeepholes => new CellMatrices(Input: 4, Feedback: 4),
            _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, "Expected one of the cells that are measured."),
        };

    internal static bool IsGated(this BenchmarkCell cell) => cell >= BenchmarkCell.Gru;

    /// <summary>False for a limit that has been measured with a cell before this one: the peak is the same for all, and cells with as many
    /// weights share the time to read them.</summary>
    internal static bool Measures(this BenchmarkCell cell, string benchmark)
        => benchmark switch
        {
            nameof(LimitedBenchmarks.FmaPeak) => cell == default,
            nameof(WeightLimitedBenchmarks.ReadWeights)
                => cell == Enum.GetValues<BenchmarkCell>().First(other => other.Matrices() == cell.Matrices()),
            _ => true,
        };
}
