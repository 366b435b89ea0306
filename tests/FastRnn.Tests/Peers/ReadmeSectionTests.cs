using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ReadmeSectionTests
{
    private const string Readme = "a\n<!-- comparison: x/y.json -->\nold\n<!-- /comparison -->\nb <!-- /comparison -->\n";

    [Fact]
    public void ReadmeSection_Find_namedFile_isBetweenTheMarkers()
    {
        Assert.Equal("old\n", ReadmeSection.Find(Readme, "x/y.json"));
        Assert.Null(ReadmeSection.Find(Readme, "x/z.json"));
        Assert.Null(ReadmeSection.Find("<!-- comparison: x/y.json -->\nno end", "x/y.json"));
    }

    [Fact]
    public void ReadmeSection_Replace_namedFile_leavesTheRest()
    {
        Assert.Equal(Readme.Replace("old", "$1 new", StringComparison.Ordinal), ReadmeSection.Replace(Readme, "x/y.json", "$1 new\n"));
        Assert.Null(ReadmeSection.Replace(Readme, "x/z.json", "new\n"));
    }

    [Fact]
    public void ReadmeSection_Write_figures_areInTheTable()
    {
        string section = Write(MadeUpComparison.Of(
            MadeUpComparison.Record("fastrnn", "lstm", 64, 100), MadeUpComparison.Record("pytorch", "lstm", 64, 123_456),
            MadeUpComparison.Record("eigen", "lstm", 64, 85), Batched("fastrnn", 1000), Batched("onednn", 1500), Training("fastrnn", 3000),
            Training("onednn", 6000), Training("pytorch", 2400)));
        Assert.Contains(
            "| LSTM |  64 |        100 ns | 1,230 × | **0.850 ×** |                 88 % | 1.50 × |           2.00 × | **0.800 ×** |",
            section.Split('\n'));
        Assert.Contains(
            "FastRnn is 1,230 times as fast in a streamed step, 1.50 times as fast in 32 sequences at once and 0.800 times as fast in "
                + "training on 32 sequences.",
            section, StringComparison.Ordinal);
        Assert.Contains("whose peak is 123 GFLOP/s with vectors of 256 bits,", section, StringComparison.Ordinal);
        Assert.Contains(
            ": FastRnn, ONNX Runtime 1.2.3, oneDNN 4.5.6, PyTorch 2.1.0 and Eigen 7.8.9, at the same work.", section,
            StringComparison.Ordinal);
        Assert.Contains("(some/name.svg)", section, StringComparison.Ordinal);
        Assert.Contains("[the page](some/name.md)", section, StringComparison.Ordinal);
        Assert.Contains("`dotnet run -- results`", section, StringComparison.Ordinal);

        static PeerRecord Batched(string peer, double time) => MadeUpComparison.Record(peer, "lstm", 64, time, MadeUpComparison.Batched);
        static PeerRecord Training(string peer, double time) => MadeUpComparison.Record(peer, "lstm", 64, time, MadeUpComparison.Training);
    }

    [Fact]
    public void ReadmeSection_Write_missingFigures_areDashesAndNoSentence()
    {
        string section = Write(MadeUpComparison.Of(MadeUpComparison.Record("fastrnn", "lstm", 64, 100)));
        Assert.Contains(
            "| LSTM |  64 |        100 ns |      – |     – |                    – |      – |                – |       – |",
            section.Split('\n'));
        Assert.DoesNotContain("as fast", section, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadmeSection_Write_full_hasARowForEachCellAndSize()
        => Assert.Equal(2 + 18, Write(MadeUpComparison.Full()).Split('\n').Count(line => line.StartsWith('|')));

    private static string Write(Comparison comparison)
        => ReadmeSection.Write(comparison, "some/name").Replace(DisplayText.Space, " ", StringComparison.Ordinal);
}
