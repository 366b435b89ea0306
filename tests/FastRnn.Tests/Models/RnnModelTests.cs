using FastRnn.Layers;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What a model computes: against the reference, and one way of running it against the other.</summary>
public sealed class RnnModelTests
{
    private const int Networks = 250;

    /// <summary>Of the largest output: errors of float (6e-8), carried on over up to 12 steps of weights of size 1.5.</summary>
    private const double Tolerance = 2e-5;

    [Fact]
    public void RnnModel_Run_randomNetworks_isTheReference()
        => Properties.ForAllNetworks(Networks, network =>
        {
            NetworkCase.Data data = network.Create();
            ReferenceNetwork.Trace trace = data.Trace();
            (float[] outputs, float[] final) = data.Run(network.Steps, network.Batch, data.Inputs, data.InitialState);
            Compare.NearLargest(trace.Outputs, outputs, Tolerance, "output");
            Compare.NearLargest(trace.FinalState, final, Tolerance, "final state");
        });

    [Fact]
    public void RnnModel_Run_batched_isEverySequenceStreamed() => Properties.ForAllNetworks(Networks, CheckStreams);

    [Fact]
    public void RnnModel_Run_inChunks_isTheWhole()
        => Properties.ForAllNetworks(Networks, network =>
        {
            NetworkCase.Data data = network.Create();
            (float[] outputs, float[] final) = data.Run(network.Steps, network.Batch, data.Inputs, data.InitialState);
            var chunked = new float[outputs.Length];
            float[] state = [.. data.InitialState];
            for (int start = 0; start < network.Steps;)
            {
                int steps = Math.Min(1 + (network.Seed + start) % 4, network.Steps - start);
                int inputRow = network.Batch * network.Shape.Inputs;
                int outputRow = network.Batch * network.Shape.Outputs;
                data.Model.Run(
                    data.Inputs.AsSpan(start * inputRow, steps * inputRow), chunked.AsSpan(start * outputRow, steps * outputRow),
                    new() { Steps = steps, Sequences = network.Batch }, state, state);
                start += steps;
            }

            Compare.SameBits(outputs, chunked, "output");
            Compare.SameBits(final, state, "final state");
        });

    [Theory]
    [InlineData(1, 67, 1500)]
    [InlineData(4, 257, 100)]
    [InlineData(600, 67, 5)]
    public void RnnModel_Run_longerThanOneInnerChunk_isStreamed(int batch, int hidden, int steps)
    {
        var shape = new NetworkShape(3, hidden, Activation.Tanh, Activation.Identity, 2);
        int chunk = NetworkPass.ChunkOf(
            new Network(shape.ToSpec(), GradientScope.None), new BatchSize(new BatchShape { Steps = steps, Sequences = batch }));
        Assert.True(2 * chunk < steps, $"the run takes {chunk} of {steps} steps at a time");
        CheckStreams(new NetworkCase(shape, steps, batch, 3));
    }

    [Fact]
    public void RnnModel_Run_withoutStates_startsFromZeros()
    {
        var network = new NetworkCase(new NetworkShape(3, 20, Activation.Tanh, Activation.Sigmoid, 4), 6, 5, 8);
        NetworkCase.Data data = network.Create();
        (float[] expected, _) = data.Run(network.Steps, network.Batch, data.Inputs, new float[data.InitialState.Length]);
        var outputs = new Guarded(expected.Length);
        data.Model.Run(data.Inputs, outputs.Span, new() { Steps = network.Steps, Sequences = network.Batch });
        Compare.SameBits(expected, outputs.Span);
        outputs.AssertIntact();
    }

    [Fact]
    public void RnnModel_Run_anyBuffers_writesOutputsAndFinalStateOnly()
    {
        var network = new NetworkCase(new NetworkShape(5, 19, Activation.Relu, Activation.Softmax, 3), 7, 3, 8);
        NetworkCase.Data data = network.Create();
        var inputs = new Guarded(data.Inputs);
        var initial = new Guarded(data.InitialState);
        var outputs = new Guarded(network.Rows * 3);
        var final = new Guarded(initial.Length);
        data.Model.Run(inputs.Span, outputs.Span, new() { Steps = network.Steps, Sequences = network.Batch }, initial.Span, final.Span);
        Compare.SameBits(data.Inputs, inputs.Span);
        Compare.SameBits(data.InitialState, initial.Span);
        Array.ForEach([inputs, initial, outputs, final], buffer => buffer.AssertIntact());
    }

    [Fact]
    public void RnnModel_Parameters_fromParameters_areTheSame()
    {
        NetworkCase.Data data = new NetworkCase(new NetworkShape(2, 5, Activation.Tanh, Activation.Identity, 3), 1, 1, 4).Create();
        float[] original = [.. data.Parameters];
        var copy = new Guarded(data.Model.ParameterCount);
        data.Parameters.AsSpan().Clear();
        data.Model.Parameters.CopyTo(copy.Span);
        Compare.SameBits(original, copy.Span);
        copy.AssertIntact();
        Compare.SameBits(original, data.Model.Parameters);
    }

    [Fact]
    public void RnnModel_FromParameters_filled_isTheModelOfThoseValues()
    {
        NetworkCase.Data data = new NetworkCase(new NetworkShape(2, 5, Activation.Tanh, Activation.Identity, 3), 1, 1, 4).Create();
        int calls = 0;
        RnnModel filled = RnnModel.FromParameters(data.Model.Spec, parameters =>
        {
            calls++;
            Assert.Equal(new float[data.Parameters.Length], parameters.ToArray());
            data.Parameters.CopyTo(parameters);
        });
        Assert.Equal(1, calls);
        Compare.SameBits(data.Parameters, filled.Parameters);
        float[] expected = new float[data.Model.Spec.OutputSize], actual = new float[expected.Length];
        data.Model.Run(data.Inputs.AsSpan(0, filled.Spec.InputSize), expected, new() { Steps = 1, Sequences = 1 });
        filled.Run(data.Inputs.AsSpan(0, filled.Spec.InputSize), actual, new() { Steps = 1, Sequences = 1 });
        Compare.SameBits(expected, actual);
    }

    [Fact]
    public void RnnModel_FromParameters_fillThatThrows_throwsThat()
        => Assert.Throws<InvalidDataException>(
            () => RnnModel.FromParameters(new RnnSpec(1, Cell.Elman(1)), _ => throw new InvalidDataException()));

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    public void RnnModel_Create_seed_isUniformWithinOneOverRootH(int hidden)
    {
        var spec = new RnnSpec(40, Cell.Elman(hidden), Layer.Dense(20));
        float bound = 1 / MathF.Sqrt(hidden);
        float[] parameters = TrainingData.Parameters(RnnModel.Create(spec, 7));
        Assert.All(parameters, value => Assert.InRange(value, -bound, bound));
        Assert.True(parameters.Max() > 0.8f * bound && parameters.Min() < -0.8f * bound);
        Assert.InRange(parameters.Average() / bound, -0.2, 0.2);
        Assert.Equal(parameters, TrainingData.Parameters(RnnModel.Create(spec, 7)));
        Assert.NotEqual(parameters, TrainingData.Parameters(RnnModel.Create(spec, 8)));
    }

    /// <summary>Every sequence of a batch has the bits of the sequence run alone, and of the sequence streamed.</summary>
    private static void CheckStreams(NetworkCase network)
    {
        NetworkCase.Data data = network.Create();
        (int steps, int batch, NetworkShape shape) = (network.Steps, network.Batch, network.Shape);
        (float[] outputs, float[] final) = data.Run(steps, batch, data.Inputs, data.InitialState);
        for (int n = 0; n < batch; n += 1 + batch / 20)
        {
            float[] inputs = Sequence(data.Inputs, n, batch, shape.Inputs);
            float[] initial = data.InitialState[(n * shape.Hidden)..((n + 1) * shape.Hidden)];
            (float[] alone, float[] aloneFinal) = data.Run(steps, 1, inputs, initial);
            Compare.SameBits(Sequence(outputs, n, batch, shape.Outputs), alone, "output");
            Compare.SameBits(final.AsSpan(n * shape.Hidden, shape.Hidden), aloneFinal, "final state");

            using RnnSession session = data.Model.CreateSession();
            session.SetState(initial);
            var y = new Guarded(shape.Outputs);
            for (int t = 0; t < steps; t++)
            {
                session.Step(inputs.AsSpan(t * shape.Inputs, shape.Inputs), y.Span);
                Compare.SameBits(alone.AsSpan(t * shape.Outputs, shape.Outputs), y.Span, $"streamed output {t}");
            }

            y.AssertIntact();
            session.CopyStateTo(initial);
            Compare.SameBits(aloneFinal, initial, "streamed state");
        }
    }

    /// <summary>One sequence out of [T, N, F].</summary>
    private static float[] Sequence(float[] values, int n, int batch, int features)
        => values.Chunk(features).Where((_, row) => row % batch == n).SelectMany(row => row).ToArray();
}
