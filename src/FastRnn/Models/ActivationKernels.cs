using FastRnn.Kernels;

namespace FastRnn;

/// <summary>The kernels of activations.</summary>
internal static class ActivationKernels
{
    /// <summary>Of rows.</summary>
    internal static RowActivation Rows(Activation activation) => activation.Kind switch
    {
        ActivationKind.Softmax => new SoftmaxRows(),
        ActivationKind.LogSoftmax => new LogSoftmaxRows(),
        _ => Elements(activation),
    };

    /// <summary>Of each value by itself.</summary>
    /// <param name="activation">without weights of its own</param>
    /// <param name="clip">what goes into the activation is within ±clip; ∞ clips nothing</param>
    internal static ElementActivation Elements(Activation activation, float clip = float.PositiveInfinity)
    {
        (float alpha, float beta) = (activation.Alpha, activation.Beta);
        return activation.Kind switch
        {
            ActivationKind.Identity => Of(default(IdentityActivation)),
            ActivationKind.Tanh => Of(default(TanhActivation)),
            ActivationKind.Relu => Of(default(ReluActivation)),
            ActivationKind.Sigmoid => Of(default(SigmoidActivation)),
            ActivationKind.Elu => Of(new EluActivation(alpha, 1)),
            ActivationKind.Selu => Of(new EluActivation(alpha, beta)),
            ActivationKind.LeakyRelu when alpha < 0 => Of(new FoldedReluActivation(alpha)),
            ActivationKind.LeakyRelu => Of(new LeakyReluActivation(alpha)),
            ActivationKind.ThresholdedRelu => Of(new ThresholdedReluActivation(alpha)),
            ActivationKind.HardSigmoid => Of(new HardSigmoidActivation(alpha, beta)),
            ActivationKind.HardTanh => Of(new HardTanhActivation(alpha, beta)),
            ActivationKind.HardSwish => Of(default(HardSwishActivation)),
            ActivationKind.ScaledTanh => Of(new ScaledTanhActivation(alpha, beta)),
            ActivationKind.Affine => Of(new AffineActivation(alpha, beta)),
            ActivationKind.Softplus => Of(default(SoftplusActivation)),
            ActivationKind.Softsign => Of(default(SoftsignActivation)),
            ActivationKind.Silu => Of(default(SiluActivation)),
            ActivationKind.Gelu => Of(default(GeluActivation)),
            ActivationKind.GeluTanh => Of(default(GeluTanhActivation)),
            ActivationKind.Mish => Of(default(MishActivation)),
            _ => throw new NotSupportedException(
                $"Expected an activation of each value by itself, without weights of its own, but got {activation}."),
        };

        ElementActivation Of<TActivation>(TActivation kernel)
            where TActivation : struct, IActivation
            => float.IsPositiveInfinity(clip)
                ? new ElementActivation<TActivation>(kernel)
                : new ElementActivation<ClippedActivation<TActivation>>(new ClippedActivation<TActivation>(kernel, clip));
    }
}
