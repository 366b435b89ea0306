namespace FastRnn.Tests.Reference.Stacks;

/// <summary>The last step of a sequence; of each direction where the layer before has two.</summary>
internal sealed record LastStepCase(bool EachDirection) : LayerCase
{
    internal override bool Reduces => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => 0;

    internal double[] Of(LayerCase? before, double[][] x) => EachDirection && before is not null ? before.Last(x) : x[^1];

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => [Of(null, x)];
}
