namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The mean, the maximum or the sum of all steps, those before the sequence included that the state holds.</summary>
internal sealed record PoolingCase(Pooling Function) : LayerCase
{
    internal override bool Reduces => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => 0;

    internal override int StateSize(int inputs) => (Function == Pooling.Max ? 1 : 2) * inputs + 2;

    /// <summary>As three steps have left it.</summary>
    internal override void MakeState(Span<float> state, int inputs)
    {
        if (Function != Pooling.Max)
        {
            state.Slice(inputs, inputs).Clear();
        }

        state[^2] = 3;
        state[^1] = 0;
    }

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int inputs = x[0].Length;

        // A count is not a value that something small could be added to.
        double before = Math.Round(state[^2]) + Math.Round(state[^1]), count = before + x.Length;
        var y = new double[inputs];
        for (int i = 0; i < inputs; i++)
        {
            if (Function == Pooling.Max)
            {
                double[] values = [.. before > 0 ? (double[])[state[i]] : [], .. x.Select(row => row[i])];
                y[i] = values.Max();
                smoothness.Lead(values.Where(value => value != y[i]).Select(value => y[i] - value).DefaultIfEmpty(1).Min());
                state[i] = y[i];
            }
            else
            {
                double sum = state[i] - state[inputs + i] + x.Sum(row => row[i]);
                y[i] = Function == Pooling.Mean ? sum / count : sum;
                (state[i], state[inputs + i]) = (sum, 0);
            }
        }

        (state[^2], state[^1]) = (count, 0);
        return [y];
    }
}
