using FastRnn.Onnx;
using FastRnn.Onnx.Format;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>The activations of ONNX's recurrent operators are the library's, with alpha and beta in turn.</summary>
public sealed class RecurrentActivationTests
{
    [Fact]
    public void RecurrentActivation_Take_whatItHasOfAnActivation_isTheActivation()
    {
        foreach (Activation activation in Activations.OfCells.Where(RecurrentOperator.Has))
        {
            RecurrentActivation known = RecurrentOperator.Find(activation);
            (float? alpha, float? beta) = known.ParametersOf(activation);
            ReadOnlySpan<float> alphas = alpha is { } first ? [first, 9] : [9], betas = beta is { } second ? [second, 8] : [8];
            Assert.Equal(activation, known.Take(ref alphas, ref betas));
            Assert.Equal([9], alphas);
            Assert.Equal([8], betas);
        }

        Assert.Equal(11, Activations.OfCells.Where(RecurrentOperator.Has).Select(RecurrentOperator.NameOf).Distinct().Count());
    }

    [Fact]
    public void RecurrentActivation_Take_noValues_hasThoseOfOnnxRuntime()
    {
        Assert.Equal(Activation.Elu(), Take("elu"));
        Assert.Equal(Activation.LeakyRelu(), Take("LEAKYRELU"));
        Assert.Equal(Activation.HardSigmoid(), Take("HardSigmoid"));
        Assert.Equal(Activation.Affine(0, 0), Take("Affine"));
        Assert.Equal(Activation.ThresholdedRelu(0), Take("ThresholdedRelu"));
        Assert.Throws<ArgumentOutOfRangeException>("alpha", () => Take("ScaledTanh"));
    }

    [Fact]
    public void RecurrentOperator_Find_activationThatOnnxDoesNotHave_isRefused()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(1, Cell.Gru(2) with { CandidateActivation = Activation.Mish }), 1);
        using var folder = new TemporaryFolder();
        Assert.Contains("Mish", Assert.Throws<NotSupportedException>(() => OnnxExport.Save(model, folder["a.onnx"])).Message, StringComparison.Ordinal);
        Assert.Null(RecurrentActivation.Of("Mish"));
    }

    private static Activation Take(string name)
    {
        ReadOnlySpan<float> none = [], noneEither = [];
        return RecurrentActivation.Of(name)!.Take(ref none, ref noneEither);
    }
}
