using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← (1 − s)·θ − (a·m + b·g) / (√v + ε), where g has λ·θ added. What <see cref="Adam"/>,
/// <see cref="AdamW"/> and <see cref="NAdam"/> have in common.
/// </summary>
internal readonly struct AdamRule : IUpdateRule
{
    public static int MomentCount => 2;

    internal required float Beta1 { get; init; }

    internal required float Beta2 { get; init; }

    /// <summary>The factor of the mean gradient, with the learning rate and the corrections for the first updates.</summary>
    internal required float MeanStep { get; init; }

    /// <summary>The factor of the gradient.</summary>
    internal float GradientStep { get; init; }

    /// <summary>With the correction of v, so that a sweep has one division and one root.</summary>
    internal required float Epsilon { get; init; }

    /// <summary>λ, added to gradients.</summary>
    internal float Decay { get; init; }

    /// <summary>s, taken off the parameters themselves.</summary>
    internal float Shrinkage { get; init; }

    /// <summary>The square root of what v is divided by at an update.</summary>
    internal static double RootCorrection(float beta2, long update) => Math.Sqrt(1 - Math.Pow(beta2, update));

    /// <summary>ε times the correction, above 0: a quotient of zeros would be NaN.</summary>
    internal static float CorrectedEpsilon(float epsilon, double rootCorrection)
        => Math.Max((float)(epsilon * rootCorrection), float.Epsilon);

    /// <summary>The rule of Adam at an update, without decay.</summary>
    internal static AdamRule Of(float beta1, float beta2, float epsilon, in ParameterUpdate update)
    {
        double root = RootCorrection(beta2, update.Number);
        return new AdamRule
        {
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = CorrectedEpsilon(epsilon, root),
            MeanStep = (float)(update.LearningRate * root / (1 - Math.Pow(beta1, update.Number))),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
        where TVector : struct, IVector<TVector>
    {
        gradient = TVector.MultiplyAdd(TVector.Create(Decay), parameter, gradient);
        parameter = TVector.MultiplyAdd(TVector.Create(-Shrinkage), parameter, parameter);
        first = TVector.MultiplyAdd(TVector.Create(Beta1), first, TVector.Create(1 - Beta1) * gradient);
        second = TVector.MultiplyAdd(TVector.Create(Beta2), second, TVector.Create(1 - Beta2) * gradient * gradient);
        TVector step = TVector.MultiplyAdd(TVector.Create(GradientStep), gradient, TVector.Create(MeanStep) * first);
        parameter -= step / (TVector.SquareRoot(second) + TVector.Create(Epsilon));
    }
}
