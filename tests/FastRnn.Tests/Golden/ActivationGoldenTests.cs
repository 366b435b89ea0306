using System.Text.Json;
using System.Text.Json.Serialization;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Golden;

/// <summary>Activations and their derivatives are PyTorch's, as make_activation_golden.py has written them down.</summary>
public sealed class ActivationGoldenTests
{
    /// <summary>A few units in the last place.</summary>
    private const double ValueRelative = 1e-6;

    /// <summary>PyTorch's own rounding in double where a result is small, and float's denormal numbers.</summary>
    private const double ValueAbsolute = 1e-14;

    /// <summary>Derivatives are sums of terms of about 1.</summary>
    private const double GradientAbsolute = 2e-6;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly ActivationGolden File = Load();

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, File.Cases.Length)];

    [Fact]
    public void ActivationGolden_kinds_areAllThatPyTorchHas()
        => Assert.Equal(
            Enum.GetValues<ActivationKind>().Except([ActivationKind.PRelu]).Order(),
            File.Cases.Select(golden => golden.ToActivation().Kind).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void RowActivation_ForwardAndBackward_golden_areTheOthers(int place)
    {
        ActivationCase golden = File.Cases[place];
        Activation activation = golden.ToActivation();
        RowActivation product = ActivationKernels.Rows(activation);
        float[] x = golden.Inputs, y = new float[x.Length], gradient = [.. golden.Weights];
        product.Forward(x, y, x.Length);

        // The approximation by tanh has an exponent that is rounded.
        double relative = activation.Kind == ActivationKind.GeluTanh ? 2e-5 : ValueRelative;
        Compare.Near(golden.Outputs, y, relative, ValueAbsolute, $"{activation}");
        product.Backward(product.KeepsInput ? x : y, y, gradient, x.Length);
        Compare.Near(golden.Gradients, gradient, ValueRelative, GradientAbsolute, $"{activation}′");
    }

    private static ActivationGolden Load()
    {
        using Stream stream = typeof(ActivationGoldenTests).Assembly.GetManifestResourceStream("activations.json")!;
        return JsonSerializer.Deserialize<ActivationGolden>(stream, Options)!;
    }

    private sealed record ActivationGolden(string Origin, string Version, ActivationCase[] Cases);

    private sealed record ActivationCase(
        string Kind, float Alpha, float Beta, float[] Inputs, float[] Weights, double[] Outputs, double[] Gradients)
    {
        internal Activation ToActivation() => Enum.Parse<ActivationKind>(Kind, ignoreCase: true) switch
        {
            ActivationKind.Elu => Activation.Elu(Alpha),
            ActivationKind.Selu => Activation.Selu(Alpha, Beta),
            ActivationKind.LeakyRelu => Activation.LeakyRelu(Alpha),
            ActivationKind.ThresholdedRelu => Activation.ThresholdedRelu(Alpha),
            ActivationKind.HardSigmoid => Activation.HardSigmoid(Alpha, Beta),
            ActivationKind.HardTanh => Activation.HardTanh(Alpha, Beta),
            ActivationKind.ScaledTanh => Activation.ScaledTanh(Alpha, Beta),
            ActivationKind.Affine => Activation.Affine(Alpha, Beta),
            var kind => Activations.Of(kind),
        };
    }
}
