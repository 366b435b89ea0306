using System.Globalization;

namespace FastRnn;

/// <summary>
/// An activation g of a cell or a layer, with its parameters; each cell and layer says which of them it takes. The default value is
/// <see cref="Identity"/>. A NaN in is a NaN out. Where g has a kink, its derivative there is that of the flat or lower side, as PyTorch
/// has it. Equal when the kind and the parameters are equal.
/// </summary>
public readonly record struct Activation
{
    private const float SeluAlpha = 1.67326324f;
    private const float SeluGamma = 1.05070099f;

    private Activation(ActivationKind kind, float alpha = 0, float beta = 0, bool perFeature = false)
    {
        Kind = kind;
        Alpha = alpha;
        Beta = beta;
        PerFeature = perFeature;
    }

    /// <summary>g(x) = x.</summary>
    public static Activation Identity => default;

    /// <summary>g(x) = tanh(x), within [−1, 1]; ±1 for ±∞.</summary>
    public static Activation Tanh => new(ActivationKind.Tanh);

    /// <summary>g(x) = max(0, x); 0 for −∞, ∞ for ∞.</summary>
    public static Activation Relu => new(ActivationKind.Relu);

    /// <summary>g(x) = min(max(0, x), 6), which is <see cref="HardTanh"/> of 0 and 6. Source: A. Krizhevsky, Convolutional deep belief
    /// networks on CIFAR-10 (2010).</summary>
    public static Activation Relu6 => HardTanh(0, 6);

    /// <summary>g(x) = 1 / (1 + e⁻ˣ), the logistic sigmoid, within [0, 1]; 0 for −∞, 1 for ∞.</summary>
    public static Activation Sigmoid => new(ActivationKind.Sigmoid);

    /// <summary>
    /// g(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ), over the values of one step. A NaN or ∞ among them, or nothing but −∞, makes all of them NaN.
    /// </summary>
    public static Activation Softmax => new(ActivationKind.Softmax);

    /// <summary>
    /// g(x)ᵢ = xᵢ − ln Σⱼ exp(xⱼ), over the values of one step, the logarithm of <see cref="Softmax"/>. A NaN or ∞ among them, or nothing
    /// but −∞, makes all of them NaN.
    /// </summary>
    public static Activation LogSoftmax => new(ActivationKind.LogSoftmax);

    /// <summary>g(x) = ln(1 + eˣ); 0 for −∞, ∞ for ∞. Source: C. Dugas et al., Incorporating second-order functional knowledge for better
    /// option pricing, NIPS 2000.</summary>
    public static Activation Softplus => new(ActivationKind.Softplus);

    /// <summary>g(x) = x / (1 + |x|), within [−1, 1]; ±1 for ±∞. Source: J. Turian, J. Bergstra and Y. Bengio, Quadratic features and
    /// deep architectures for chunking, NAACL 2009.</summary>
    public static Activation Softsign => new(ActivationKind.Softsign);

    /// <summary>g(x) = x / (1 + e⁻ˣ), also called swish; 0 for −∞, ∞ for ∞. Source: S. Elfwing, E. Uchibe and K. Doya, Sigmoid-weighted
    /// linear units for neural network function approximation in reinforcement learning, Neural Networks 107 (2018).</summary>
    public static Activation Silu => new(ActivationKind.Silu);

    /// <summary>g(x) = x·(1 + erf(x / √2)) / 2; 0 for −∞ (to 2.2e-38), ∞ for ∞. Source: D. Hendrycks and K. Gimpel, Gaussian error
    /// linear units, arXiv:1606.08415; the form that PyTorch has unless told otherwise.</summary>
    public static Activation Gelu => new(ActivationKind.Gelu);

    /// <summary>g(x) = x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, the approximation of <see cref="Gelu"/> of the same source; 0 for −∞,
    /// ∞ for ∞.</summary>
    public static Activation GeluTanh => new(ActivationKind.GeluTanh);

    /// <summary>g(x) = x·tanh(ln(1 + eˣ)); 0 for −∞, ∞ for ∞. Source: D. Misra, Mish: a self regularized non-monotonic activation
    /// function, BMVC 2020.</summary>
    public static Activation Mish => new(ActivationKind.Mish);

    /// <summary>g(x) = x·min(max(x/6 + 1/2, 0), 1); 0 for −∞, ∞ for ∞. Source: A. Howard et al., Searching for MobileNetV3, ICCV 2019;
    /// the same in PyTorch and ONNX.</summary>
    public static Activation HardSwish => new(ActivationKind.HardSwish);

    /// <summary>The formula.</summary>
    public ActivationKind Kind { get; }

    /// <summary>The first parameter; 0 where there is none.</summary>
    public float Alpha { get; }

    /// <summary>The second parameter; 0 where there is none.</summary>
    public float Beta { get; }

    /// <summary>Whether a <see cref="PRelu"/> has a slope for each feature.</summary>
    public bool PerFeature { get; }

    /// <summary>Whether each value goes by itself.</summary>
    internal bool IsElementwise => Kind is not (ActivationKind.Softmax or ActivationKind.LogSoftmax);

    /// <summary>Whether it has weights of its own, which are parameters of the layer.</summary>
    internal bool HasWeights => Kind == ActivationKind.PRelu;

    /// <summary>g(x) = x for x above 0, else alpha·(eˣ − 1); −alpha for −∞, ∞ for ∞. Source: D.-A. Clevert, T. Unterthiner and
    /// S. Hochreiter, Fast and accurate deep network learning by exponential linear units, ICLR 2016.</summary>
    /// <param name="alpha">At least 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of its range.</exception>
    public static Activation Elu(float alpha = 1) => new(ActivationKind.Elu, NotNegative(alpha, nameof(alpha)));

    /// <summary>g(x) = gamma·x for x above 0, else gamma·alpha·(eˣ − 1); −gamma·alpha for −∞, ∞ for ∞. Source: G. Klambauer et al.,
    /// Self-normalizing neural networks, NIPS 2017, which has the values that the parameters have unless given.</summary>
    /// <param name="alpha">At least 0 and finite.</param>
    /// <param name="gamma">Above 0 and finite; alpha·gamma is finite too.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static Activation Selu(float alpha = SeluAlpha, float gamma = SeluGamma)
    {
        NotNegative(alpha, nameof(alpha));
        return gamma > 0 && float.IsFinite(alpha * gamma) && float.IsFinite(gamma)
            ? new(ActivationKind.Selu, alpha, gamma)
            : throw Refused(gamma, nameof(gamma), "a finite number above 0 whose product with alpha is finite");
    }

    /// <summary>g(x) = x for x above 0, else alpha·x; NaN for −∞ where alpha is 0. Source: A. L. Maas, A. Y. Hannun and A. Y. Ng,
    /// Rectifier nonlinearities improve neural network acoustic models, ICML 2013.</summary>
    /// <param name="alpha">Finite; may be negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is not finite.</exception>
    public static Activation LeakyRelu(float alpha = 0.01f) => new(ActivationKind.LeakyRelu, Finite(alpha, nameof(alpha)));

    /// <summary>g(x) = x for x above theta, else 0. Source: K. Konda, R. Memisevic and D. Krueger, Zero-bias autoencoders and the benefits
    /// of co-adapting features, ICLR 2015.</summary>
    /// <param name="theta">Finite; <see cref="Alpha"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is not finite.</exception>
    public static Activation ThresholdedRelu(float theta = 1) => new(ActivationKind.ThresholdedRelu, Finite(theta, nameof(theta)));

    /// <summary>
    /// g(x) = x for x above 0, else a·x, where the slope a is trained: one for all, or one for each feature. The layer has it as its
    /// last parameter, <c>slopes</c> [1] or [O]. Cells do not take it. Source: K. He et al., Delving deep into rectifiers, ICCV 2015.
    /// </summary>
    /// <param name="perFeature">Whether each feature has a slope.</param>
    /// <param name="slope">What slopes start at, <see cref="Alpha"/>; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static Activation PRelu(bool perFeature = false, float slope = 0.25f)
        => new(ActivationKind.PRelu, Finite(slope, nameof(slope)), perFeature: perFeature);

    /// <summary>g(x) = min(max(alpha·x + beta, 0), 1); 0 or 1 for ±∞, NaN for them where alpha is 0. Source: ONNX, operator HardSigmoid,
    /// and Keras 2, which have the values that the parameters have unless given; PyTorch and Keras 3 have 1/6 and 1/2.</summary>
    /// <param name="alpha">Finite.</param>
    /// <param name="beta">Finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite.</exception>
    public static Activation HardSigmoid(float alpha = 0.2f, float beta = 0.5f)
        => new(ActivationKind.HardSigmoid, Finite(alpha, nameof(alpha)), Finite(beta, nameof(beta)));

    /// <summary>g(x) = min(max(x, min), max). Source: R. Collobert, Large scale machine learning, dissertation, Paris VI (2004); ONNX,
    /// operator Clip.</summary>
    /// <param name="min">Below max; −∞ for no bound, <see cref="Alpha"/>.</param>
    /// <param name="max">∞ for no bound, but not both; <see cref="Beta"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are not in order, one is NaN, or there is none.</exception>
    public static Activation HardTanh(float min = -1, float max = 1)
    {
        if (!(min < float.PositiveInfinity))
        {
            throw Refused(min, nameof(min), "a number below infinity");
        }

        return max > min && (float.IsFinite(min) || float.IsFinite(max))
            ? new(ActivationKind.HardTanh, min, max)
            : throw Refused(max, nameof(max), string.Create(CultureInfo.InvariantCulture, $"a bound above min, {min}, one of them finite"));
    }

    /// <summary>g(x) = alpha·tanh(beta·x), within ±|alpha|. Source: Y. LeCun et al., Efficient backprop, in Neural networks: tricks of the
    /// trade (1998), with 1.7159 and 2/3; ONNX, operators RNN, GRU and LSTM.</summary>
    /// <param name="alpha">Finite, not 0.</param>
    /// <param name="beta">Finite; alpha·beta is finite too.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static Activation ScaledTanh(float alpha, float beta)
    {
        if (Finite(alpha, nameof(alpha)) == 0)
        {
            throw Refused(alpha, nameof(alpha), "a finite number other than 0");
        }

        return float.IsFinite(beta) && float.IsFinite(alpha * beta)
            ? new(ActivationKind.ScaledTanh, alpha, beta)
            : throw Refused(beta, nameof(beta), "a finite number whose product with alpha is finite");
    }

    /// <summary>g(x) = alpha·x + beta; NaN for ±∞ where alpha is 0. Source: ONNX, operators RNN, GRU and LSTM.</summary>
    /// <param name="alpha">Finite.</param>
    /// <param name="beta">Finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite.</exception>
    public static Activation Affine(float alpha, float beta)
        => new(ActivationKind.Affine, Finite(alpha, nameof(alpha)), Finite(beta, nameof(beta)));

    /// <summary>That of a kind without parameters.</summary>
    internal static Activation OfKind(ActivationKind kind) => new(kind);

    /// <summary>The kind, with the parameters that it has, such as <c>Elu(0.5)</c> or <c>Tanh</c>.</summary>
    public override string ToString() => Kind switch
    {
        ActivationKind.Elu or ActivationKind.LeakyRelu or ActivationKind.ThresholdedRelu
            => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Alpha})"),
        ActivationKind.Selu or ActivationKind.HardSigmoid or ActivationKind.HardTanh or ActivationKind.ScaledTanh or ActivationKind.Affine
            => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Alpha}, {Beta})"),
        ActivationKind.PRelu => string.Create(CultureInfo.InvariantCulture, $"{Kind}({(PerFeature ? "per feature, " : "")}{Alpha})"),
        _ => Kind.ToString(),
    };

    private static float Finite(float value, string parameter)
        => float.IsFinite(value) ? value : throw Refused(value, parameter, "a finite number");

    private static float NotNegative(float value, string parameter)
        => value >= 0 && float.IsFinite(value) ? value : throw Refused(value, parameter, "a finite number of at least 0");

    private static ArgumentOutOfRangeException Refused(float value, string parameter, string expected)
        => new(parameter, value, string.Create(CultureInfo.InvariantCulture, $"Expected {expected}, but got {value}."));
}
