namespace FastRnn.Tests.Reference.Stacks;

/// <summary>How near a forward pass came to the points where its network is not smooth.</summary>
internal sealed class Smoothness
{
    /// <summary>The least |z| that a ReLU was applied to: differences and rounding must not straddle its kink.</summary>
    internal double LeastRelu { get; private set; } = double.PositiveInfinity;

    /// <summary>The least lead of the largest output over the next one where the largest was fed back.</summary>
    internal double LeastLead { get; private set; } = double.PositiveInfinity;

    internal double Least => Math.Min(LeastRelu, LeastLead);

    internal void Relu(double z) => LeastRelu = Math.Min(LeastRelu, Math.Abs(z));

    internal void Lead(double lead) => LeastLead = Math.Min(LeastLead, lead);
}
