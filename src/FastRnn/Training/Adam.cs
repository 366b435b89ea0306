using System.Numerics;
using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>
/// Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², θ ← θ − η·m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵘ), v̂ = v / (1 − β₂ᵘ) at update u.
/// Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.
/// </summary>
public sealed class Adam : Optimizer
{
    /// <param name="learningRate">η; above 0.</param>
    /// <param name="beta1">β₁, the decay of the mean of gradients; at least 0, below 1.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients; at least 0, below 1.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
        : base(learningRate)
    {
        Beta1 = Decay(beta1, nameof(beta1));
        Beta2 = Decay(beta2, nameof(beta2));
        Epsilon = PositiveFinite(epsilon, nameof(epsilon));
    }

    /// <summary>β₁.</summary>
    public float Beta1 { get; }

    /// <summary>β₂.</summary>
    public float Beta2 { get; }

    /// <summary>ε.</summary>
    public float Epsilon { get; }

    internal override int MomentCount => 2;

    [MethodImpl(JitOptions.Loop)]
    internal override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> moments, long update)
    {
        Span<float> means = moments[..parameters.Length];
        Span<float> squares = moments.Slice(parameters.Length, parameters.Length);

        // η·m̂ / (√v̂ + ε) with the corrections drawn into two factors, so that a sweep has one division and one root.
        float rootCorrection = (float)Math.Sqrt(1 - Math.Pow(Beta2, update));
        var step = new Vector<float>((float)(LearningRate * rootCorrection / (1 - Math.Pow(Beta1, update))));
        var epsilon = new Vector<float>(Math.Max(Epsilon * rootCorrection, float.Epsilon));
        var beta1 = new Vector<float>(Beta1);
        var beta2 = new Vector<float>(Beta2);
        var rest1 = new Vector<float>(1 - Beta1);
        var rest2 = new Vector<float>(1 - Beta2);
        for (int i = 0; i < parameters.Length; i += Vector<float>.Count)
        {
            var gradient = new Vector<float>(gradients[i..]);
            Vector<float> mean = beta1 * new Vector<float>(means[i..]) + rest1 * gradient;
            Vector<float> square = beta2 * new Vector<float>(squares[i..]) + rest2 * gradient * gradient;
            mean.CopyTo(means[i..]);
            square.CopyTo(squares[i..]);
            Vector<float> parameter = new Vector<float>(parameters[i..]) - step * mean / (Vector.SquareRoot(square) + epsilon);
            parameter.CopyTo(parameters[i..]);
        }
    }

    private static float Decay(float value, string parameter)
        => value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(parameter, value, "Expected a value from 0 up to, but not, 1.");
}
