using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// Adagrad: v ← v + g², θ ← θ − η·g / (√v + ε). Source: J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning
/// and stochastic optimization, Journal of Machine Learning Research 12 (2011).
/// </summary>
public sealed class Adagrad : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adagrad(float learningRate = 1e-2f, float epsilon = 1e-10f)
        : base(learningRate)
        => Epsilon = PositiveFinite(epsilon, nameof(epsilon));

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override int MomentCount => Rule.MomentCount;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
        => ParameterSweep.Run(new Rule(update.LearningRate, update.WeightDecay, Epsilon), update);

    private readonly struct Rule(float rate, float decay, float epsilon) : IUpdateRule
    {
        public static int MomentCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
        {
            gradient = TVector.MultiplyAdd(TVector.Create(decay), parameter, gradient);
            first = TVector.MultiplyAdd(gradient, gradient, first);
            parameter -= TVector.Create(rate) * gradient / (TVector.SquareRoot(first) + TVector.Create(epsilon));
        }
    }
}
