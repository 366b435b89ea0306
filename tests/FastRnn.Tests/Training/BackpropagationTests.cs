using FastRnn.Layers;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

public sealed class BackpropagationTests
{
    private const int Networks = 250;

    /// <summary>
    /// Of the largest gradient: errors of float (6e-8) in the activations, carried back over up to 12 steps of weights of size 1.5.
    /// </summary>
    private const double Tolerance = 3e-5;

    /// <summary>Nearer to ReLU's kink than this, rounding may put an activation on the other side.</summary>
    private const double Kink = 1e-5;

    /// <summary>The share of random networks that must not lie so near.</summary>
    private const double LeastCompared = 0.95;

    [Fact]
    public void Backpropagation_everyLoss_randomNetworks_isTheReference()
    {
        int compared = 0;
        Properties.ForAllNetworks(Networks, network => compared += IsCompared(network) ? 1 : 0);
        Assert.InRange(compared, LeastCompared * Networks, Networks);
    }

    [Theory]
    [InlineData(ActivationKind.Tanh, null)]
    [InlineData(ActivationKind.Tanh, ActivationKind.Identity)]
    [InlineData(ActivationKind.Tanh, ActivationKind.Sigmoid)]
    [InlineData(ActivationKind.Relu, ActivationKind.Identity)]
    public void Backpropagation_largeNetwork_isTheReference(ActivationKind activation, ActivationKind? head)
    {
        Activation? output = head is { } kind ? Activations.Of(kind) : null;
        var shape = new NetworkShape(33, 67, Activations.Of(activation), output, head is null ? 0 : 19);
        Assert.True(IsCompared(new NetworkCase(shape, 30, 9, 5)));
    }

    [Fact]
    public void Backpropagation_Backward_again_startsFromZeros()
    {
        var network = new NetworkCase(new NetworkShape(3, 9, Activation.Tanh, Activation.Identity, 2), 5, 3, 1);
        NetworkCase.Data data = network.Create();
        float[] targets = data.ValueTargets();
        using var bptt = new Backpropagation(network.Shape.ToSpec(), data.Parameters, GradientScope.Inputs);
        LossFunction loss = Loss.HalfSquaredError;
        bptt.Forward(loss, data.Inputs, targets, new() { Steps = network.Steps, Sequences = network.Batch }, data.InitialState);
        bptt.Backward(data.Inputs);
        float[] first = bptt.Gradients.All.ToArray();
        bptt.Forward(loss, data.Inputs, targets, new() { Steps = network.Steps, Sequences = network.Batch }, data.InitialState);
        bptt.Backward(data.Inputs);
        Compare.SameBits(first, bptt.Gradients.All);
    }

    [Fact]
    public void Backpropagation_Forward_shapesInAnyOrder_givesWhatAFreshOneGives()
    {
        var shape = new NetworkShape(3, 9, Activation.Tanh, Activation.Identity, 2);
        using var reused = new Backpropagation(shape.ToSpec(), new NetworkCase(shape, 1, 1, 2).Create().Parameters, GradientScope.Inputs);
        foreach ((int steps, int batch) in new[] { (20, 6), (3, 2), (40, 1), (1, 9), (20, 6) })
        {
            NetworkCase.Data data = new NetworkCase(shape, steps, batch, 2).Create();
            using var fresh = new Backpropagation(shape.ToSpec(), data.Parameters, GradientScope.Inputs);
            float[] targets = data.ValueTargets();
            Assert.Equal(Run(fresh), Run(reused));
            Compare.SameBits(fresh.Gradients.All, reused.Gradients.All);
            Compare.SameBits(FinalState(fresh, batch), FinalState(reused, batch));

            double Run(Backpropagation bptt)
            {
                double loss = bptt.Forward(
                    Loss.HalfSquaredError, data.Inputs, targets, new() { Steps = steps, Sequences = batch }, data.InitialState);
                bptt.Backward(data.Inputs);
                return loss;
            }
        }
    }

    private static float[] FinalState(Backpropagation bptt, int batch)
    {
        var state = new float[batch * bptt.Spec.StateSize];
        bptt.CopyFinalState(state);
        return state;
    }

    /// <summary>Compares all gradients with the reference's; false for a network too near to ReLU's kink to do so.</summary>
    private static bool IsCompared(NetworkCase network)
    {
        NetworkCase.Data data = network.Create();
        ReferenceNetwork.Trace trace = data.Trace();
        if (network.Shape.Activation == Activation.Relu && trace.LeastPreActivation < Kink)
        {
            return false;
        }

        BatchShape shape = new() { Steps = network.Steps, Sequences = network.Batch };
        foreach (ReferenceLoss loss in network.Losses)
        {
            using var bptt = new Backpropagation(network.Shape.ToSpec(), data.Parameters, GradientScope.Inputs);
            double value;
            double[] targets;
            if (loss.Product.TakesIndices)
            {
                int[] classes = data.ClassTargets();
                targets = RandomData.ToDouble(classes);
                value = bptt.Forward(loss.Product, data.Inputs, classes, shape, data.InitialState);
            }
            else
            {
                float[] values = data.ValueTargets();
                targets = RandomData.ToDouble(values);
                value = bptt.Forward(loss.Product, data.Inputs, values, shape, data.InitialState);
            }

            var inputGradient = new Guarded(data.Inputs.Length);
            var initialGradient = new Guarded(data.InitialState.Length);
            bptt.Backward(data.Inputs, inputGradient.Span, initialGradient.Span);
            bool sigmoid = network.Shape.Head == Activation.Sigmoid;
            double expected = loss.Value(trace.Logits, targets, network.Rows, sigmoid);
            Compare.Within(expected, value, Tolerance * (1 + Math.Abs(expected)), $"{loss}");
            double[] logitGradient = loss.Gradient(trace.Logits, targets, network.Rows, sigmoid);
            var gradients = new ReferenceBackpropagation(data.Reference, trace, logitGradient);
            Compare.NearLargest(gradients.Parameters, bptt.Gradients.All, Tolerance, $"{loss} parameter gradient");
            Compare.NearLargest(gradients.Inputs, inputGradient.Span, Tolerance, $"{loss} input gradient");
            Compare.NearLargest(gradients.InitialState, initialGradient.Span, Tolerance, $"{loss} initial gradient");
            inputGradient.AssertIntact();
            initialGradient.AssertIntact();
        }

        return true;
    }
}
