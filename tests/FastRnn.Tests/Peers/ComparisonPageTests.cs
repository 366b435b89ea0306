using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ComparisonPageTests
{
    [Fact]
    public void ComparisonPage_Write_full_hasASectionForEverything()
    {
        string page = Page(MadeUpComparison.Full());
        Assert.Equal(
            [
                "## Streamed step", "## Sequence, T = 100, N = 1", "## Sequence, T = 100, N = 32", "## Training step, T = 100, N = 32",
                "## Training step, T = 100, N = 1", "## Tail latency", "## Start-up",
            ],
            Lines(page).Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Equal(5 * 18 + 2 + 2, Rows(page).Count());
        Assert.Contains("- date: 2001-02-03", Lines(page));
        Assert.Contains("- peak: 123 GFLOP/s with vectors of 256 bits, multiply-adds in registers of one core", Lines(page));
        Assert.Contains("- compared: FastRnn 0.1.0; ONNX Runtime 1.2.3; oneDNN 4.5.6; PyTorch 2.1.0; Eigen 7.8.9", Lines(page));
        Assert.Contains("Allocated by a step: FastRnn 0; oneDNN 97 B to 128 B; PyTorch –.", Lines(page));
        Assert.Contains(
            "A training step on 32 sequences of 100 steps; times by the step of all 32. I = H. Not by ONNX Runtime and Eigen.",
            Lines(page));
    }

    [Fact]
    public void ComparisonPage_Write_full_hasTablesOfOneWidth()
    {
        string? above = null;
        foreach (string line in Lines(Page(MadeUpComparison.Full())))
        {
            bool isTable = line.StartsWith('|');
            Assert.False(isTable && above is not null && above.Length != line.Length, line);
            above = isTable ? line : null;
        }
    }

    [Fact]
    public void ComparisonPage_Write_full_endsLinesAlike()
    {
        string page = Page(MadeUpComparison.Full());
        Assert.DoesNotContain('\r', page);
        Assert.DoesNotContain("\n\n\n", page, StringComparison.Ordinal);
        Assert.EndsWith("|\n", page, StringComparison.Ordinal);
        Assert.All(Lines(page), line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public void ComparisonPage_Write_figures_standInTheirColumns()
    {
        string page = Page(MadeUpComparison.Of(
            MadeUpComparison.Record("fastrnn", "gru", 16, 100), MadeUpComparison.Record("onnxruntime", "gru", 16, 123_456),
            MadeUpComparison.Record("onednn", "gru", 16, 85), MadeUpComparison.Record("eigen", "gru", 16, 250)));
        Assert.Equal(
            [
                "GRU", "16", "100 ns", "88 %", "0", "oneDNN, **0.850 ×**", "123 µs, 1,230 ×", "85.0 ns, **0.850 ×**", "250 ns, 2.50 ×",
                "1.2e-7",
            ],
            Assert.Single(Rows(page)));
    }

    [Fact]
    public void ComparisonPage_Write_missingFigures_areDashes()
    {
        string page = Page(MadeUpComparison.Of(
            MadeUpComparison.Record("fastrnn", "elman", 16, 100), MadeUpComparison.Record("onednn", "elman", 32, 300)));
        Assert.Equal(
            [["Elman", "16", "100 ns", "88 %", "0", "–", "–", "–"], ["Elman", "32", "–", "–", "–", "oneDNN, –", "300 ns, –", "1.2e-7"]],
            Rows(page));
    }

    [Fact]
    public void ComparisonPage_Write_tails_haveARowEach()
        => Assert.Equal(
            [
                [
                    "Elman", "64", "10,000,000", "123 ns", "130 ns", "150 ns", "210 ns", "5.30 µs", "235 µs", "21.4 ns", "1", "1,234",
                ],
                [
                    "LSTM", "64", "10,000,000", "812 ns", "845 ns", "1.01 µs", "2.21 µs", "15.3 µs", "1.23 ms", "21.5 ns", "0", "0",
                ],
            ],
            Rows(Page(MadeUpComparison.Of() with { Tail = MadeUpComparison.Full().Tail })));

    [Fact]
    public void ComparisonPage_Write_missingParts_haveNoSections()
    {
        string page = Page(MadeUpComparison.Of());
        Assert.DoesNotContain("##", page, StringComparison.Ordinal);
        Assert.DoesNotContain('|', page);
    }

    [Fact]
    public void ComparisonPage_Write_otherInputs_haveAColumn()
    {
        PeerRecord record = MadeUpComparison.Record("fastrnn", "elman", 16, 100);
        string page = Page(MadeUpComparison.Of(record, record with { InputSize = 1 }));
        Assert.Equal(["1", "16"], Rows(page).Select(row => row[1]));
        Assert.DoesNotContain("I = H", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ComparisonPage_Write_words_areEscaped()
    {
        string page = Page(MadeUpComparison.Of(MadeUpComparison.Record("a|b", "<c>", 16, 100)) with { Processor = "P*Q*", Caches = "" });
        Assert.Contains(@"# FastRnn and others on P\*Q\*", Lines(page));
        Assert.Contains(@"a\|b", page, StringComparison.Ordinal);
        Assert.Contains(@"\<c\>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("- caches", page, StringComparison.Ordinal);
    }

    private static string Page(Comparison comparison)
        => ComparisonPage.Write(comparison, "some.svg").Replace(DisplayText.Space, " ", StringComparison.Ordinal);

    private static string[] Lines(string page) => page.Split('\n');

    /// <summary>The cells of all rows that are no header and no rule.</summary>
    private static IEnumerable<string[]> Rows(string page)
        => from line in Lines(page)
           where line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| cell ", StringComparison.Ordinal)
           select line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
}
