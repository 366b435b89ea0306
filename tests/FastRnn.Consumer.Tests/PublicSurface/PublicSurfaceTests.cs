using Xunit;

namespace FastRnn.Consumer.Tests.PublicSurface;

/// <summary>What the library shows the outside is what a reviewed text file says.</summary>
public sealed class PublicSurfaceTests
{
    private const string Expected = "PublicSurface.txt";

    [Fact]
    public void FastRnn_publicSurface_printed_equalsTheReviewedOne()
    {
        string actual = SurfacePrinter.Print(typeof(RnnModel).Assembly);
        string actualFile = Path.Combine(AppContext.BaseDirectory, Expected);
        File.WriteAllText(actualFile, actual);
        string expected = Repository.Read("tests", "FastRnn.Consumer.Tests", "PublicSurface", Expected);
        Assert.True(
            expected == actual,
            $"The public surface has changed:\n{Difference(expected, actual)}\nIf it is meant to, replace {Expected} by {actualFile}.");
    }

    private static string Difference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        IEnumerable<string> gone = before.Except(after).Select(line => "- " + line);
        IEnumerable<string> come = after.Except(before).Select(line => "+ " + line);
        return string.Join('\n', gone.Concat(come));
    }
}
