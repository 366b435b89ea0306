namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// A cell from the first step to the last beside one of its own weights from the last to the first; the outputs of both at a step,
/// forward first, or merged. A part of the state is that of the forward direction and then that of the reverse one.
/// </summary>
internal sealed record BidirectionalCase(CellCase Cell) : LayerCase
{
    internal override bool IsCausal => false;

    internal Merge Merge { get; init; }

    /// <summary>The cell of the other direction, which may differ in its options.</summary>
    internal CellCase Reverse { get; init; } = Cell;

    internal override LayerCase Halved => this with { Cell = (CellCase)Cell.Halved, Reverse = (CellCase)Reverse.Halved };

    internal override LayerCase Plain => new BidirectionalCase((CellCase)Cell.Plain) { Merge = Merge };

    internal override int Outputs(int inputs) => (Merge == Merge.Concatenate ? 2 : 1) * Cell.Outputs(inputs);

    internal override int ParameterCount(int inputs) => 2 * Cell.ParameterCount(inputs);

    internal override int StateSize(int inputs) => 2 * Cell.StateSize(inputs);

    internal override int Widest(int inputs) => Cell.Widest(inputs);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int half = parameters.Count / 2;
        double[][] forward = Direction(Cell, 0, x, parameters[..half], state, smoothness);
        double[][] backward = Direction(Reverse, 1, [.. x.Reverse()], parameters[half..], state, smoothness);
        return forward.Zip(backward.Reverse(), (ahead, back) => ParallelCase.Merged(Merge, [ahead, back])).ToArray();
    }

    /// <summary>Each direction's own last output: the forward one's at the end, the reverse one's at the beginning.</summary>
    internal override double[] Last(double[][] outputs)
    {
        if (Merge != Merge.Concatenate)
        {
            return outputs[^1];
        }

        int size = outputs[0].Length / 2;
        return [.. outputs[^1][..size], .. outputs[0][size..]];
    }

    private static double[][] Direction(
        CellCase cell, int direction, double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        // Where the direction's numbers stand among those of both.
        var places = new List<int>();
        int start = 0;
        foreach (int part in cell.StateParts)
        {
            places.AddRange(Enumerable.Range(start + direction * part, part));
            start += 2 * part;
        }

        double[] own = places.Select(place => state[place]).ToArray();
        double[][] outputs = cell.Forward(x, parameters, own, smoothness);
        for (int i = 0; i < own.Length; i++)
        {
            state[places[i]] = own[i];
        }

        return outputs;
    }
}
