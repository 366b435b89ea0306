namespace FastRnn.Tests.Reference.Stacks;

/// <summary>y⟨t⟩ = g(x⟨t⟩)</summary>
internal sealed record ActivationCase(Activation Activation) : LayerCase
{
    internal override bool IsPerStep => true;

    /// <summary>Whether each value goes by itself.</summary>
    internal bool KeepsColumns => Activation.IsElementwise;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => ReferenceActivation.WeightCount(Activation, inputs);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Array.ConvertAll(x, row => ReferenceActivation.Apply(Activation, row, parameters, smoothness));
}
