namespace FastRnn.Tests.Reference;

/// <summary>Back-propagation through time in double, straight from the chain rule, an element at a time.</summary>
internal sealed class ReferenceBackpropagation
{
    private readonly ReferenceNetwork _network;
    private readonly NetworkShape _shape;
    private readonly ReferenceNetwork.Trace _trace;

    /// <param name="network">the weights</param>
    /// <param name="trace">what its forward pass computed</param>
    /// <param name="logitGradient">∂L/∂o [T, N, O]</param>
    internal ReferenceBackpropagation(ReferenceNetwork network, ReferenceNetwork.Trace trace, double[] logitGradient)
    {
        _network = network;
        _shape = network.Shape;
        _trace = trace;
        Parameters = new double[_shape.ParameterCount];
        Inputs = new double[trace.Steps * trace.Batch * _shape.Inputs];
        InitialState = new double[trace.Batch * _shape.Hidden];
        for (int n = 0; n < trace.Batch; n++)
        {
            var later = new double[_shape.Hidden];
            for (int t = trace.Steps; t >= 1; t--)
            {
                later = Step(t, n, later, logitGradient);
            }

            later.CopyTo(InitialState, n * _shape.Hidden);
        }
    }

    internal double[] Parameters { get; }

    internal double[] Inputs { get; }

    internal double[] InitialState { get; }

    /// <summary>Takes ∂L/∂a⟨t⟩ by way of later steps; returns ∂L/∂a⟨t−1⟩ by way of this one.</summary>
    private double[] Step(int t, int n, double[] later, double[] logitGradient)
    {
        var earlier = new double[_shape.Hidden];
        for (int h = 0; h < _shape.Hidden; h++)
        {
            double a = _trace.A[t, n, h];
            double gradient = later[h];
            if (_shape.Head is null)
            {
                gradient += logitGradient[_trace.Place(t, n, h)];
            }
            else
            {
                for (int o = 0; o < _shape.Outputs; o++)
                {
                    double error = logitGradient[_trace.Place(t, n, o)];
                    gradient += _network[_network.Wya(o, h)] * error;
                    Parameters[_network.Wya(o, h)] += error * a;
                }
            }

            double delta = gradient * (_shape.Activation == Activation.Tanh ? 1 - a * a : a > 0 ? 1 : 0);
            Parameters[_network.B(h)] += delta;
            for (int i = 0; i < _shape.Inputs; i++)
            {
                Parameters[_network.Wax(h, i)] += delta * _trace.X(t, n, i);
                Inputs[((t - 1) * _trace.Batch + n) * _shape.Inputs + i] += _network[_network.Wax(h, i)] * delta;
            }

            for (int from = 0; from < _shape.Hidden; from++)
            {
                Parameters[_network.Waa(h, from)] += delta * _trace.A[t - 1, n, from];
                earlier[from] += _network[_network.Waa(h, from)] * delta;
            }
        }

        for (int o = 0; _shape.Head is not null && o < _shape.Outputs; o++)
        {
            Parameters[_network.By(o)] += logitGradient[_trace.Place(t, n, o)];
        }

        return earlier;
    }
}
