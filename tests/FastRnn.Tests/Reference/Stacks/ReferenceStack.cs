namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// A network of any layers in double: a sequence after another, each cut to its own length, through a layer after another.
/// </summary>
internal sealed class ReferenceStack
{
    private readonly StackCase _stack;
    private readonly double[] _all;
    private readonly (LayerCase Layer, int Inputs)[] _layers;
    private readonly ArraySegment<double>[] _parameters;

    /// <summary>Where the layers begin that ManyToOne applies to one row.</summary>
    private readonly int _head;

    internal ReferenceStack(StackCase stack, double[] parameters)
    {
        _stack = stack;
        _all = parameters;
        _layers = stack.Sized.ToArray();
        _head = Array.FindLastIndex(stack.Layers, layer => !layer.IsPerStep) + 1;
        int start = 0;
        _parameters = Array.ConvertAll(_layers, sized =>
        {
            int count = sized.Layer.ParameterCount(sized.Inputs);
            start += count;
            return new ArraySegment<double>(parameters, start - count, count);
        });
    }

    /// <param name="inputs">[T, N, I], indices as one-hot vectors; [N, I] when outputs are fed back</param>
    /// <param name="initial">[N, S]</param>
    /// <param name="lengths">[N], or null when all sequences take all steps</param>
    /// <param name="memories">[N][Tx][M], what each sequence attends to; null for nothing</param>
    /// <param name="weights">[N], receive the weights [Tx] of each step; null when not wanted</param>
    internal StackResult Forward(
        double[] inputs, double[] initial, int[]? lengths, double[][][]? memories = null, List<double[]>[]? weights = null)
    {
        var result = new StackResult(_stack);
        for (int n = 0; n < _stack.Batch; n++)
        {
            int length = lengths?[n] ?? _stack.Steps;
            int inputRows = _stack.Shape == SequenceShape.OneToMany ? 1 : length;
            double[][] x = Enumerable.Range(0, inputRows).Select(t => Row(inputs, t * _stack.Batch + n, _stack.Inputs)).ToArray();
            double[][] states = Split(Row(initial, n, _stack.StateSize));
            List<(double[] Output, double[] Logits)> outputs = (memories is null ? this : Attending(memories[n], weights?[n]))
                .Sequence(x, states, length, result.Smoothness);
            for (int t = 0; t < outputs.Count; t++)
            {
                result.SetRow(t * _stack.Batch + n, outputs[t].Output, outputs[t].Logits);
            }

            states.SelectMany(state => state).ToArray().CopyTo(result.FinalState, n * _stack.StateSize);
        }

        return result;
    }

    private ReferenceStack Attending(double[][] memory, List<double[]>? weights)
        => new(_stack with { Layers = Array.ConvertAll(_stack.Layers, layer => layer.Attending(memory, weights)) }, _all);

    private List<(double[] Output, double[] Logits)> Sequence(double[][] x, double[][] states, int length, Smoothness smoothness)
    {
        switch (_stack.Shape)
        {
            case SequenceShape.ManyToOne:
                double[][] hidden = Body(x, states, 0, _head, smoothness);
                return Outputs([_head == 0 ? hidden[^1] : _layers[_head - 1].Layer.Last(hidden)], states, _head, smoothness);
            case SequenceShape.OneToMany:
                var outputs = new List<(double[] Output, double[] Logits)>();
                double[] next = x[0];
                for (int t = 0; t < length; t++)
                {
                    outputs.AddRange(Outputs([next], states, 0, smoothness));
                    next = _stack.TakesIndices ? OneHot(outputs[t].Output, smoothness) : outputs[t].Output;
                }

                return outputs;
            default:
                return Outputs(x, states, 0, smoothness);
        }
    }

    /// <summary>All layers from one on.</summary>
    private List<(double[] Output, double[] Logits)> Outputs(double[][] x, double[][] states, int first, Smoothness smoothness)
    {
        int last = _layers.Length - 1;
        LayerCase? linear = _layers[last].Layer switch
        {
            DenseCase dense => dense with { Activation = Activation.Identity },
            ActivationCase => new ActivationCase(Activation.Identity),
            _ => null,
        };
        if (linear is null)
        {
            return Body(x, states, first, last + 1, smoothness).Select(output => (output, output)).ToList();
        }

        double[][] hidden = Body(x, states, first, last, smoothness);
        double[][] outputs = Body(hidden, states, last, last + 1, smoothness);
        double[][] logits = linear.Forward(hidden, _parameters[last], states[last], smoothness);
        return outputs.Zip(logits).ToList();
    }

    /// <summary>The layers from one on, up to another.</summary>
    private double[][] Body(double[][] x, double[][] states, int first, int end, Smoothness smoothness)
    {
        for (int place = first; place < end; place++)
        {
            LayerCase? before = _stack.Layers[..place].Aggregate((LayerCase?)null, LayerCases.Behind);
            x = _layers[place].Layer.Forward(before, x, _parameters[place], states[place], smoothness);
        }

        return x;
    }

    /// <summary>The one-hot vector of the largest value, the first of equal ones.</summary>
    private static double[] OneHot(double[] values, Smoothness smoothness)
    {
        int largest = Array.IndexOf(values, values.Max());

        // Equal outputs are zeros of ReLUs, which stay equal; how near those are to changing is known of the ReLUs.
        IEnumerable<double> leads = values.Select(value => values[largest] - value).Where(lead => lead > 0);
        smoothness.Lead(leads.DefaultIfEmpty(double.PositiveInfinity).Min());
        var oneHot = new double[values.Length];
        oneHot[largest] = 1;
        return oneHot;
    }

    private double[][] Split(double[] state)
    {
        int start = 0;
        return Array.ConvertAll(_layers, sized => state[start..(start += sized.Layer.StateSize(sized.Inputs))]);
    }

    private static double[] Row(double[] values, int row, int width) => values[(row * width)..((row + 1) * width)];
}
