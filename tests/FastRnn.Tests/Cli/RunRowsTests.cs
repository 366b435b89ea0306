using System.CommandLine;
using System.Text;
using FastRnn.Cli.CommandLine;
using FastRnn.Serialization;
using FastRnn.Tests.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

/// <summary>Rows as other programs write them, and more than there is room for.</summary>
public sealed class RunRowsTests : IDisposable
{
    private const int Seed = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RunCommand_byteOrderMark_isNoPartOfTheFirstNumber()
    {
        string model = Save(new RnnSpec(2, Cell.Elman(3)));
        string expected = ToolRun.WithInput(new StringReader("1,2\n3,4\n"), "run", model).Done().Rows;
        Assert.Equal(expected, ToolRun.WithInput(new StringReader("\uFEFF1,2\n3,4\n"), "run", model).Done().Rows);
        string file = _folder.Write("in.csv", [.. Encoding.UTF8.Preamble, .. "1,2\n3,4\n"u8]);
        Assert.Equal(expected, ToolRun.Of("run", model, "--input", file).Done().Rows);
        ToolRun.WithInput(new StringReader("1,2\n\uFEFF3,4\n"), "run", model).Refused("line 2: column 1: expected a number");
    }

    [Theory]
    [InlineData("inf", "Infinity")]
    [InlineData("+inf", "Infinity")]
    [InlineData("-inf", "-Infinity")]
    [InlineData("-INF", "-Infinity")]
    [InlineData("Infinity", "Infinity")]
    [InlineData("-nan", "NaN")]
    public void RunCommand_notFiniteNumbersOfOtherPrograms_areRead(string written, string expected)
    {
        string path = _folder["model.safetensors"];
        RnnModel.FromParameters(new RnnSpec(1, Layer.Dense(1)), [1, 0]).Save(path);
        Assert.Equal($"{expected}\n", ToolRun.WithInput(new StringReader(written), "run", path).Done().Rows);
    }

    [Theory]
    [InlineData("in")]
    [InlineData("+-inf")]
    [InlineData("infin")]
    public void RunCommand_almostInfinity_isRefused(string written)
        => ToolRun.WithInput(new StringReader(written), "run", Save(new RnnSpec(1, Layer.Dense(1)))).Refused(
            $"column 1: expected a number, but got '{written}'");

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(64, 4096)]
    [InlineData(100, 6400)]
    public void RunCommand_lineWithoutAnEnd_isRefusedByLineAndLimit(int inputs, int limit)
    {
        string model = Save(new RnnSpec(inputs, Layer.Dense(1)));
        string row = string.Join(',', Enumerable.Repeat("1", inputs));
        ToolRun.WithInput(new EndlessReader($"{row}\n", ","), "run", model).Refused(
            $"standard input: line 2: expected a line of at most {limit} characters, but it is longer");
        string longest = row.PadRight(limit);
        ToolRun.WithInput(new StringReader(longest), "run", model).Done();
        ToolRun.WithInput(new StringReader($"{longest} "), "run", model).Refused("line 1: expected a line of at most");
    }

    [Fact]
    public void RunCommand_longField_isShownShortened()
    {
        ToolRun run = ToolRun.WithInput(new StringReader(new string('x', 4000)), "run", Save(new RnnSpec(1, Layer.Dense(1))));
        run.Refused($"column 1: expected a number, but got '{new string('x', 64)}…'");
    }

    [Theory]
    [InlineData("run", "--input", "Option '--input': expected the path of a file, but got ''.")]
    [InlineData("run", "--output", "Option '--output': expected the path of a file, but got ''.")]
    public void RunCommand_emptyPath_isRefused(string command, string option, string expected)
        => ToolRun.Of(command, Save(new RnnSpec(1, Layer.Dense(1))), option, "").Refused(expected);

    [Fact]
    public void RunCommand_sequenceBeyondTheLibrarysLimit_isRefusedByLine()
    {
        // What the layers keep of a step of both directions is thousands of values.
        const int rows = 700_000;
        string model = Save(new RnnSpec(1, Cell.Bidirectional(Cell.Lstm(512))));
        string input = _folder.Write("in.csv", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1\n", rows))));
        ToolRun run = ToolRun.Of("run", model, "--input", input);
        run.Refused($"{input}: line ", "expected sequences of at most ", "but this one is longer");
        Assert.DoesNotContain("--streamed", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--streamed")]
    public void RunCommand_absurdWidth_isRefusedByTheFirstRow(params string[] options)
    {
        string model = Save(new RnnSpec(3, Layer.Dropout(0.5f)));
        RawSafetensors.ChangeText(model, "fastrnn.spec", text => text.Replace("\"inputSize\":3", "\"inputSize\":2147483647"));
        string input = _folder.Write("in.csv", "1,2,3\n"u8.ToArray());
        ToolRun.Of(["run", model, "--input", input, .. options]).Refused("line 1: expected 2147483647 numbers, but got 3 columns");
    }

    [Fact]
    public void Faults_tooLittleMemory_isOneLine()
    {
        var command = new Command("any");
        command.SetGuardedAction(_ => GC.KeepAlive(new float[int.MaxValue]));
        using var error = new StringWriter();
        Assert.Equal(1, command.Parse([]).Invoke(new InvocationConfiguration { Error = error }));
        Assert.StartsWith("Expected enough memory, but there is too little: ", error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    private string Save(RnnSpec spec)
    {
        string path = _folder["model.safetensors"];
        RnnModel.Create(spec, Seed).Save(path);
        return path;
    }

    /// <summary>A text, and then another again and again.</summary>
    private sealed class EndlessReader(string start, string rest) : TextReader
    {
        private long _next;

        public override int Read()
        {
            long place = _next++;
            return place < start.Length ? start[(int)place] : rest[(int)((place - start.Length) % rest.Length)];
        }
    }
}
