using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Serialization.Fuzzing;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

/// <summary>Damaged files of all formats through all commands: each does it, or refuses in one line.</summary>
public sealed partial class ToolFuzzTests : IDisposable
{
    private const int Rounds = 250;
    private const int FirstSeed = 20_261_126;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tool_damagedFiles_areDoneOrRefusedInOneLine()
    {
        FuzzedFile[] files = FuzzedFile.Models();
        Dictionary<string, string[]> options = WeightFileCase.PyTorch.Concat(WeightFileCase.Keras)
            .ToDictionary(golden => golden.Name, golden => WeightFileArguments.Of(golden.Options));
        var rowsOf = new Dictionary<string, string>();
        var exitCodes = new int[2];
        for (int round = 0; round < Rounds; round++)
        {
            var random = new Random(FirstSeed + round);
            FuzzedFile file = files[random.Next(files.Length)];
            string[] given = options.GetValueOrDefault(file.Name, []);
            if (!rowsOf.TryGetValue(file.Name, out string? rows))
            {
                rows = Rows(ToolRun.Of(["inspect", _folder.Write("file", file.Bytes), .. given]).Done().Output);
                rowsOf.Add(file.Name, rows);
            }

            byte[] bytes = Mutation.Of(file.Bytes, files[random.Next(files.Length)].Bytes, random);
            string path = _folder.Write("file", bytes), end = _folder[round % 2 == 0 ? "out.safetensors" : "out.onnx"];
            foreach (ToolRun run in (ToolRun[])
                [
                    ToolRun.Of(["inspect", path, .. given]), ToolRun.Of(["convert", path, end, .. given]),
                    ToolRun.WithInput(new StringReader(rows), ["run", path, .. given]),
                    ToolRun.Of(["run", path, "--input", _folder.Write("rows", Encoding.ASCII.GetBytes(rows)), .. given]),
                ])
            {
                Assert.True(IsRight(run), $"seed {FirstSeed + round}, {file.Name}: {run}");
                exitCodes[run.ExitCode]++;
            }
        }

        // Where none went well, or all, nothing would be shown.
        Assert.All(exitCodes, count => Assert.True(count > Rounds / 4, $"{exitCodes[0]} done, {exitCodes[1]} refused"));
    }

    /// <summary>An exception that nobody expects is printed with its stack, in many lines.</summary>
    private static bool IsRight(ToolRun run) => run.ExitCode switch
    {
        0 => run.Error.Length == 0,
        1 => run.Error.Trim().Length > 0 && !run.Error.TrimEnd().Contains('\n'),
        _ => false,
    };

    /// <summary>Two rows of what the network takes, as <c>inspect</c> shows it.</summary>
    private static string Rows(string shown)
    {
        Match inputs = Inputs().Match(shown);
        string row = inputs.Groups["below"].Success || !inputs.Success
            ? "0"
            : string.Join(',', Enumerable.Repeat("1", int.Parse(inputs.Groups["size"].Value, CultureInfo.InvariantCulture)));
        return $"{row}\n{row}\n";
    }

    [GeneratedRegex(@"^  inputs +(?<below>one index, below )?(?<size>\d+)", RegexOptions.Multiline)]
    private static partial Regex Inputs();
}
