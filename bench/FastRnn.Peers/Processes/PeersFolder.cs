namespace FastRnn.Peers.Processes;

/// <summary>Where peers are: beside the script that gets them, which is looked for from the program's own folder upwards.</summary>
internal static class PeersFolder
{
    /// <summary>How to get them, as a command from the root of the repository.</summary>
    internal const string SetUp = "bench/FastRnn.Peers/setup.sh";

    private const string Script = "setup.sh", Project = "FastRnn.Peers.csproj";

    /// <summary>The folder of the script; null for a program that has been moved away from it.</summary>
    internal static string? Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The path of what the script has made; null where it is not there.</summary>
    internal static string? File(params string[] parts)
        => Root is not null && Path.Combine([Root, .. parts]) is var path && System.IO.File.Exists(path) ? path : null;

    private static string? Find(string start)
    {
        DirectoryInfo? folder = new(start);
        while (folder is not null && !Holds(folder, Script) && !Holds(folder, Project))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static bool Holds(DirectoryInfo folder, string name) => System.IO.File.Exists(Path.Combine(folder.FullName, name));
}
