using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData(0.04567, "0.0457 ns")]
    [InlineData(4.8, "4.80 ns")]
    [InlineData(48.24, "48.2 ns")]
    [InlineData(999.4, "999 ns")]
    [InlineData(999.6, "1.00 µs")]
    [InlineData(1234.5, "1.23 µs")]
    [InlineData(99_960.0, "100 µs")]
    [InlineData(12_345_678.0, "12.3 ms")]
    [InlineData(2.5e9, "2.50 s")]
    [InlineData(1.5e12, "1,500 s")]
    [InlineData(null, "–")]
    [InlineData(double.NaN, "–")]
    public void DisplayText_Time_value_hasThreeDigitsAndAUnit(double? nanoseconds, string expected)
        => Assert.Equal(InOneLine(expected), DisplayText.Time(nanoseconds));

    [Theory]
    [InlineData(0.05, "**0.0500 ×**")]
    [InlineData(0.8504, "**0.850 ×**")]
    [InlineData(0.9994, "**0.999 ×**")]
    [InlineData(0.9996, "1.00 ×")]
    [InlineData(1.0, "1.00 ×")]
    [InlineData(12.345, "12.3 ×")]
    [InlineData(999.9, "1,000 ×")]
    [InlineData(1234.5, "1,230 ×")]
    [InlineData(null, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void DisplayText_Ratio_value_isBoldBelowOne(double? ratio, string expected)
        => Assert.Equal(InOneLine(expected), DisplayText.Ratio(ratio));

    [Fact]
    public void DisplayText_Range_ratios_areTheLeastAndTheLargest()
    {
        Assert.Equal("0.500 to 1,230", DisplayText.Range([2, null, 0.5, 1234]));
        Assert.Equal("2.00", DisplayText.Range([2, null, 2.001]));
        Assert.Null(DisplayText.Range([null]));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(0.32, "0.320 B")]
    [InlineData(7.0, "7 B")]
    [InlineData(999.0, "999 B")]
    [InlineData(1000.0, "1.00 kB")]
    [InlineData(12_345_678.0, "12.3 MB")]
    [InlineData(null, "–")]
    public void DisplayText_Bytes_value_hasAUnit(double? bytes, string expected)
        => Assert.Equal(InOneLine(expected), DisplayText.Bytes(bytes));

    [Fact]
    public void DisplayText_Bytes_several_areTheLeastAndTheMost()
    {
        Assert.Equal($"{InOneLine("96 B")} to {InOneLine("1.23 kB")}", DisplayText.Bytes([1234, null, 96]));
        Assert.Equal("0", DisplayText.Bytes([0, 0]));
        Assert.Equal("–", DisplayText.Bytes([null]));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.234e-7, "1.2e-7")]
    [InlineData(2.5, "2.5e0")]
    [InlineData(null, "–")]
    public void DisplayText_Difference_value_hasAnExponent(double? difference, string expected)
        => Assert.Equal(expected, DisplayText.Difference(difference));

    [Theory]
    [InlineData(0.1, "0.1 ns")]
    [InlineData(500, "500 ns")]
    [InlineData(1000, "1 µs")]
    [InlineData(2e6, "2 ms")]
    public void DisplayText_Tick_value_isShort(double nanoseconds, string expected)
        => Assert.Equal(InOneLine(expected), DisplayText.Tick(nanoseconds));

    [Fact]
    public void DisplayText_Words_markdown_isEscaped()
        => Assert.Equal(@"a\|b \*c\* \<d\> \[e\] f\_g \`h\` \\ \& i", DisplayText.Words("a|b *c* <d> [e] f_g `h` \\ &\ni"));

    [Fact]
    public void DisplayText_Code_backquotes_areEnclosed()
    {
        Assert.Equal("`a | b`", DisplayText.Code("a | b"));
        Assert.Equal("`` a `b` ``", DisplayText.Code("a `b`"));
    }

    private static string InOneLine(string words) => words.Replace(" ", DisplayText.Space, StringComparison.Ordinal);
}
