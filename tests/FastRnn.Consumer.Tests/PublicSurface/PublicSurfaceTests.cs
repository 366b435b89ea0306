using System.Reflection;
using FastRnn.Baselines.Hopfield;
using FastRnn.Onnx;
using Xunit;

namespace FastRnn.Consumer.Tests.PublicSurface;

/// <summary>What the libraries show the outside is what reviewed text files say.</summary>
public sealed class PublicSurfaceTests
{
    [Fact]
    public void FastRnn_publicSurface_printed_equalsTheReviewedOne() => Check(typeof(RnnModel).Assembly, "PublicSurface.txt");

    [Fact]
    public void FastRnnOnnx_publicSurface_printed_equalsTheReviewedOne() => Check(typeof(OnnxModel).Assembly, "OnnxPublicSurface.txt");

    [Fact]
    public void FastRnnBaselines_publicSurface_printed_equalsTheReviewedOne()
        => Check(typeof(HopfieldNetwork).Assembly, "BaselinesPublicSurface.txt");

    private static void Check(Assembly assembly, string file)
    {
        string actual = SurfacePrinter.Print(assembly);
        string actualFile = Path.Combine(AppContext.BaseDirectory, file);
        File.WriteAllText(actualFile, actual);
        string expected = Repository.Read("tests", "FastRnn.Consumer.Tests", "PublicSurface", file);
        Assert.True(
            expected == actual,
            $"The public surface has changed:\n{Difference(expected, actual)}\nIf it is meant to, replace {file} by {actualFile}.");
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
