using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class FiguresTests
{
    private static readonly Row Elman16 = new("elman", 16, 16);

    [Fact]
    public void Figures_Engine_fasterLoop_isNoEngine()
    {
        Figures figures = Of(("fastrnn", 100), ("eigen", 90), ("onednn", 300), ("pytorch", 200), ("other", 10));
        Assert.Equal("pytorch", figures.Engine(MadeUpComparison.Streamed, Elman16));
        Assert.Equal(2, figures.EngineRatio(MadeUpComparison.Streamed, Elman16));
        Assert.Equal(0.9, figures.Ratio("eigen", MadeUpComparison.Streamed, Elman16));
    }

    [Fact]
    public void Figures_Ratio_missingPeer_isNull()
    {
        Assert.Null(Of(("fastrnn", 100)).EngineRatio(MadeUpComparison.Streamed, Elman16));
        Assert.Null(Of(("onednn", 100)).EngineRatio(MadeUpComparison.Streamed, Elman16));
        Assert.Null(Of(("fastrnn", 100)).Engine(MadeUpComparison.Streamed, Elman16));
        Assert.Null(Of(("fastrnn", 100)).Difference(MadeUpComparison.Streamed, Elman16));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Figures_record_withoutATime_isNone(double nanoseconds)
        => Assert.Equal(["fastrnn"], Of(("fastrnn", 100), ("onednn", nanoseconds)).Peers(MadeUpComparison.Streamed));

    [Fact]
    public void Figures_records_twoOfTheSame_areRefused()
        => Assert.Throws<ArgumentException>(() => Of(("fastrnn", 100), ("fastrnn", 101)));

    [Fact]
    public void Figures_Works_ofAll_areInThePagesOrder()
        => Assert.Equal(
            [
                "Streamed step", "Sequence, T = 100, N = 1", "Sequence, T = 100, N = 32", "Training step, T = 100, N = 32",
                "Training step, T = 100, N = 1",
            ],
            new Figures(MadeUpComparison.Full()).Works.Select(work => work.Title));

    [Fact]
    public void Figures_Rows_ofACell_followTheSize()
        => Assert.Equal(
            [("elman", 16), ("elman", 128), ("gru", 64), ("lstm", 32), ("another", 8)],
            new Figures(MadeUpComparison.Of(
                MadeUpComparison.Record("fastrnn", "another", 8, 1), MadeUpComparison.Record("fastrnn", "lstm", 32, 1),
                MadeUpComparison.Record("eigen", "elman", 128, 1), MadeUpComparison.Record("fastrnn", "elman", 16, 1),
                MadeUpComparison.Record("fastrnn", "gru", 64, 1)))
                .Rows(MadeUpComparison.Streamed).Select(row => (row.Cell, row.HiddenSize)));

    private static Figures Of(params (string Peer, double Nanoseconds)[] times)
        => new(MadeUpComparison.Of([.. times.Select(time => MadeUpComparison.Record(time.Peer, "elman", 16, time.Nanoseconds))]));
}
