namespace FastRnn.Tests.House;

/// <summary>The floors of the house: a file uses its own floor and those below, and neither files nor folders go round in a circle.
/// </summary>
public sealed class FloorTests
{
    private static readonly Dictionary<string, IReadOnlyList<SourceFile>> Files =
        HouseAssembly.All.ToDictionary(assembly => assembly.Name, assembly => assembly.Files());

    private static readonly IReadOnlyList<SourceFile> LibraryFiles = Files[HouseAssembly.Library.Name];

    public static TheoryData<string> Assemblies => [.. Files.Keys];

    [Fact]
    public void House_assemblies_areThoseUnderSource()
        => Assert.Equal(
            Directory.EnumerateDirectories(HouseAssembly.SourceFolder).Select(Path.GetFileName).Order(), Files.Keys.Order());

    [Fact]
    public void House_everyFloorOfTheLibrary_hasFiles()
        => Assert.Equal(HouseAssembly.Library.Floors.Order(), LibraryFiles.Select(file => file.Floor).Distinct().Order());

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void House_everyFile_hasTypesInTheNamespaceOfItsFloor(string assembly)
    {
        Assert.NotEmpty(Files[assembly]);
        Assert.All(Files[assembly], file => Assert.NotEmpty(file.Types));
        Assert.All(
            Files[assembly], file => Assert.Equal((file.ToString(), file.ExpectedNamespace), (file.ToString(), file.Namespace)));
    }

    [Fact]
    public void House_everyFileOfTheLibrary_usesNoTypeOfAFloorAbove()
        => Assert.Empty(
            from file in LibraryFiles
            from above in LibraryFiles
            where above.Height > file.Height && file.Uses(above)
            select $"{file} uses {above}");

    [Fact]
    public void House_everyFileOfTheLibrary_importsNoFloorAbove()
        => Assert.Empty(
            from file in LibraryFiles
            from name in file.Usings
            where LibraryFiles.Any(other => other.Namespace == name && other.Height > file.Height)
            select $"{file} imports {name}");

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void House_files_doNotGoRoundInACircle(string assembly)
        => AssertNoCircles(
            from file in Files[assembly]
            from other in Files[assembly]
            where file.Uses(other)
            select (file.ToString(), other.ToString()));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void House_folders_doNotGoRoundInACircle(string assembly)
        => AssertNoCircles(
            from file in Files[assembly]
            from other in Files[assembly]
            where file.Room != other.Room && file.Uses(other)
            select (file.Room, other.Room));

    [Fact]
    public void House_ways_thatGoRoundInACircle_areFound()
        => Assert.Equal([("b", "c"), ("c", "b")], Circles([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "e")]).Order());

    private static void AssertNoCircles(IEnumerable<(string From, string To)> ways)
    {
        var all = ways.ToHashSet();
        Assert.NotEmpty(all);
        Assert.Empty(Circles(all).Select(way => $"{way.From} uses {way.To}"));
    }

    /// <summary>The ways that remain when those are gone that lead to an end or come from a beginning: circles, and what joins them.
    /// </summary>
    private static HashSet<(string From, string To)> Circles(IEnumerable<(string From, string To)> ways)
    {
        var left = ways.ToHashSet();
        while (left.RemoveWhere(way => left.All(next => next.From != way.To) || left.All(previous => previous.To != way.From)) > 0)
        {
        }

        return left;
    }
}
