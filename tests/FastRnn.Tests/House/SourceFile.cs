using System.Text.RegularExpressions;

namespace FastRnn.Tests.House;

/// <summary>A source file: its floor and room, what it declares, and which words its code, not its comments, uses.</summary>
internal sealed partial class SourceFile
{
    private readonly HouseAssembly _assembly;
    private readonly string _path;

    /// <param name="assembly">the assembly that it belongs to</param>
    /// <param name="path">where it lies in the assembly's folder, with slashes</param>
    internal SourceFile(HouseAssembly assembly, string path)
    {
        _assembly = assembly;
        _path = path;
        Room = path[..Math.Max(0, path.LastIndexOf('/'))];
        Floor = Room.Split('/')[0];
        Text = File.ReadAllText(Path.Combine(assembly.Folder, path));
        Code = CodeOf(Text);
        Namespace = Namespaces().Match(Code).Groups[1].Value;
        Types = Declarations().Matches(Code).Select(match => match.Groups[1].Value).ToHashSet();
        Words = WordPattern().Matches(Code).Select(match => match.Value).ToHashSet();
        Usings = UsingDirectives().Matches(Code).Select(match => match.Groups[1].Value).ToArray();
    }

    /// <summary>The top folder; empty for a file that lies beside the folders.</summary>
    internal string Floor { get; }

    /// <summary>The whole path of the folder: a floor with many files has rooms within, whose files are in its namespace all the same.
    /// </summary>
    internal string Room { get; }

    internal int Height => Array.IndexOf(_assembly.Floors, Floor);

    internal string Text { get; }

    internal string Code { get; }

    internal string Namespace { get; }

    internal string ExpectedNamespace => Floor == "" || Floor == _assembly.RootFloor ? _assembly.Name : $"{_assembly.Name}.{Floor}";

    /// <summary>The types declared at the top of the file; nested ones can't be seen from other files without them.</summary>
    internal IReadOnlySet<string> Types { get; }

    internal IReadOnlySet<string> Words { get; }

    internal IReadOnlyList<string> Usings { get; }

    /// <summary>The text without comments and strings; what stands in the holes of interpolated strings is code too.</summary>
    internal static string CodeOf(string text)
        => CommentsAndStrings().Replace(
            text, match => $" {string.Concat(match.Groups["hole"].Captures.Select(hole => CodeOf(hole.Value) + " "))}");

    /// <summary>Whether the code uses a type of another file.</summary>
    internal bool Uses(SourceFile other) => other != this && other.Types.Overlaps(Words);

    public override string ToString() => _path;

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
