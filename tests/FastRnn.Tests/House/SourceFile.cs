using System.Text.RegularExpressions;

namespace FastRnn.Tests.House;

/// <summary>A source file of the library: its floor and room, what it declares, and which words its code, not its comments, uses.</summary>
internal sealed partial class SourceFile
{
    /// <summary>From the bottom up.</summary>
    internal static readonly string[] Floors = ["Memory", "Kernels", "Cells", "Layers", "Models", "Training", "Serialization"];

    /// <summary>The floor whose types a user meets first lies in the root namespace.</summary>
    private const string RootFloor = "Models";

    private SourceFile(string path)
    {
        string[] folders = Path.GetRelativePath(LibraryFolder, Path.GetDirectoryName(path)!).Split('/', '\\');
        Name = Path.GetFileNameWithoutExtension(path);
        Floor = folders[0];
        Room = string.Join('/', folders);
        Text = File.ReadAllText(path);
        Code = CodeOf(Text);
        Namespace = Namespaces().Match(Code).Groups[1].Value;
        Types = Declarations().Matches(Code).Select(match => match.Groups[1].Value).ToHashSet();
        Words = WordPattern().Matches(Code).Select(match => match.Value).ToHashSet();
        Usings = UsingDirectives().Matches(Code).Select(match => match.Groups[1].Value).ToArray();
    }

    internal static string LibraryFolder => Path.Combine(RepositoryRoot(), "src", "FastRnn");

    internal string Name { get; }

    internal string Floor { get; }

    /// <summary>The folder: a floor with many files has rooms within, whose files are in its namespace all the same.</summary>
    internal string Room { get; }

    internal int Height => Array.IndexOf(Floors, Floor);

    internal string Text { get; }

    internal string Code { get; }

    internal string Namespace { get; }

    internal string ExpectedNamespace => Floor == RootFloor ? "FastRnn" : $"FastRnn.{Floor}";

    /// <summary>The types declared at the top of the file; nested ones can't be seen from other files without them.</summary>
    internal IReadOnlySet<string> Types { get; }

    internal IReadOnlySet<string> Words { get; }

    internal IReadOnlyList<string> Usings { get; }

    /// <summary>The text without comments and strings; what stands in the holes of interpolated strings is code too.</summary>
    internal static string CodeOf(string text)
        => CommentsAndStrings().Replace(
            text, match => $" {string.Concat(match.Groups["hole"].Captures.Select(hole => CodeOf(hole.Value) + " "))}");

    internal static IReadOnlyList<SourceFile> Load()
        => Directory.EnumerateFiles(LibraryFolder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(LibraryFolder, path).Split('/', '\\').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path))
            .ToArray();

    /// <summary>Whether the code uses a type of another file.</summary>
    internal bool Uses(SourceFile other) => other != this && other.Types.Overlaps(Words);

    public override string ToString() => $"{Room}/{Name}.cs";

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastRnn.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No FastRnn.sln above {AppContext.BaseDirectory}.");
    }

    /// <summary>A hole ends at its own brace: not inside a string, and not at that of an inner pair.</summary>
    [GeneratedRegex("""
        \$"(?:\\.|\{\{|\}\}|[^"\\\n{}]
            |\{(?<hole>(?:"(?:\\.|[^"\\\n])*"|[^"{}]|(?<open>\{)|(?<-open>\}))*)(?(open)(?!))\})*"
        |"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentsAndStrings();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|interface|enum|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\w+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingDirectives();
}
