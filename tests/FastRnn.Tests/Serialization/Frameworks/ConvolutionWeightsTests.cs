using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Convolutions of PyTorch and Keras: what is asked for, and what is refused.</summary>
public sealed class ConvolutionWeightsTests
{
    [Fact]
    public void RnnModel_FromPyTorch_convolution_isAskedForAndAsTheOptionSays()
    {
        using EditedTensors tensors = new EditedTensors().With("c.weight", 4, 3, 3).With("c.bias", 4);
        Refused(tensors, new PyTorchOptions(), "expected a value, since the file does not say how many steps this convolution looks ahead");
        TimeDelaySpec causal = Layer.TimeDelay(4, 3, activation: Activation.Identity);
        Assert.Equal(new RnnSpec(3, causal), RnnModel.FromPyTorch(tensors.Path, PyTorch(Convolution.Causal)).Spec);
        Assert.Equal(
            new RnnSpec(3, Layer.CenteredTimeDelay(4, 3, dilation: 5, activation: Activation.Identity)),
            RnnModel.FromPyTorch(tensors.Path, PyTorch(Convolution.Centered with { Dilation = 5 })).Spec);
        Assert.Equal(
            new RnnSpec(6, causal with { LookAhead = 1, Groups = 2 }),
            RnnModel.FromPyTorch(tensors.Path, PyTorch(new Convolution { LookAhead = 1, Groups = 2 })).Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_convolutionOfWidth1_asksForNothing()
    {
        using EditedTensors tensors = new EditedTensors().With("c.weight", 4, 3, 1);
        TimeDelaySpec layer = Layer.TimeDelay(4, 1, activation: Activation.Tanh) with { HasBias = false };
        RnnModel model = RnnModel.FromPyTorch(tensors.Save(), new PyTorchOptions { OutputActivation = Activation.Tanh });
        Assert.Equal(new RnnSpec(3, layer), model.Spec);
        Compare.SameBits(tensors.Values("c.weight"), model.Parameters.ToArray());
    }

    [Fact]
    public void RnnModel_FromPyTorch_activationOfAConvolutionThatIsNotTheLast_isAskedFor()
    {
        using EditedTensors tensors = new EditedTensors().With("0.weight", 4, 3, 1).With("1.weight", 3, 4, 1);
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(
            tensors.Save(), new PyTorchOptions { Order = ["0", "1"] }));
        Assert.Equal("PyTorchOptions.Activations[\"0\"]", exception.Option?.ToString());
    }

    [Fact]
    public void RnnModel_FromPyTorch_convolutionThatCantBe_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("c.weight", 4, 3, 3);
        Refused(
            tensors, PyTorch(new Convolution { LookAhead = 5, Dilation = 2 }),
            "expected to look ahead at most 4 steps, (width − 1)·dilation, but got 5");
        Refused(tensors, PyTorch(new Convolution { Groups = 3 }), "expected a divisor of the 4 outputs as groups, but got 3");
        Refused(
            tensors, PyTorch(new Convolution { Dilation = int.MaxValue }),
            "expected a window of at most 2147483647 steps, but got 4294967294");
        Refused(tensors, PyTorch(new Convolution { IsDepthwise = true }), "expected IsDepthwise for Keras alone; PyTorch has groups instead");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RnnModel_FromKeras_kernelWithABias_isDepthwiseWhereTheBiasSaysSo(bool isDepthwise)
    {
        int outputs = isDepthwise ? 6 : 2;
        using EditedTensors tensors = new EditedTensors().With("c/kernel", 4, 3, 2).With("c/bias", outputs);
        TimeDelaySpec layer = Layer.TimeDelay(outputs, 4, activation: Activation.Identity);
        Assert.Equal(
            new RnnSpec(3, isDepthwise ? layer with { Groups = 3 } : layer),
            RnnModel.FromKeras(tensors.Save(), Keras(Convolution.Causal)).Spec);
        Refused(tensors, new KerasOptions(), "expected a value, since the file does not say how many steps");
        if (isDepthwise)
        {
            Refused(tensors, Keras(new Convolution { Groups = 2 }), "expected 3 groups, as a depthwise convolution has, but got 2");
        }
        else
        {
            Refused(
                tensors, Keras(new Convolution { IsDepthwise = true }), "expected 6 biases for a depthwise convolution, but it has 2");
        }
    }

    [Fact]
    public void RnnModel_FromKeras_kernelOfWidth1WithoutBias_isAskedFor()
    {
        using EditedTensors tensors = new EditedTensors().With("c/kernel", 1, 3, 2);
        Refused(
            tensors, new KerasOptions(),
            "expected a value, since the file does not say whether this convolution without bias is a depthwise one");
        Assert.Equal(2, RnnModel.FromKeras(tensors.Path, Keras(Convolution.Causal)).Spec.OutputSize);
        Assert.Equal(6, RnnModel.FromKeras(tensors.Path, Keras(new Convolution { IsDepthwise = true })).Spec.OutputSize);
    }

    [Fact]
    public void RnnModel_FromKeras_kernelWithoutBias_isDepthwiseWhereItsPathOrTheOptionSaysSo()
    {
        using EditedTensors tensors = new EditedTensors().With("c/kernel", 4, 3, 2);
        Refused(
            tensors, new KerasOptions(),
            "expected a value, since the file does not say whether this convolution without bias is a depthwise one, nor how many steps");
        Assert.Equal(2, RnnModel.FromKeras(tensors.Path, Keras(Convolution.Causal)).Spec.OutputSize);
        Assert.Equal(6, RnnModel.FromKeras(tensors.Path, Keras(new Convolution { IsDepthwise = true })).Spec.OutputSize);
        using EditedTensors named = new EditedTensors().With("depthwise_conv1d/kernel", 4, 3, 2);
        KerasOptions options = Keras(Convolution.Causal) with
        {
            Convolutions = new Dictionary<string, Convolution> { ["depthwise_conv1d"] = Convolution.Causal },
        };
        Assert.Equal(
            new RnnSpec(3, Layer.TimeDelay(6, 4, activation: Activation.Identity) with { HasBias = false, Groups = 3 }),
            RnnModel.FromKeras(named.Save(), options).Spec);
    }

    [Fact]
    public void RnnModel_FromKeras_depthwiseKernelByItsName_isOne()
    {
        using EditedTensors tensors = new EditedTensors().With("c/depthwise_kernel", 1, 3, 2);
        RnnModel model = RnnModel.FromKeras(tensors.Save(), new KerasOptions { OutputActivation = Activation.Identity });
        Assert.Equal(
            new RnnSpec(3, Layer.TimeDelay(6, 1, activation: Activation.Identity) with { HasBias = false, Groups = 3 }), model.Spec);
        Compare.SameBits(tensors.Values("c/depthwise_kernel"), model.Parameters.ToArray());
    }

    [Fact]
    public void Convolution_numbersBelowTheirLeast_areRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("LookAhead", "", "-1", () => _ = new Convolution { LookAhead = -1 });
        BadInput.Refused<ArgumentOutOfRangeException>("Dilation", "", "0", () => _ = new Convolution { Dilation = 0 });
        BadInput.Refused<ArgumentOutOfRangeException>("Groups", "", "0", () => _ = new Convolution { Groups = 0 });
    }

    private static PyTorchOptions PyTorch(Convolution convolution)
        => new() { Convolutions = new Dictionary<string, Convolution> { ["c"] = convolution } };

    private static KerasOptions Keras(Convolution convolution)
        => new()
        {
            Convolutions = new Dictionary<string, Convolution> { ["c"] = convolution },
            OutputActivation = Activation.Identity,
        };

    private static void Refused(EditedTensors tensors, WeightOptions options, string rule)
    {
        string path = tensors.Save();
        Func<RnnModel> read = () => options is KerasOptions keras
            ? RnnModel.FromKeras(path, keras)
            : RnnModel.FromPyTorch(path, (PyTorchOptions)options);
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(read);
        Assert.Equal((path, "c"), (exception.File, exception.Item));
        Assert.StartsWith(rule, exception.Rule, StringComparison.Ordinal);
        Assert.Equal($"{options.GetType().Name}.Convolutions[\"c\"]", exception.Option?.ToString());
    }
}
