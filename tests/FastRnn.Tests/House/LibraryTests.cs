using System.Reflection;
using System.Security;
using System.Xml.Linq;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.House;

/// <summary>What the library promises about itself: one package, no unsafe code, machinery that users do not see.</summary>
public sealed class LibraryTests
{
    /// <summary>As .editorconfig has it.</summary>
    private const int LongestLine = 140;

    private const string OnlyPackage = "System.Numerics.Tensors";

    /// <summary>What users need to write cells of their own.</summary>
    private static readonly Type[] CellContract =
        [typeof(ICell<>), typeof(CellStep<,>), typeof(CellGradient<,>), typeof(VectorMath), typeof(IVector<>)];

    private static readonly Assembly Library = typeof(RnnModel).Assembly;

    [Fact]
    public void Library_project_referencesOnePackageAndNothingElse()
    {
        XDocument project = XDocument.Load(Path.Combine(HouseAssembly.Library.Folder, "FastRnn.csproj"));
        Assert.Equal([OnlyPackage], project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("Reference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
    }

    /// <summary>Other libraries have no more than any user has.</summary>
    [Fact]
    public void Library_internals_areSeenByNoOtherLibrary()
    {
        XDocument project = XDocument.Load(Path.Combine(HouseAssembly.Library.Folder, "FastRnn.csproj"));
        IEnumerable<string> friends = project.Descendants("InternalsVisibleTo").Select(reference => reference.Attribute("Include")!.Value);
        Assert.Empty(friends.Intersect(["FastRnn.Onnx", "FastRnn.Baselines"]));
    }

    [Fact]
    public void Library_assembly_referencesTheFrameworkAndOnePackage()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.Equal(
            [OnlyPackage],
            Library.GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => !File.Exists(Path.Combine(framework, name + ".dll"))));
    }

    [Fact]
    public void Library_code_isSafe()
    {
        Assert.False(Library.ManifestModule.IsDefined(typeof(UnverifiableCodeAttribute)), "compiled with unsafe code allowed");
        string[] pointers = ["unsafe", "fixed", "stackalloc", "AsPointer", "GetPointer", "DllImport", "LibraryImport"];
        Assert.All(HouseAssembly.Library.Files(), file => Assert.Empty(file.Words.Intersect(pointers)));
    }

    /// <summary>Of the libraries; the tool has texts that are printed as they are.</summary>
    [Fact]
    public void Library_lines_areNotTooLong()
        => Assert.All(
            HouseAssembly.All.Where(assembly => assembly.Name != "FastRnn.Cli").SelectMany(assembly => assembly.Files()),
            file => Assert.All(file.Text.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, LongestLine)));

    [Fact]
    public void Library_machinery_isNotPublic()
        => Assert.All(
            Library.GetExportedTypes(),
            type => Assert.True(
                type.Namespace is "FastRnn" or "FastRnn.Training" or "FastRnn.Serialization" || CellContract.Contains(type),
                $"{type} is public"));
}
