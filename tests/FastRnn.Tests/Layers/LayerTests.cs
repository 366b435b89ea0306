using System.Runtime.InteropServices;
using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Layers;

/// <summary>
/// What layers promise beyond the numbers, which the tests of models and of back-propagation check: gradients are added, scratch, traces
/// and buffers are not exceeded, and what is not wanted is left out.
/// </summary>
public sealed class LayerTests
{
    private const int I = 5, T = 7, N = 4;

    /// <summary>Twice the sum against the sum twice: one rounding more for each block.</summary>
    private const double Tolerance = 1e-6;

    private static readonly Dictionary<string, LayerSpec> Layers = new()
    {
        ["Elman"] = Cell.Elman(19),
        ["LSTM"] = Cell.Lstm(19),
        ["LSTM with peepholes"] = Cell.Lstm(11, peepholes: true),
        ["GRU"] = Cell.Gru(19),
        ["GRU, reset before"] = Cell.Gru(19, resetAfter: false),
        ["Jordan"] = Cell.Jordan(19, 3, outputActivation: Activation.Sigmoid),
        ["Bidirectional"] = Cell.Bidirectional(Cell.Lstm(9)),
        ["Reversed"] = Cell.Reversed(Cell.Lstm(9)),
        ["Dense"] = Layer.Dense(3, Activation.Tanh),
        ["TimeDelay"] = Layer.TimeDelay(6, 3, 2),
        ["Dropout"] = Layer.Dropout(0.3f),
        ["Residual"] = Layer.Residual(Cell.Gru(I)),
        ["Parallel"] = Layer.Parallel(Merge.Concatenate, [Cell.Lstm(9), Layer.Dense(3)], [], [Layer.Affine(), Layer.Dense(2)]),
        ["Gate"] = Layer.Parallel(Merge.Multiply, [Layer.Dense(I, Activation.Sigmoid)], []),
        ["Bidirectional sum"] = Cell.Bidirectional(Cell.Lstm(9), Merge.Sum),
        ["Centered"] = Layer.CenteredTimeDelay(6, 3, 2),
        ["Depthwise"] = Layer.TimeDelay(2 * I, 3, 2) with { Groups = I },
        ["Grouped"] = Layer.TimeDelay(I, 2) with { Groups = 1, HasBias = false },
        ["Affine"] = Layer.Affine(),
        ["Activation"] = Layer.Activation(Activation.Sigmoid),
        ["Layer normalization"] = Layer.LayerNormalization(),
        ["RMS normalization"] = Layer.RmsNormalization(),
    };

    private readonly ParameterLayout _layout = new();
    private readonly Random _random = new(8);

    public static TheoryData<string> Names => [.. Layers.Keys];

    public static TheoryData<string> CausalNames => [.. Layers.Keys.Where(name => Layers[name].CanStream)];

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void NetworkLayer_Step_everyStep_givesTheBitsOfForward(string name)
    {
        NetworkLayer layer = Create(name, GradientScope.None);
        float[] inputs = RandomData.Uniform(_random, T * I);
        var streamed = new Guarded(RandomData.Uniform(_random, layer.StateSize));
        var whole = new Guarded(streamed.Span);
        var trace = new Guarded((int)layer.TraceLength(new TraceSize(T, 1)));
        var scratch = new Guarded((int)layer.StepScratchLength);
        var sequences = new Sequences(T, 1);
        layer.Forward(new ForwardPass(sequences), inputs, State(layer, whole), trace.Span);
        for (int t = 0; t < T; t++)
        {
            ref float first = ref layer.Step(
                ref inputs[t * I], ref MemoryMarshal.GetReference(streamed.Span), ref MemoryMarshal.GetReference(scratch.Span),
                descending: t % 2 == 0);
            ReadOnlySpan<float> output = MemoryMarshal.CreateReadOnlySpan(ref first, layer.OutputSize);
            Compare.SameBits(Output(layer, sequences, trace).Slice(t * layer.OutputSize, layer.OutputSize), output, $"step {t}");
        }

        Compare.SameBits(whole.Span, streamed.Span, "state");
        Array.ForEach([streamed, whole, trace, scratch], buffer => buffer.AssertIntact());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NetworkLayer_Backward_again_addsToTheGradientsAndReplacesTheOthers(string name)
    {
        NetworkLayer layer = Create(name, GradientScope.Inputs);
        foreach (int[] starts in new[] { Array.Empty<int>(), [0, 4, 8, 12, 14, 16, 17, 18] })
        {
            Sequences sequences = starts.Length == 0 ? new Sequences(T, N) : new Sequences(starts, [7, 5, 3, 3]);
            int rows = sequences.Rows;
            float[] inputs = RandomData.Uniform(_random, rows * I);
            float[] error = RandomData.Uniform(_random, rows * layer.OutputSize);
            float[] initial = RandomData.Uniform(_random, N * layer.StateSize);
            float[] final = RandomData.Uniform(_random, N * layer.StateSize);
            var trace = new Guarded((int)layer.TraceLength(new TraceSize(rows, N)));
            var scratch = new Guarded((int)layer.BackwardScratchLength(new TraceSize(rows, N)));
            var gradients = new ParameterBuffer(_layout);
            var outputGradient = new Guarded(error);
            var inputGradient = new Guarded(inputs.Length);
            var state = new Guarded(initial);
            var stateGradient = new Guarded(final);
            layer.Forward(new ForwardPass(sequences) { TrainingStepNumber = 1 }, inputs, State(layer, state), trace.Span);
            layer.Backward(
                sequences, inputs, trace.Span, outputGradient.Span, State(layer, stateGradient), gradients, inputGradient.Span,
                scratch.Span);
            double[] twice = gradients.All.ToArray().Select(gradient => 2.0 * gradient).ToArray();
            float[] firstInputs = inputGradient.Span.ToArray();
            float[] firstState = stateGradient.Span.ToArray();

            initial.CopyTo(state.Span);
            final.CopyTo(stateGradient.Span);
            error.CopyTo(outputGradient.Span);
            layer.Forward(new ForwardPass(sequences) { TrainingStepNumber = 1 }, inputs, State(layer, state), trace.Span);
            layer.Backward(
                sequences, inputs, trace.Span, outputGradient.Span, State(layer, stateGradient), gradients, inputGradient.Span,
                scratch.Span);
            Compare.NearLargest(twice, gradients.All, Tolerance, "gradient");
            Compare.SameBits(firstInputs, inputGradient.Span, "input gradient");
            Compare.SameBits(firstState, stateGradient.Span, "state gradient");
            Array.ForEach(
                [trace, scratch, outputGradient, inputGradient, state, stateGradient], buffer => buffer.AssertIntact());
        }
    }

    [Fact]
    public void Network_parameters_areNamedAndInTheDocumentedOrder()
    {
        var spec = RnnSpec.ForIndices(
            7, Layer.Embedding(2), Cell.Bidirectional(Cell.Elman(3)), Cell.Lstm(4, peepholes: true), Cell.Gru(5), Cell.Jordan(6, 2),
            Layer.TimeDelay(3, 2), Layer.Dropout(0.5f), Layer.Dense(8));
        Assert.Equal(
            [
                ("layers.0.table", 7, 2),
                ("layers.1.forward.inputWeights", 3, 2), ("layers.1.forward.recurrentWeights", 3, 3), ("layers.1.forward.bias", 1, 3),
                ("layers.1.backward.inputWeights", 3, 2), ("layers.1.backward.recurrentWeights", 3, 3), ("layers.1.backward.bias", 1, 3),
                ("layers.2.inputWeights", 16, 6), ("layers.2.recurrentWeights", 16, 4), ("layers.2.bias", 1, 16),
                ("layers.2.coefficients", 3, 4),
                ("layers.3.inputWeights", 15, 4), ("layers.3.recurrentWeights", 15, 5), ("layers.3.bias", 1, 15),
                ("layers.3.coefficients", 1, 5),
                ("layers.4.inputWeights", 6, 5), ("layers.4.recurrentWeights", 6, 2), ("layers.4.bias", 1, 6),
                ("layers.4.outputWeights", 2, 6), ("layers.4.outputBias", 1, 2),
                ("layers.5.weights", 3, 4), ("layers.5.bias", 1, 3),
                ("layers.7.weights", 8, 3), ("layers.7.bias", 1, 8),
            ],
            new Network(spec, GradientScope.None).Layout.Slices.Select(slice => (slice.Name, slice.Rows, slice.Columns)));
    }

    private static StateRows State(NetworkLayer layer, Guarded state)
        => layer.StateSize == 0 ? default : new StateRows(state.Span, layer.StateSize, layer.StatePartSize);

    private static ReadOnlySpan<float> Output(NetworkLayer layer, in Sequences sequences, Guarded trace)
        => trace.Span.Slice(layer.OutputStart(sequences), sequences.Rows * layer.OutputSize);

    private NetworkLayer Create(string name, GradientScope scope)
    {
        var place = new LayerPlace(I, TakesIndices: false, IsReduced: false, ReverseColumn: null);
        NetworkLayer layer = new LayerFactory(place, Position: 0, scope).Create(
            Layers[name], LayerFactory.AddParameters(_layout, "layer", Layers[name], I));
        var parameters = new ParameterBuffer(_layout);
        RandomData.Uniform(_random, _layout.Length, 0.4f).CopyTo(parameters.All);
        layer.Pack(parameters);
        return layer;
    }
}
