using System.CommandLine;
using System.Globalization;
using System.Text;
using FastRnn.Cli;
using FastRnn.Serialization;
using FastRnn.Tests.Peers;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

public sealed class RunCommandTests : IDisposable
{
    private const int Seed = 5;

    private readonly TemporaryFolder _folder = new();

    private static RnnSpec Small => new(2, Cell.Lstm(5), Cell.Gru(4), Layer.Dense(3, Activation.Softmax));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RunCommand_file_givesTheModelsNumbers()
    {
        string model = Save(Small);
        float[] values = RandomData.Uniform(Seed, 2 * 6);
        string rows = Rows(values, 2);
        string output = _folder["out.csv"];
        ToolRun.Of("run", model, "--input", Write("in.csv", rows), "--output", output).Done();

        var expected = new float[6 * 3];
        RnnModel.Load(model).Run(values, expected, new() { Steps = 6, Sequences = 1 });
        Assert.Equal(Rows(expected, 3), File.ReadAllText(output));
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/fd/1")]
    public void RunCommand_nameOfStandardOutput_isStandardOutput(string name)
    {
        string model = Save(Small), input = Write("in.csv", "1,2\n");
        Assert.Equal(
            ToolRun.Of("run", model, "--input", input).Done().Rows,
            ToolRun.Of("run", model, "--input", input, "--output", name).Done().Rows);
    }

    [Fact]
    public void RunCommand_sequencesBetweenBlankLines_areRunEachByItself()
    {
        string model = Save(Small), first = "0.5,-1\n0.25,3\n", second = "0.5,-1\n-2,1\n7,8\n";
        string both = Run(model, $"\n{first}\n\n{second}\n");
        Assert.Equal($"\n{Run(model, first)}\n\n{Run(model, second)}\n", both);
    }

    [Theory]
    [InlineData("0.5,-1\n0.25,3\n\n1,2\n")]
    [InlineData("1,2\n \n\n3,4")]
    [InlineData("\n1e-3,2\r\n3,4\r\n\r\n5,6\r\n")]
    public void RunCommand_streamed_givesTheBytesThatWholeSequencesGive(string rows)
    {
        string model = Save(Small);
        string whole = Run(model, rows);
        Assert.Equal(whole, Run(model, rows, "--streamed"));
        Assert.Equal(whole, ToolRun.WithInput(new StringReader(rows), "run", model).Done().Rows);
        Assert.Equal(whole, ToolRun.Of("run", model, "--input", Write("in.csv", rows), "--output", "-").Done().Rows);
    }

    [Theory]
    [InlineData("0.5 -1")]
    [InlineData("  0.5   -1  ")]
    [InlineData("0.5\t-1")]
    [InlineData("0.5;-1")]
    [InlineData("0.5 ; -1")]
    [InlineData("5e-1, -1.0")]
    public void RunCommand_separators_areAllTheSame(string row)
    {
        string model = Save(Small);
        Assert.Equal(Run(model, "0.5,-1\n"), Run(model, row));
    }

    [Fact]
    public void RunCommand_cultureWithCommas_readsAndWritesPoints()
    {
        string model = Save(Small);
        string expected = Run(model, "0.5;-1\n");
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            var withCommas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            withCommas.NumberFormat.NumberDecimalSeparator = ",";
            withCommas.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = withCommas;
            Assert.Equal(expected, Run(model, "0.5;-1\n"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void RunCommand_manyToOne_hasARowASequenceWhenRunWhole()
    {
        string model = Save(Small with { Shape = SequenceShape.ManyToOne }), rows = "1,2\n3,4\n\n5,6\n";
        string[] streamed = Run(model, rows, "--streamed").Split('\n');
        Assert.Equal([streamed[1], streamed[3], string.Empty], Run(model, rows).Split('\n'));
    }

    [Fact]
    public void RunCommand_networkOfIndices_takesOneWholeNumberARow()
    {
        RnnSpec spec = RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Gru(4));
        string model = Save(spec);
        var expected = new float[3 * 4];
        int[] indices = [4, 0, 2];
        RnnModel.Load(model).Run(indices, expected, new() { Steps = 3, Sequences = 1 });
        Assert.Equal(Rows(expected, 4), Run(model, "4\n0\n2\n"));
        Assert.Equal(Rows(expected, 4), Run(model, "4\n0\n2\n", "--streamed"));
        Refused(model, "4\n5\n", "line 2: expected one whole number from 0 to 4, but got '5'");
        Refused(model, "1.5\n", "line 1: expected one whole number from 0 to 4, but got '1.5'");
        Refused(model, "1,2\n", "line 1: expected one whole number from 0 to 4, but got 2 columns");
    }

    [Fact]
    public void RunCommand_bidirectionalNetwork_runsWholeAndIsRefusedAsAStream()
    {
        string model = Save(new RnnSpec(2, Cell.Bidirectional(Cell.Elman(3))));
        Assert.Equal(2, Run(model, "1,2\n3,4\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string input = Write("in.csv", "1,2\n");
        ToolRun.Of("run", model, "--input", input, "--streamed").Refused(model, "layers[0] (Bidirectional Elman)", "without --streamed");
        ToolRun.WithInput(new StringReader("1,2\n"), "run", model).Refused(model, "layers[0] (Bidirectional Elman)");
    }

    [Fact]
    public void RunCommand_oneToManyNetwork_isRefused()
    {
        string model = Save(new RnnSpec(2, Cell.Elman(2)) { Shape = SequenceShape.OneToMany });
        ToolRun.Of("run", model, "--input", Write("in.csv", "1,2\n")).Refused(model, "one-to-many");
    }

    [Theory]
    [InlineData("1,2\n3\n", "line 2: expected 2 numbers, but got 1 columns")]
    [InlineData("1,2,3\n", "line 1: expected 2 numbers, but got 3 columns")]
    [InlineData("1,2,\n", "line 1: expected 2 numbers, but got 3 columns")]
    [InlineData("\n1,\n", "line 2: column 2: expected a number, but got ''")]
    [InlineData("1,2\n\n4,x\n", "line 3: column 2: expected a number, but got 'x'")]
    [InlineData("1,2;3\n", "line 1: column 2: expected a number, but got '2;3'")]
    [InlineData("1,\e[2J\n", "line 1: column 2: expected a number, but got '\\u001B[2J'")]
    [InlineData("1e39,0\n", "line 1: column 1: expected a number of at most 3.40282347E+38, but got '1e39'")]
    [InlineData("", "expected rows of 2 numbers, but it has none")]
    [InlineData("\n \n", "expected rows of 2 numbers, but it has none")]
    public void RunCommand_badRows_areRefusedByFileLineAndValue(string rows, string expected)
    {
        string model = Save(Small);
        Refused(model, rows, expected);
        ToolRun.WithInput(new StringReader(rows), "run", model, "--output", _folder["out.csv"]).Refused("standard input", expected);
        Assert.False(File.Exists(_folder["out.csv"]));
    }

    [Fact]
    public void RunCommand_badRows_leaveTheFileThatWasThere()
    {
        string model = Save(Small), output = Write("out.csv", "as it was");
        string[] names = _folder.Names;
        ToolRun.Of("run", model, "--input", Write("out.in", "1,2\n3\n"), "--output", output).Refused("line 2");
        Assert.Equal("as it was", File.ReadAllText(output));
        Assert.Equal([.. names, "out.in"], _folder.Names);
    }

    [Fact]
    public void RunCommand_notFiniteNumbers_areReadAndWritten()
    {
        string model = Save(new RnnSpec(1, Cell.Elman(1, Activation.Relu)));
        string[] results = Run(model, "NaN\n\nInfinity\n\n-Infinity\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("NaN", results[0]);
        Assert.Contains("Infinity", results[1..]);
    }

    [Theory]
    [InlineData('\n')]
    [InlineData('\r')]
    public void RunCommand_standardInput_isAnsweredLineByLine(char end)
    {
        string model = Save(Small);
        var rows = new StringWriter();
        var lengths = new List<int>();
        var input = new WatchedReader(
            "1,2\n3,4\n\n5,6\n".Replace('\n', end), () => lengths.Add(rows.ToString().Count(letter => letter == '\n')));
        using var console = new PlainConsole();
        int exitCode = Program.Run(
            ["run", model], console.Console, input, new InvocationConfiguration { Output = rows });
        Assert.Equal(0, exitCode);
        Assert.Equal([0, 1, 2, 3, 4], lengths);
    }

    [Fact]
    public void RunCommand_missingFiles_areRefusedByName()
    {
        ToolRun.Of("run", _folder["none.safetensors"]).Refused("none.safetensors");
        ToolRun.Of("run", Save(Small), "--input", _folder["none.csv"]).Refused("none.csv");
        ToolRun.Of("run", Save(Small), "--input", Write("in.csv", "1,2\n"), "--output", _folder["none/out.csv"]).Refused("none");
    }

    [Fact]
    public void RunCommand_help_namesAllOptions()
    {
        ToolRun run = ToolRun.Of("run", "--help").Done();
        Assert.All(
            [
                "MODEL", "--input", "--output", "--streamed", "--order", "--activation", "--output-activation", "--inputs", "--shape",
                "--reset",
            ],
            option => Assert.Contains(option, run.Rows, StringComparison.Ordinal));
    }

    private static string Rows(ReadOnlySpan<float> values, int columns)
    {
        var rows = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
        {
            rows.Append(values[i].ToString("R", CultureInfo.InvariantCulture)).Append((i + 1) % columns == 0 ? '\n' : ',');
        }

        return rows.ToString();
    }

    private string Save(RnnSpec spec)
    {
        string path = _folder["model.safetensors"];
        RnnModel.Create(spec, Seed).Save(path);
        return path;
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private string Run(string model, string rows, params string[] options)
    {
        string output = _folder["out.csv"];
        ToolRun.Of(["run", model, "--input", Write("in.csv", rows), "--output", output, .. options]).Done();
        return File.ReadAllText(output);
    }

    private void Refused(string model, string rows, string expected)
    {
        string input = Write("in.csv", rows), output = _folder["refused.csv"];
        ToolRun.Of("run", model, "--input", input, "--output", output).Refused(input, expected);
        Assert.False(File.Exists(output));
    }

    /// <summary>A text, and a word before each of its lines, and its end, is read.</summary>
    private sealed class WatchedReader(string text, Action reading) : TextReader
    {
        private int _next;

        public override int Read()
        {
            if (_next == 0 || text[_next - 1] is '\n' or '\r')
            {
                reading();
            }

            return _next < text.Length ? text[_next++] : -1;
        }
    }
}
