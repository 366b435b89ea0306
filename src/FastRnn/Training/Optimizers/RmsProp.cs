using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// RMSprop: v ← α·v + (1 − α)·g², θ ← θ − η·g / (√v + ε), with momentum μ: m ← μ·m + g / (√v + ε) and θ ← θ − η·m.
/// Source: T. Tieleman and G. Hinton, Neural networks for machine learning, lecture 6.5, 2012, in the form of torch.optim.RMSprop.
/// </summary>
public sealed class RmsProp : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <param name="alpha">α, the decay of the mean of squared gradients; at least 0, below 1.</param>
    /// <param name="momentum">μ; at least 0, below 1.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(float learningRate = 1e-2f, float alpha = 0.99f, float momentum = 0, float epsilon = 1e-8f)
        : base(learningRate)
    {
        Alpha = Decay(alpha, nameof(alpha));
        Momentum = Decay(momentum, nameof(momentum));
        Epsilon = PositiveFinite(epsilon, nameof(epsilon));
    }

    /// <summary>α.</summary>
    public float Alpha { get; }

    /// <summary>μ.</summary>
    public float Momentum { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override int MomentCount => Momentum > 0 ? 2 : 1;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        var rule = new PlainRule(update.LearningRate, update.WeightDecay, Alpha, Epsilon);
        if (Momentum > 0)
        {
            ParameterSweep.Run(new MomentumRule(rule, update.LearningRate, Momentum), update);
        }
        else
        {
            ParameterSweep.Run(rule, update);
        }
    }

    private readonly struct PlainRule(float rate, float decay, float alpha, float epsilon) : IUpdateRule
    {
        public static int MomentCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
            => parameter = TVector.MultiplyAdd(TVector.Create(-rate), Direction(parameter, gradient, ref first), parameter);

        /// <summary>g / (√v + ε)</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal TVector Direction<TVector>(TVector parameter, TVector gradient, ref TVector squares)
            where TVector : struct, IVector<TVector>
        {
            gradient = TVector.MultiplyAdd(TVector.Create(decay), parameter, gradient);
            squares = TVector.MultiplyAdd(TVector.Create(alpha), squares, TVector.Create(1 - alpha) * gradient * gradient);
            return gradient / (TVector.SquareRoot(squares) + TVector.Create(epsilon));
        }
    }

    private readonly struct MomentumRule(PlainRule plain, float rate, float momentum) : IUpdateRule
    {
        public static int MomentCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
        {
            second = TVector.MultiplyAdd(TVector.Create(momentum), second, plain.Direction(parameter, gradient, ref first));
            parameter = TVector.MultiplyAdd(TVector.Create(-rate), second, parameter);
        }
    }
}
