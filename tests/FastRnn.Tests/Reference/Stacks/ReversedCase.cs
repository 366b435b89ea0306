namespace FastRnn.Tests.Reference.Stacks;

/// <summary>A cell from the last step to the first; the outputs in the order of the steps.</summary>
internal sealed record ReversedCase(CellCase Cell) : LayerCase
{
    internal override bool IsCausal => false;

    internal override LayerCase Halved => new ReversedCase((CellCase)Cell.Halved);

    internal override LayerCase Plain => new ReversedCase((CellCase)Cell.Plain);

    internal override int Outputs(int inputs) => Cell.Outputs(inputs);

    internal override int ParameterCount(int inputs) => Cell.ParameterCount(inputs);

    internal override int StateSize(int inputs) => Cell.StateSize(inputs);

    internal override int Widest(int inputs) => Cell.Widest(inputs);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => [.. Cell.Forward([.. x.Reverse()], parameters, state, smoothness).Reverse()];

    /// <summary>The cell has seen the whole sequence at the first step.</summary>
    internal override double[] Last(double[][] outputs) => outputs[0];
}
