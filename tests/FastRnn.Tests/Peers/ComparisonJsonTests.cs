using System.Text.Json;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class ComparisonJsonTests
{
    [Fact]
    public void ComparisonJson_Read_written_isTheSame()
    {
        Comparison comparison = MadeUpComparison.Full() with
        {
            Processor = "a \"b\" <µ> \\ é",
            Records =
            [
                MadeUpComparison.Record("fastrnn", "elman", 16, 0.1 + 0.2),
                MadeUpComparison.Record("pytorch", "elman", 16, 1e300) with { MaxAbsDifference = double.NaN },
            ],
        };
        Comparison read = ComparisonJson.Read(ComparisonJson.Write(comparison));
        Assert.Equal(comparison.Peers, read.Peers);
        Assert.Equal(comparison.Records, read.Records);
        Assert.Equal(comparison.Tail, read.Tail);
        Assert.Equal(comparison.StartUp, read.StartUp);
        Assert.Equal(comparison with { Peers = read.Peers, Records = read.Records, Tail = read.Tail, StartUp = read.StartUp }, read);
        Assert.Equal(ComparisonJson.Write(comparison), ComparisonJson.Write(read));
    }

    [Fact]
    public void ComparisonJson_Write_comparison_isIndentedCamelCase()
    {
        string text = ComparisonJson.Write(MadeUpComparison.Of(MadeUpComparison.Record("pytorch", "elman", 16, 12.5)));
        Assert.StartsWith("{\n  \"processor\": \"Some Processor, family 1 model 2\",\n", text, StringComparison.Ordinal);
        Assert.Contains("\"date\": \"2001-02-03\"", text, StringComparison.Ordinal);
        Assert.Contains("\"nanosecondsPerStep\": 12.5,", text, StringComparison.Ordinal);
        Assert.Contains("\"allocatedBytesPerStep\": null,", text, StringComparison.Ordinal);
        Assert.Contains("\"tail\": [],", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"misspelt\": 1 }")]
    public void ComparisonJson_Read_somethingElse_isRefused(string text)
        => Assert.Throws<JsonException>(() => ComparisonJson.Read(text));
}
