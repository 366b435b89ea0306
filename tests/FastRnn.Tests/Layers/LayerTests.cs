using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Layers;
using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Layers;

/// <summary>
/// What layers promise beyond the numbers, which the tests of models and of back-propagation check: gradients are added, scratch and
/// buffers are not exceeded, and what is not wanted is left out.
/// </summary>
public sealed class LayerTests
{
    private const int I = 5, H = 19, O = 3, T = 7, N = 4;

    /// <summary>Twice the sum against the sum twice: one rounding more for each block.</summary>
    private const double Tolerance = 1e-6;

    private readonly ParameterLayout _layout = new();
    private readonly Random _random = new(8);

    [Fact]
    public void RecurrentLayer_Step_everyStep_givesTheBitsOfForward()
    {
        RecurrentLayer layer = CreateRecurrent(BackwardScope.None);
        float[] inputs = RandomData.Uniform(_random, T * I);
        var hidden = new Guarded((T + 1) * H);
        RandomData.Uniform(_random, H).CopyTo(hidden.Span);
        var state = new Guarded(hidden.Span[..H]);
        layer.Forward(inputs, hidden.Span, T, 1);
        var scratch = new Guarded(H);
        for (int t = 0; t < T; t++)
        {
            layer.Step(inputs.AsSpan(t * I, I), state.Span, scratch.Span);
            Compare.SameBits(hidden.Span.Slice((t + 1) * H, H), state.Span, $"step {t}");
        }

        Array.ForEach([hidden, state, scratch], buffer => buffer.AssertIntact());
    }

    [Fact]
    public void RecurrentLayer_Backward_again_addsToTheGradients()
    {
        RecurrentLayer layer = CreateRecurrent(BackwardScope.Inputs);
        float[] inputs = RandomData.Uniform(_random, T * N * I);
        float[] error = RandomData.Uniform(_random, T * N * H);
        var hidden = new Guarded((T + 1) * N * H);
        hidden.Span[..(N * H)].Clear();
        layer.Forward(inputs, hidden.Span, T, N);
        var gradients = new ParameterBuffer(_layout);
        var scratch = new Guarded(layer.BackwardScratchLength);
        var delta = new Guarded(error);
        layer.Backward(inputs, hidden.Span, delta.Span, T, N, gradients, [], [], scratch.Span);
        double[] twice = gradients.All.ToArray().Select(gradient => 2.0 * gradient).ToArray();
        float[] firstDelta = delta.Span.ToArray();
        error.CopyTo(delta.Span);
        var inputGradient = new Guarded(inputs.Length);
        var initialGradient = new Guarded(N * H);
        layer.Backward(inputs, hidden.Span, delta.Span, T, N, gradients, inputGradient.Span, initialGradient.Span, scratch.Span);
        Compare.NearLargest(twice, gradients.All, Tolerance, "gradient");
        Compare.SameBits(firstDelta, delta.Span, "delta");
        Array.ForEach([hidden, delta, scratch, inputGradient, initialGradient], buffer => buffer.AssertIntact());
    }

    [Fact]
    public void DenseLayer_Backward_again_addsToTheGradientsAndReplacesTheInputs()
    {
        var layer = new DenseLayer(H, O, _layout, "head", BackwardScope.Inputs);
        layer.Pack(RandomParameters());
        float[] inputs = RandomData.Uniform(_random, T * N * H);
        float[] delta = RandomData.Uniform(_random, T * N * O);
        var gradients = new ParameterBuffer(_layout);
        var scratch = new Guarded(layer.BackwardScratchLength);
        var inputGradient = new Guarded(inputs.Length);
        layer.Backward(inputs, delta, T * N, gradients, inputGradient.Span, scratch.Span);
        double[] twice = gradients.All.ToArray().Select(gradient => 2.0 * gradient).ToArray();
        float[] first = inputGradient.Span.ToArray();
        layer.Backward(inputs, delta, T * N, gradients, inputGradient.Span, scratch.Span);
        Compare.NearLargest(twice, gradients.All, Tolerance, "gradient");
        Compare.SameBits(first, inputGradient.Span, "input gradient");
        Array.ForEach([scratch, inputGradient], buffer => buffer.AssertIntact());
    }

    [Fact]
    public void Layers_parameters_areNamedAndInTheDocumentedOrder()
    {
        CreateRecurrent(BackwardScope.None);
        _ = new DenseLayer(H, O, _layout, "head", BackwardScope.None);
        Assert.Equal(
            [
                ("rnn.inputWeights", H, I), ("rnn.recurrentWeights", H, H), ("rnn.bias", 1, H),
                ("head.weights", O, H), ("head.bias", 1, O),
            ],
            _layout.Slices.Select(slice => (slice.Name, slice.Rows, slice.Columns)));
    }

    private RecurrentLayer<ElmanCell<TanhActivation>> CreateRecurrent(BackwardScope scope)
    {
        var layer = new RecurrentLayer<ElmanCell<TanhActivation>>(I, H, _layout, "rnn", scope);
        layer.Pack(RandomParameters());
        return layer;
    }

    private ParameterBuffer RandomParameters()
    {
        var parameters = new ParameterBuffer(_layout);
        RandomData.Uniform(_random, _layout.Length, 0.4f).CopyTo(parameters.All);
        return parameters;
    }
}
