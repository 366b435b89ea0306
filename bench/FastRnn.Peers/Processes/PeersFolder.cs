namespace FastRnn.Peers.Processes;

/// <summary>Where peers are: in the project's folder, which is looked for from the program's own folder upwards.</summary>
internal static class PeersFolder
{
    /// <summary>How to get them, as a command from the root of the repository.</summary>
    internal const string SetUp = "bench/FastRnn.Peers/setup.sh";

    private const string Project = "FastRnn.Peers.csproj";

    /// <summary>The project's folder; null for a program that has been moved away from it.</summary>
    internal static string? Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The folder of the README, from which <see cref="SetUp"/> is started; null as above.</summary>
    internal static string? Repository { get; } = Root is null ? null : Path.GetFullPath(Path.Combine(Root, "..", ".."));

    /// <summary>The path of a file in it; null where it is not there.</summary>
    internal static string? File(params string[] parts)
        => Root is not null && Path.Combine([Root, .. parts]) is var path && System.IO.File.Exists(path) ? path : null;

    private static string? Find(string start)
    {
        DirectoryInfo? folder = new(start);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, Project)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
