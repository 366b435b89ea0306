namespace FastRnn.Tests.Reference.Stacks;

/// <summary>y⟨t⟩ = x⟨t⟩: outside of training dropout does nothing.</summary>
internal sealed record DropoutCase(float Rate) : LayerCase
{
    internal override bool IsPerStep => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => 0;

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness) => x;
}
