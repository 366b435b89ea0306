namespace FastRnn.Tests.Reference.Stacks;

/// <summary>How near a forward pass came to the points where its network is not smooth.</summary>
internal sealed class Smoothness
{
    /// <summary>The least |z| above 0 that a ReLU was applied to: differences and rounding must not straddle its kink.</summary>
    internal double LeastRelu { get; private set; } = double.PositiveInfinity;

    /// <summary>The least distance of a value that was clipped, or not quite, from the bound.</summary>
    internal double LeastClip { get; private set; } = double.PositiveInfinity;

    /// <summary>The least distance of a value from another kink, or a jump, of its activation.</summary>
    internal double LeastKink { get; private set; } = double.PositiveInfinity;

    /// <summary>The least lead of the largest output over the next one where the largest was fed back.</summary>
    internal double LeastLead { get; private set; } = double.PositiveInfinity;

    internal double Least => Math.Min(Math.Min(LeastRelu, LeastKink), Math.Min(LeastClip, LeastLead));

    /// <summary>An exact 0 does not count: it is a sum of what other ReLUs have made 0, and stays 0 as long as they do.</summary>
    internal void Relu(double z) => LeastRelu = z == 0 ? LeastRelu : Math.Min(LeastRelu, Math.Abs(z));

    internal void Clip(double z, double bound) => LeastClip = Math.Min(LeastClip, Math.Abs(Math.Abs(z) - bound));

    internal void Kink(double distance) => LeastKink = Math.Min(LeastKink, Math.Abs(distance));

    internal void Lead(double lead) => LeastLead = Math.Min(LeastLead, lead);
}
