using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference;

/// <summary>The reference itself: its gradients are what a small change of each value does to its loss.</summary>
public sealed class ReferenceTests
{
    private const int Networks = 60;

    private const double Step = 1e-5;

    /// <summary>A central difference in double errs by Step² times a third derivative and by rounding / Step, both about 1e-10.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>Nearer to ReLU's kink than this, a difference may straddle it.</summary>
    private const double Kink = 1e-3;

    [Fact]
    public void ReferenceBackpropagation_everyGradient_isTheFiniteDifference()
    {
        int compared = 0;
        Properties.ForAllNetworks(Networks, network => compared += Check(network), largestHidden: 7);
        Assert.True(compared > Networks / 2, "too few networks stay away from the kink");
    }

    private static int Check(NetworkCase network)
    {
        NetworkCase.Data data = network.Create();
        double[] parameters = RandomData.ToDouble(data.Parameters);
        double[] inputs = RandomData.ToDouble(data.Inputs);
        double[] initial = RandomData.ToDouble(data.InitialState);
        bool sigmoid = network.Shape.Head == Activation.Sigmoid;
        ReferenceNetwork.Trace trace = data.Trace();
        if (network.Shape.Activation == Activation.Relu && trace.LeastPreActivation < Kink)
        {
            return 0;
        }

        foreach (ReferenceLoss loss in network.Losses)
        {
            double[] targets = loss == ReferenceLoss.CrossEntropy
                ? RandomData.ToDouble(data.ClassTargets())
                : RandomData.ToDouble(data.ValueTargets());
            double Loss()
                => loss.Value(
                    new ReferenceNetwork(network.Shape, parameters).Forward(inputs, initial, network.Steps, network.Batch).Logits,
                    targets, network.Rows, sigmoid);
            double[] logitGradient = loss.Gradient(trace.Logits, targets, network.Rows, sigmoid);
            var gradients = new ReferenceBackpropagation(data.Reference, trace, logitGradient);
            CheckDifferences(Loss, parameters, gradients.Parameters, $"{loss} parameter");
            CheckDifferences(Loss, inputs, gradients.Inputs, $"{loss} input");
            CheckDifferences(Loss, initial, gradients.InitialState, $"{loss} initial state");
        }

        return 1;
    }

    private static void CheckDifferences(Func<double> loss, double[] values, double[] gradient, string what)
    {
        Assert.Equal(values.Length, gradient.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = loss();
            values[i] = value - Step;
            double below = loss();
            values[i] = value;
            Compare.Within((above - below) / (2 * Step), gradient[i], Tolerance * (1 + Math.Abs(gradient[i])), $"{what} {i}");
        }
    }
}
