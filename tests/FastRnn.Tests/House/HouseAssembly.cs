namespace FastRnn.Tests.House;

/// <summary>An assembly under <c>src</c>, whose top folders are floors.</summary>
/// <param name="Name">its name, which is its folder's and its root namespace too</param>
/// <param name="Floors">the floors from the bottom up; empty where their order does not matter</param>
/// <param name="RootFloor">the floor whose types a user meets first, which lie in the root namespace; null where there is none</param>
internal sealed record HouseAssembly(string Name, string[] Floors, string? RootFloor)
{
    internal static HouseAssembly Library { get; } = new(
        "FastRnn", ["Memory", "Kernels", "Cells", "Layers", "Models", "Training", "Serialization"], "Models");

    internal static HouseAssembly[] All { get; } =
        [Library, new("FastRnn.Onnx", [], "Signature"), new("FastRnn.Baselines", [], null), new("FastRnn.Cli", [], null)];

    internal static string SourceFolder => Path.Combine(RepositoryRoot(), "src");

    internal string Folder => Path.Combine(SourceFolder, Name);

    /// <summary>The source files without those that the build makes.</summary>
    internal IReadOnlyList<SourceFile> Files()
        => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(this, path))
            .ToArray();

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastRnn.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No FastRnn.sln above {AppContext.BaseDirectory}.");
    }
}
