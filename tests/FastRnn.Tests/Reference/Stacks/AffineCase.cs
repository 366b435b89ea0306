namespace FastRnn.Tests.Reference.Stacks;

/// <summary>y⟨t⟩ = a ⊙ x⟨t⟩ + b</summary>
internal sealed record AffineCase : LayerCase
{
    internal override bool IsPerStep => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => 2 * inputs;

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Array.ConvertAll(x, row => row.Select((value, i) => parameters[i] * value + parameters[row.Length + i]).ToArray());
}
