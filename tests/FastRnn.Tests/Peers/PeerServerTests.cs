using FastRnn.Peers.Serving;
using FastRnn.Peers.Workloads;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Peers;

/// <summary>FastRnn over the protocol, against the naive network.</summary>
public sealed class PeerServerTests : IDisposable
{
    /// <summary>Of outputs within ±1 from those in double.</summary>
    private const double OutputBound = 1e-5;

    /// <summary>Of a slope along a random direction, relative to the sum of the magnitudes that it adds up.</summary>
    private const double SlopeBound = 1e-4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrnn-tests-");

    private string DataFile => Path.Combine(_folder.FullName, "data");

    private string ResultFile => Path.Combine(_folder.FullName, "results");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, string, int> Works()
    {
        var works = new TheoryData<string, string, int>();
        foreach (string cell in Names.Cells)
        {
            works.Add(cell, "step", 1);
            works.Add(cell, "sequence", 3);
            works.Add(cell, "train", 1);
            works.Add(cell, "train", 3);
        }

        return works;
    }

    [Theory]
    [MemberData(nameof(Works))]
    public void PeerServer_prepare_everyWork_givesWhatTheNaiveNetworkGives(string cell, string mode, int batch)
    {
        var work = new PeerWork(Names.Cell(cell), Names.Mode(mode), 3, 5, batch, 6);
        Tensors data = WorkData.Create(work);
        Tensors results = Prepare(work, data);
        StackResult expected = Reference(work, data, new Random(1), step: 0);

        Compare.Near(expected.Outputs, results[WorkTensors.Outputs].Span, 0, OutputBound, "outputs");
        double[] final = RandomData.ToDouble(Interleave(work, results[WorkTensors.FinalHidden], results[WorkTensors.FinalMemory]));
        Assert.All(expected.FinalState.Zip(final), pair => Compare.Within(pair.First, pair.Second, OutputBound, "final state"));
    }

    [Theory]
    [InlineData("elman")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void PeerServer_prepare_training_givesTheSlopeOfTheNaiveNetwork(string cell)
    {
        const double Step = 1e-6;
        const int Seed = 3;
        var work = new PeerWork(Names.Cell(cell), WorkMode.Train, 3, 5, 2, 6);
        Tensors data = WorkData.Create(work);
        Tensors results = Prepare(work, data);
        float[] gradient = [.. results[WorkTensors.InputGradient].Span, .. WorkTensors.ParameterGradients(work, results)];
        double Loss(double step)
            => Reference(work, data, new Random(Seed), step).Outputs
                .Zip(data[WorkTensors.OutputGradient].ToArray(), (output, weight) => output * weight).Sum();

        double slope = 0, magnitude = 0;
        var random = new Random(Seed);
        foreach (float value in gradient)
        {
            slope += value * Direction(random);
            magnitude += Math.Abs(value);
        }

        Compare.Within((Loss(Step) - Loss(-Step)) / (2 * Step), slope, SlopeBound * magnitude, "slope");
    }

    [Fact]
    public void PeerServer_time_preparedWork_answersItsTimeAndNoBytes()
    {
        var work = new PeerWork(WorkCell.Gru, WorkMode.Step, 4, 4, 1, 16);
        WorkData.Create(work).Write(DataFile);
        string[] answers = Ask($"prepare {work.ToRequest()} {DataFile} {ResultFile}", "time 1", "time 1");

        Assert.StartsWith("ready FastRnn ", answers[0], StringComparison.Ordinal);
        Assert.Equal("prepared", answers[1]);
        string[] words = answers[3].Split(' ');
        Assert.Equal((4, "timed", "0"), (words.Length, words[0], words[3]));
        Assert.True(double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Theory]
    [InlineData("time 1", "error Nothing is prepared.")]
    [InlineData("time soon", "error Expected milliseconds, but got 'soon'.")]
    [InlineData("prepare", "error unknown request 'prepare'")]
    [InlineData("wait", "error unknown request 'wait'")]
    [InlineData("prepare rnn step 1 1 1 1 a b", "error Expected one of elman, gru, lstm, but got 'rnn'.")]
    [InlineData("prepare gru train 1 1 1 0 a b", "error Expected a whole number of at least 1, but got '0'.")]
    public void PeerServer_badRequest_isAnsweredAndTheNextOneToo(string request, string expected)
        => Assert.Equal([expected, "error unknown request 'again'"], Ask(request, "again")[1..]);

    [Fact]
    public void PeerServer_prepare_missingFile_isAnError()
        => Assert.StartsWith(
            "error ", Ask($"prepare gru step 4 4 1 1 {DataFile} {ResultFile}")[1], StringComparison.Ordinal);

    private static double Direction(Random random) => 2.0 * random.Next(2) - 1;

    private static float[] Interleave(PeerWork work, Memory<float> hidden, Memory<float> memory)
        => [.. Enumerable.Range(0, work.Batch).SelectMany(n => (float[])[.. Row(hidden, n), .. work.HasMemory ? Row(memory, n) : []])];

    private static float[] Row(Memory<float> values, int row) => values.Slice(row * 5, 5).ToArray();

    /// <summary>The naive network, its inputs and then its parameters moved by a step along a random direction.</summary>
    private static StackResult Reference(PeerWork work, Tensors data, Random random, double step)
    {
        LayerCase layer = work.Cell switch
        {
            WorkCell.Elman => new ElmanCase(work.HiddenSize, Activation.Tanh),
            WorkCell.Gru => new GruCase(work.HiddenSize, ResetAfter: true),
            _ => new LstmCase(work.HiddenSize, Peepholes: false),
        };
        var stack = new StackCase(
            work.InputSize, [layer], work.Steps, work.Batch, SequenceShape.ManyToMany, TakesIndices: false, HasLengths: false, Seed: 0);
        double[] Moved(ReadOnlySpan<float> values)
            => Array.ConvertAll(RandomData.ToDouble(values.ToArray()), value => value + step * Direction(random));
        double[] inputs = Moved(data[WorkTensors.Inputs].Span);
        double[] parameters = Moved(WorkTensors.Parameters(work, data));
        float[] initial = Interleave(work, data[WorkTensors.InitialHidden], data[WorkTensors.InitialMemory]);
        return new ReferenceStack(stack, parameters).Forward(inputs, RandomData.ToDouble(initial), lengths: null);
    }

    private static string[] Ask(params string[] requests)
    {
        using var answers = new StringWriter();
        using var requested = new StringReader(string.Join('\n', requests) + "\nquit\nafter\n");
        using var peer = new FastRnnPeer();
        using var server = new PeerServer(peer, answers);
        server.Serve(requested);
        return answers.ToString().TrimEnd('\n').Split('\n');
    }

    private Tensors Prepare(PeerWork work, Tensors data)
    {
        data.Write(DataFile);
        Assert.Equal("prepared", Ask($"prepare {work.ToRequest()} {DataFile} {ResultFile}")[1]);
        Tensors results = WorkTensors.Results(work);
        results.Read(ResultFile);
        return results;
    }
}
