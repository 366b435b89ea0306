namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// Branches over the same inputs, merged. Where outputs have to meet, a branch that has none of the size of the inputs gets a dense layer of
/// that size at its end.
/// </summary>
internal sealed record ParallelCase(Merge Merge, LayerCase[][] Branches) : LayerCase
{
    internal override bool IsCausal => Branches.All(branch => branch.All(layer => layer.IsCausal));

    internal override bool IsPerStep => Branches.All(branch => branch.All(layer => layer.IsPerStep));

    internal override bool Reduces => Branches[0].Any(layer => layer.Reduces);

    internal override LayerCase Halved => With(layer => layer.Halved);

    internal override LayerCase Plain => With(layer => layer.Plain);

    /// <summary>The branches as they are for inputs of a size.</summary>
    internal LayerCase[][] Fitted(int inputs)
        => Merge == Merge.Concatenate
            ? Branches
            : Array.ConvertAll(Branches, branch => branch.Outputs(inputs) == inputs
                ? branch
                : [.. branch, new DenseCase(inputs, Activation.Identity)]);

    internal override LayerCase Attending(double[][] memory, List<double[]>? weights) => With(layer => layer.Attending(memory, weights));

    internal override int Outputs(int inputs)
        => Merge == Merge.Concatenate ? Branches.Sum(branch => branch.Outputs(inputs)) : inputs;

    internal override int ParameterCount(int inputs) => Fitted(inputs).Sum(branch => branch.ParameterCount(inputs));

    internal override int StateSize(int inputs) => Fitted(inputs).Sum(branch => branch.StateSize(inputs));

    internal override int Widest(int inputs)
        => Fitted(inputs).SelectMany(branch => branch.Sized(inputs)).Select(sized => sized.Layer.Widest(sized.Inputs))
            .DefaultIfEmpty(inputs).Max();

    internal override void MakeState(Span<float> state, int inputs)
    {
        foreach ((LayerCase layer, int size) in Fitted(inputs).SelectMany(branch => branch.Sized(inputs)))
        {
            layer.MakeState(state[..layer.StateSize(size)], size);
            state = state[layer.StateSize(size)..];
        }
    }

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Forward(null, x, parameters, state, smoothness);

    internal double[][] Forward(
        LayerCase? before, double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int inputs = x[0].Length, parameter = 0, place = 0;
        double[][][] outputs = Array.ConvertAll(Fitted(inputs), branch =>
        {
            double[][] rows = x;
            LayerCase? behind = before;
            foreach ((LayerCase layer, int size) in branch.Sized(inputs))
            {
                int count = layer.ParameterCount(size), states = layer.StateSize(size);
                double[] own = state[place..(place + states)];
                rows = layer.Forward(behind, rows, parameters.Slice(parameter, count), own, smoothness);
                own.CopyTo(state, place);
                behind = LayerCases.Behind(behind, layer);
                parameter += count;
                place += states;
            }

            return rows;
        });
        return [.. Enumerable.Range(0, outputs[0].Length).Select(row => Merged(Merge, [.. outputs.Select(rows => rows[row])]))];
    }

    public override string ToString()
        => $"{Merge}({string.Join(" | ", Branches.Select(branch => string.Join(" → ", branch.AsEnumerable())))})";

    /// <summary>One row of several.</summary>
    internal static double[] Merged(Merge merge, double[][] parts)
    {
        return merge switch
        {
            Merge.Concatenate => [.. parts.SelectMany(part => part)],
            Merge.Sum => Each(values => values.Sum()),
            Merge.Average => Each(values => values.Average()),
            _ => Each(values => values.Aggregate(1.0, (product, value) => product * value)),
        };

        double[] Each(Func<IEnumerable<double>, double> function)
            => [.. Enumerable.Range(0, parts[0].Length).Select(i => function(parts.Select(part => part[i])))];
    }

    /// <summary>The same where nothing has changed, so that there is an end to making it smaller.</summary>
    private ParallelCase With(Func<LayerCase, LayerCase> change)
    {
        LayerCase[][] changed = Array.ConvertAll(Branches, branch => Array.ConvertAll(branch, layer => change(layer)));
        return changed.Zip(Branches).All(pair => pair.First.SequenceEqual(pair.Second)) ? this : this with { Branches = changed };
    }
}
