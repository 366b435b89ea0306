using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// Stochastic gradient descent: θ ← θ − η·g, with momentum μ: m ← μ·m + g and θ ← θ − η·m, or by Nesterov θ ← θ − η·(g + μ·m).
/// Source: I. Sutskever, J. Martens, G. Dahl and G. Hinton, On the importance of initialization and momentum in deep learning, ICML 2013,
/// in the form of torch.optim.SGD.
/// </summary>
public sealed class Sgd : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <param name="momentum">μ; at least 0, below 1.</param>
    /// <param name="nesterov">Whether the gradient is looked up ahead; with momentum only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's form is asked for without momentum.</exception>
    public Sgd(float learningRate, float momentum = 0, bool nesterov = false)
        : base(learningRate)
    {
        Momentum = Decay(momentum, nameof(momentum));
        Nesterov = nesterov && momentum == 0
            ? throw new ArgumentException("Expected a momentum above 0 with Nesterov's form, but got 0.", nameof(nesterov))
            : nesterov;
    }

    /// <summary>μ.</summary>
    public float Momentum { get; }

    /// <summary>Whether momentum has Nesterov's form.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    public override int MomentCount => Momentum > 0 ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        if (Momentum == 0)
        {
            ParameterSweep.Run(new PlainRule(update.LearningRate, update.WeightDecay), update);
        }
        else if (Nesterov)
        {
            ParameterSweep.Run(new NesterovRule(update.LearningRate, update.WeightDecay, Momentum), update);
        }
        else
        {
            ParameterSweep.Run(new MomentumRule(update.LearningRate, update.WeightDecay, Momentum), update);
        }
    }

    private readonly struct PlainRule(float rate, float decay) : IUpdateRule
    {
        public static int MomentCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
        {
            gradient = TVector.MultiplyAdd(TVector.Create(decay), parameter, gradient);
            parameter = TVector.MultiplyAdd(TVector.Create(-rate), gradient, parameter);
        }
    }

    private readonly struct MomentumRule(float rate, float decay, float momentum) : IUpdateRule
    {
        public static int MomentCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
        {
            gradient = TVector.MultiplyAdd(TVector.Create(decay), parameter, gradient);
            first = TVector.MultiplyAdd(TVector.Create(momentum), first, gradient);
            parameter = TVector.MultiplyAdd(TVector.Create(-rate), first, parameter);
        }
    }

    private readonly struct NesterovRule(float rate, float decay, float momentum) : IUpdateRule
    {
        public static int MomentCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
            where TVector : struct, IVector<TVector>
        {
            gradient = TVector.MultiplyAdd(TVector.Create(decay), parameter, gradient);
            first = TVector.MultiplyAdd(TVector.Create(momentum), first, gradient);
            gradient = TVector.MultiplyAdd(TVector.Create(momentum), first, gradient);
            parameter = TVector.MultiplyAdd(TVector.Create(-rate), gradient, parameter);
        }
    }
}
