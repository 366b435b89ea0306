namespace FastRnn.Tests.Reference;

/// <summary>Training steps in double: forward, loss, backward, clip, update, and the state that is carried from step to step.</summary>
internal sealed class ReferenceTrainer(NetworkShape shape, double[] parameters, ReferenceLoss loss, Action<double[], double[]> update)
{
    private double[]? _carried;

    internal double[] Parameters => parameters;

    internal double MaxGradientNorm { get; set; } = double.PositiveInfinity;

    internal bool CarryState { get; set; }

    /// <summary>Returns the loss and the norm of the gradients before clipping.</summary>
    internal (double Loss, double Norm) Step(double[] inputs, double[] targets, int steps, int batch)
    {
        double[] initial = CarryState && _carried is not null ? _carried : new double[batch * shape.Hidden];
        var network = new ReferenceNetwork(shape, parameters);
        ReferenceNetwork.Trace trace = network.Forward(inputs, initial, steps, batch);
        bool sigmoid = shape.Head == Activation.Sigmoid;
        int rows = steps * batch;
        double value = loss.Value(trace.Logits, targets, rows, sigmoid);
        double[] gradients = new ReferenceBackpropagation(
            network, trace, loss.Gradient(trace.Logits, targets, rows, sigmoid)).Parameters;
        double norm = ReferenceOptimizers.Clip(gradients, MaxGradientNorm);
        update(parameters, gradients);
        if (CarryState)
        {
            _carried = trace.FinalState;
        }

        return (value, norm);
    }

    internal void ResetState() => _carried = null;
}
