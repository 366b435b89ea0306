namespace FastRnn.Tests.House;

public sealed class SourceFileTests
{
    [Theory]
    [InlineData("a // b", "a")]
    [InlineData("a /* b\n c */ d", "a d")]
    [InlineData("""a("b // c") + d""", "a( ) + d")]
    [InlineData("""a("b \" c") + d""", "a( ) + d")]
    [InlineData("""a($"b {c} d {e.F(g)} h")""", "a( c e.F(g) )")]
    [InlineData("""a($"b {{c}} \" {d:F2} {e}")""", "a( d:F2 e )")]
    [InlineData("""a($"b {(c ? "d }" : $"e {f}")} g")""", "a( (c ? : f ) )")]
    [InlineData("""a($"b {c switch { 1 => d, _ => e }} f")""", "a( c switch { 1 => d, _ => e } )")]
    public void SourceFile_CodeOf_text_keepsTheCodeAlone(string text, string expected)
        => Assert.Equal(expected.Split(), SourceFile.CodeOf(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
