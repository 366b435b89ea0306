namespace FastRnn.Tests.House;

/// <summary>The floors of the house: a file uses its own floor and those below, and neither files nor rooms go round in a circle.</summary>
public sealed class FloorTests
{
    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.Load();

    [Fact]
    public void House_everyFloor_hasFilesWithTypes()
    {
        Assert.Equal(SourceFile.Floors.Order(), Files.Select(file => file.Floor).Distinct().Order());
        Assert.All(Files, file => Assert.NotEmpty(file.Types));
    }

    [Fact]
    public void House_everyFile_isInTheNamespaceOfItsFloor()
        => Assert.All(Files, file => Assert.Equal((file.ToString(), file.ExpectedNamespace), (file.ToString(), file.Namespace)));

    [Fact]
    public void House_everyFile_usesNoTypeOfAFloorAbove()
        => Assert.Empty(
            from file in Files
            from above in Files
            where above.Height > file.Height && file.Uses(above)
            select $"{file} uses {above}");

    [Fact]
    public void House_everyFile_importsNoFloorAbove()
        => Assert.Empty(
            from file in Files
            from name in file.Usings
            where Files.Any(other => other.Namespace == name && other.Height > file.Height)
            select $"{file} imports {name}");

    [Fact]
    public void House_filesOfAFloor_doNotGoRoundInACircle()
    {
        var circles = new List<string>();
        foreach (SourceFile file in Files)
        {
            FindCircle(file, [file], circles);
        }

        Assert.Empty(circles);
    }

    [Fact]
    public void House_roomsOfAFloor_doNotGoRoundInACircle()
    {
        var uses = (
            from file in Files
            from other in Files
            where file.Floor == other.Floor && file.Room != other.Room && file.Uses(other)
            select (From: file.Room, To: other.Room)).ToHashSet();
        Assert.NotEmpty(uses);

        // A room from which no way leads on can't be in a circle, nor can the ways to it.
        while (uses.RemoveWhere(way => uses.All(next => next.From != way.To)) > 0)
        {
        }

        Assert.Empty(uses);
    }

    /// <summary>Adds the ways along files of one floor that come back to where they started.</summary>
    private static void FindCircle(SourceFile start, List<SourceFile> way, List<string> circles)
    {
        foreach (SourceFile next in Files.Where(next => next.Floor == start.Floor && way[^1].Uses(next)))
        {
            if (next == start)
            {
                circles.Add(string.Join(" → ", way.Append(next)));
            }
            else if (!way.Contains(next))
            {
                FindCircle(start, [.. way, next], circles);
            }
        }
    }
}
