namespace FastRnn.Tests.Reference;

/// <summary>
/// An Elman network in double, straight from its equations, an element at a time:
/// z⟨t⟩ = Wax·x⟨t⟩ + Waa·a⟨t−1⟩ + b, a⟨t⟩ = g₁(z⟨t⟩), o⟨t⟩ = Wya·a⟨t⟩ + by, ŷ⟨t⟩ = g₂(o⟨t⟩). It shares nothing with the product.
/// </summary>
/// <param name="shape">I, H, O, g₁, g₂</param>
/// <param name="parameters">Wax [H, I], Waa [H, H], b [H], Wya [O, H], by [O], one behind another</param>
internal sealed class ReferenceNetwork(NetworkShape shape, double[] parameters)
{
    private readonly int _recurrent = shape.Hidden * shape.Inputs;
    private readonly int _bias = shape.Hidden * (shape.Inputs + shape.Hidden);
    private readonly int _output = shape.Hidden * (shape.Inputs + shape.Hidden + 1);
    private readonly int _outputBias = shape.Hidden * (shape.Inputs + shape.Hidden + 1) + shape.HeadOutputs * shape.Hidden;

    internal NetworkShape Shape => shape;

    internal int Wax(int h, int i) => h * shape.Inputs + i;

    internal int Waa(int h, int from) => _recurrent + h * shape.Hidden + from;

    internal int B(int h) => _bias + h;

    internal int Wya(int o, int h) => _output + o * shape.Hidden + h;

    internal int By(int o) => _outputBias + o;

    internal double this[int parameter] => parameters[parameter];

    /// <param name="x">[T, N, I]</param>
    /// <param name="initial">a⟨0⟩ [N, H]</param>
    internal Trace Forward(double[] x, double[] initial, int steps, int batch)
    {
        var trace = new Trace(shape, steps, batch, x);
        for (int n = 0; n < batch; n++)
        {
            for (int h = 0; h < shape.Hidden; h++)
            {
                trace.A[0, n, h] = initial[n * shape.Hidden + h];
            }
        }

        for (int t = 1; t <= steps; t++)
        {
            for (int n = 0; n < batch; n++)
            {
                Step(trace, t, n);
            }
        }

        return trace;
    }

    private void Step(Trace trace, int t, int n)
    {
        for (int h = 0; h < shape.Hidden; h++)
        {
            double z = parameters[B(h)];
            for (int i = 0; i < shape.Inputs; i++)
            {
                z += parameters[Wax(h, i)] * trace.X(t, n, i);
            }

            for (int from = 0; from < shape.Hidden; from++)
            {
                z += parameters[Waa(h, from)] * trace.A[t - 1, n, from];
            }

            trace.LeastPreActivation = Math.Min(trace.LeastPreActivation, Math.Abs(z));
            trace.A[t, n, h] = shape.Activation == Activation.Tanh ? Math.Tanh(z) : Math.Max(0, z);
        }

        for (int o = 0; o < shape.Outputs; o++)
        {
            trace.Logits[trace.Place(t, n, o)] = shape.Head is null ? trace.A[t, n, o] : Logit(trace, t, n, o);
        }

        for (int o = 0; o < shape.Outputs; o++)
        {
            trace.Outputs[trace.Place(t, n, o)] = Output(trace, t, n, o);
        }
    }

    private double Logit(Trace trace, int t, int n, int o)
    {
        double logit = parameters[By(o)];
        for (int h = 0; h < shape.Hidden; h++)
        {
            logit += parameters[Wya(o, h)] * trace.A[t, n, h];
        }

        return logit;
    }

    private double Output(Trace trace, int t, int n, int o)
    {
        double logit = trace.Logits[trace.Place(t, n, o)];
        switch (shape.Head?.Kind)
        {
            case ActivationKind.Sigmoid:
                return 1 / (1 + Math.Exp(-logit));
            case ActivationKind.Softmax:
                double sum = 0;
                for (int other = 0; other < shape.Outputs; other++)
                {
                    sum += Math.Exp(trace.Logits[trace.Place(t, n, other)] - logit);
                }

                return 1 / sum;
            default:
                return logit;
        }
    }

    /// <summary>Everything that a forward pass computes; steps count from 1, state 0 is the initial one.</summary>
    internal sealed class Trace(NetworkShape shape, int steps, int batch, double[] x)
    {
        internal int Steps => steps;

        internal int Batch => batch;

        internal double[,,] A { get; } = new double[steps + 1, batch, shape.Hidden];

        internal double[] Logits { get; } = new double[steps * batch * shape.Outputs];

        internal double[] Outputs { get; } = new double[steps * batch * shape.Outputs];

        /// <summary>How near any pre-activation came to 0, where ReLU has its kink.</summary>
        internal double LeastPreActivation { get; set; } = double.PositiveInfinity;

        internal double[] FinalState
            => Enumerable.Range(0, batch * shape.Hidden).Select(i => A[steps, i / shape.Hidden, i % shape.Hidden]).ToArray();

        internal double X(int t, int n, int i) => x[((t - 1) * batch + n) * shape.Inputs + i];

        internal int Place(int t, int n, int o) => ((t - 1) * batch + n) * shape.Outputs + o;
    }
}
