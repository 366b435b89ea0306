using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Cells with a clip, coupled gates and other activations: their gradients against slopes of the loss.</summary>
public sealed class CellOptionsTests
{
    private const int Inputs = 3, Hidden = 9, Steps = 5, Batch = 4, Seed = 41;
    private const float Bound = 0.4f;

    /// <summary>Slopes between two losses in float, of which some cross a bound.</summary>
    private const double Relative = 0.02;

    private static readonly Dictionary<string, CellSpec> Cells = new()
    {
        ["Elman tanh"] = Cell.Elman(Hidden),
        ["Elman relu"] = Cell.Elman(Hidden, Activation.Relu),
        ["Elman sigmoid"] = Cell.Elman(Hidden, Activation.Sigmoid),
        ["Elman identity"] = Cell.Elman(Hidden, Activation.Identity),
        ["GRU"] = Cell.Gru(Hidden),
        ["GRU tanh, sigmoid"] = Gru(Activation.Tanh, Activation.Sigmoid),
        ["GRU sigmoid, identity"] = Gru(Activation.Sigmoid, Activation.Identity),
        ["GRU before"] = Cell.Gru(Hidden, resetAfter: false),
        ["GRU before tanh, sigmoid"] = Gru(Activation.Tanh, Activation.Sigmoid, resetAfter: false),
        ["GRU before sigmoid, relu"] = Gru(Activation.Sigmoid, Activation.Relu, resetAfter: false),
        ["LSTM"] = Cell.Lstm(Hidden),
        ["LSTM peepholes"] = Cell.Lstm(Hidden, peepholes: true),
        ["LSTM coupled"] = Cell.Lstm(Hidden) with { CoupledGates = true },
        ["LSTM coupled peepholes"] = Cell.Lstm(Hidden, peepholes: true) with { CoupledGates = true },
        ["LSTM tanh, sigmoid, identity"] = Lstm(Activation.Tanh, Activation.Sigmoid, Activation.Identity),
        ["LSTM sigmoid, relu, tanh"] = Lstm(Activation.Sigmoid, Activation.Relu, Activation.Tanh) with { Peepholes = true },
        ["LSTM coupled sigmoid, identity, sigmoid"]
            = Lstm(Activation.Sigmoid, Activation.Identity, Activation.Sigmoid) with { CoupledGates = true },
    };

    public static TheoryData<string> All => [.. Cells.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_nothingClipped_isTheSlope(string name)
    {
        const float Distance = 5e-3f;
        Slope(name, float.PositiveInfinity, Distance, gradient => RandomData.Uniform(Seed, gradient.Length));
    }

    /// <summary>Along the gradient, where a short way is steep: few values come to their bound on it.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_muchClipped_isTheSlopeAlongItself(string name)
    {
        const float Distance = 1e-3f;
        Slope(name, Bound, Distance, gradient => Array.ConvertAll(gradient, value => (float)(value / Norm(gradient))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_Run_muchClipped_differsFromNothingClipped(string name)
    {
        const float Noticed = 0.01f;
        float[] clipped = Outputs(Bound), free = Outputs(float.PositiveInfinity);
        Assert.True(clipped.Zip(free, (x, y) => Math.Abs(x - y)).Max() > Noticed);

        float[] Outputs(float bound)
        {
            (RnnSpec spec, float[] parameters) = Network(name, bound);
            var outputs = new float[Steps * Batch * Hidden];
            RnnModel.FromParameters(spec, parameters).Run(
                RandomData.Uniform(Seed, Steps * Batch * Inputs), outputs, new() { Steps = Steps, Sequences = Batch });
            return outputs;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public void CellSpec_Clip_notAboveZero_isRefused(float clip)
    {
        Assert.Equal("Clip", Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Elman(2) with { Clip = clip }).ParamName);
        Assert.Equal("Clip", Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Lstm(2) with { Clip = clip }).ParamName);
        Assert.Equal("Clip", Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Gru(2) with { Clip = clip }).ParamName);
    }

    [Fact]
    public void CellSpec_activations_notElementwise_areRefused()
    {
        Activation rows = Activation.Softmax;
        Assert.Equal("activation", Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Elman(2, rows)).ParamName);
        Assert.Equal(
            nameof(LstmSpec.GateActivation),
            Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Lstm(2) with { GateActivation = rows }).ParamName);
        Assert.Equal(
            nameof(LstmSpec.OutputActivation),
            Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Lstm(2) with { OutputActivation = rows }).ParamName);
        Assert.Equal(
            nameof(GruSpec.CandidateActivation),
            Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Gru(2) with { CandidateActivation = rows }).ParamName);
    }

    /// <summary>A NaN is no number to clip or to rectify: it stays one, and in its own sequence.</summary>
    [Fact]
    public void RnnModel_Run_NaN_passesEveryOption()
    {
        foreach (CellSpec cell in CellVariants.WithOptions(Hidden))
        {
            foreach (RnnSpec spec in new RnnSpec[] { new(Inputs, cell), new(Inputs, Cell.Reversed(cell)) })
            {
                RnnModel model = RnnModel.Create(spec, Seed);
                float[] inputs = RandomData.Uniform(Seed, Batch * Inputs), bad = [.. inputs];
                bad[Inputs + 1] = float.NaN;
                float[] expected = Run(model, inputs), outputs = Run(model, bad);
                for (int i = 0; i < outputs.Length; i++)
                {
                    bool isBad = i / Hidden == 1;
                    Assert.True(isBad ? float.IsNaN(outputs[i]) : outputs[i] == expected[i], $"output {i} of {cell} is {outputs[i]}");
                }
            }
        }
    }

    /// <summary>However large an input is, what comes of it is the bound.</summary>
    [Fact]
    public void RnnModel_Run_infinityIntoAClip_isTheBound()
    {
        const float Large = 1e30f;
        CellSpec[] clipped =
        [
            Cell.Elman(Hidden, Activation.Identity) with { Clip = Bound },
            Lstm(Activation.Sigmoid, Activation.Identity, Activation.Tanh) with { Clip = Bound },
            Gru(Activation.Tanh, Activation.Identity) with { Clip = Bound },
            Gru(Activation.Relu, Activation.Sigmoid, resetAfter: false) with { Clip = Bound },
        ];
        foreach (CellSpec cell in clipped)
        {
            RnnModel model = RnnModel.Create(new RnnSpec(1, cell), Seed);
            float[] expected = Run(model, [Large, -Large, 1, Large]);
            Assert.All(expected, value => Assert.True(float.IsFinite(value)));
            Compare.SameBits(expected, Run(model, [float.PositiveInfinity, float.NegativeInfinity, 1, float.PositiveInfinity]), $"{cell}");
        }
    }

    /// <summary>One step of a batch.</summary>
    private static float[] Run(RnnModel model, float[] inputs)
    {
        var outputs = new float[Batch * model.Spec.OutputSize];
        model.Run(inputs, outputs, new() { Steps = 1, Sequences = Batch });
        return outputs;
    }

    private static GruSpec Gru(Activation gate, Activation candidate, bool resetAfter = true)
        => Cell.Gru(Hidden, resetAfter) with { GateActivation = gate, CandidateActivation = candidate };

    private static LstmSpec Lstm(Activation gate, Activation candidate, Activation output)
        => Cell.Lstm(Hidden) with { GateActivation = gate, CandidateActivation = candidate, OutputActivation = output };

    /// <summary>A network of one cell.</summary>
    private static (RnnSpec Spec, float[] Parameters) Network(string name, float bound)
    {
        CellSpec cell = Cells[name] switch
        {
            ElmanSpec elman => elman with { Clip = bound },
            LstmSpec lstm => lstm with { Clip = bound },
            GruSpec gru => gru with { Clip = bound },
            _ => throw new InvalidOperationException(name),
        };
        var spec = new RnnSpec(Inputs, cell);
        return (spec, RandomData.Uniform(Seed, RnnModel.Create(spec, Seed).ParameterCount, 0.5f));
    }

    private static void Slope(string name, float bound, float distance, Func<float[], float[]> directionOf)
    {
        (RnnSpec spec, float[] parameters) = Network(name, bound);
        float[] inputs = RandomData.Uniform(Seed, Steps * Batch * Inputs), targets = RandomData.Uniform(Seed + 1, Steps * Batch * Hidden);
        using var backpropagation = new Backpropagation(spec, parameters);
        backpropagation.Forward(Loss.HalfSquaredError, inputs, targets, new() { Steps = Steps, Sequences = Batch });
        backpropagation.Backward(inputs);
        float[] gradient = backpropagation.Gradients.All.ToArray();
        float[] direction = directionOf(gradient);
        double expected = (LossAt(distance) - LossAt(-distance)) / (2 * distance);
        double actual = gradient.Select((value, i) => (double)value * direction[i]).Sum();
        Compare.Within(expected, actual, Relative * Math.Abs(expected), name);

        double LossAt(float way)
        {
            float[] moved = [.. parameters.Select((value, i) => value + way * direction[i])];
            using var other = new Backpropagation(spec, moved);
            return other.Forward(Loss.HalfSquaredError, inputs, targets, new() { Steps = Steps, Sequences = Batch });
        }
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
