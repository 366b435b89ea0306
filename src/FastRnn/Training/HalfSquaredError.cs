using System.Numerics;

namespace FastRnn.Training;

/// <summary>½‖ŷ − y‖²; ∂/∂ŷ = ŷ − y.</summary>
internal sealed class HalfSquaredError : ElementLoss<HalfSquaredError.Operator>
{
    internal override bool TakesLogits => false;

    internal override bool Accepts(Activation? activation) => activation is not { IsElementwise: false };

    internal readonly struct Operator : IElementLoss
    {
        public static Vector<float> Invoke(Vector<float> output, Vector<float> target, out Vector<float> gradient)
        {
            gradient = output - target;
            return new Vector<float>(0.5f) * gradient * gradient;
        }
    }
}
