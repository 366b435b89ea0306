using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Normalizations and PReLU of PyTorch and Keras: what tells them, what is asked for, and what is refused.</summary>
public sealed class VectorWeightsTests
{
    private const string Of = "expected a value, since the file does not say whether this";

    [Fact]
    public void RnnModel_FromPyTorch_loneVector_isWhatTheOptionSays()
    {
        using EditedTensors tensors = new EditedTensors().With("norm.weight", 3);
        Refused(tensors, new PyTorchOptions(), "norm", $"{Of} is a layer normalization without bias", "VectorModules[\"norm\"]");
        Refused(
            tensors, Kind(VectorModule.RmsNormalization), "norm", "expected a value, since the file does not say which epsilon",
            "Epsilons[\"norm\"]");
        (VectorModule Kind, LayerSpec Layer)[] kinds =
        [
            (VectorModule.LayerNormalization, Layer.LayerNormalization(0.5f)), (VectorModule.RmsNormalization, Layer.RmsNormalization(0.5f)),
        ];
        foreach ((VectorModule kind, LayerSpec layer) in kinds)
        {
            RnnModel model = RnnModel.FromPyTorch(tensors.Path, Kind(kind) with { Epsilon = 0.5f });
            Assert.Equal(new RnnSpec(3, layer), model.Spec);
            Compare.SameBits(tensors.Values("norm.weight"), model.Parameters.ToArray().AsSpan(0, 3));
        }

        Assert.Equal(
            new RnnSpec(3, Layer.Activation(Activation.PRelu(perFeature: true))),
            RnnModel.FromPyTorch(tensors.Path, Kind(VectorModule.PRelu)).Spec);
    }

    [Theory]
    [InlineData("norm.weight", "norm.bias", false)]
    [InlineData("norm/gamma", "norm/beta", true)]
    [InlineData("norm/gamma", null, true)]
    [InlineData("norm/beta", null, true)]
    public void RnnModel_FromPyTorchOrKeras_gainAndBias_areAskedForAndOfThatLayer(string first, string? second, bool isKeras)
    {
        using EditedTensors tensors = new EditedTensors().With(first, 3);
        if (second is not null)
        {
            tensors.With(second, 3);
        }

        WeightOptions options = isKeras ? new KerasOptions() : new PyTorchOptions();
        Refused(tensors, options, "norm", $"{Of} normalizes the features of each step", "VectorModules[\"norm\"]");
        Refused(
            tensors, options with { VectorModule = VectorModule.PRelu }, "norm",
            $"{Of} normalizes the features of each step: normalizations of groups and of instances have the same names, and its tensors are "
            + "not of PRelu, as all modules are said to be", "VectorModules[\"norm\"]");
        Refused(
            tensors, options with { VectorModules = new Dictionary<string, VectorModule> { ["norm"] = VectorModule.RmsNormalization } },
            "norm", "expected LayerNormalization, by its tensors, but got RmsNormalization", "VectorModules[\"norm\"]");
        RnnModel model = Read(tensors, options with { VectorModule = VectorModule.LayerNormalization });
        Assert.Equal(new RnnSpec(3, Layer.LayerNormalization(isKeras ? 1e-3f : 1e-5f)), model.Spec);
        float[] values = tensors.Values(first);
        float[] expected = second is not null ? [.. values, .. tensors.Values(second)]
            : first.EndsWith("beta", StringComparison.Ordinal) ? [1, 1, 1, .. values]
            : [.. values, 0, 0, 0];
        Compare.SameBits(expected, model.Parameters.ToArray());
    }

    [Fact]
    public void RnnModel_FromPyTorch_oneSlope_takesTheSizeOfItsNeighbours()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("0.weight", 1).With("1.weight", 4, 3).With("1.bias", 4).With("2.weight", 1);
        RnnModel model = RnnModel.FromPyTorch(
            tensors.Save(), new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["1"] = Activation.Identity } });
        Assert.Equal(
            new RnnSpec(3, Layer.Activation(Activation.PRelu()), Layer.Dense(4), Layer.Activation(Activation.PRelu())), model.Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_oneSlopeAlone_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("weight", 1);
        Refused(tensors, new PyTorchOptions(), null, "expected a module whose shapes tell the number of inputs, but there is none", null);
    }

    [Fact]
    public void RnnModel_FromPyTorch_oneValue_isASlopeUnlessItsNameSaysOtherwise()
    {
        using EditedTensors tensors = new EditedTensors().With("0.weight", 1).With("1.weight", 2, 1).With("1.bias", 2);
        tensors.Save();
        var options = new PyTorchOptions { Epsilon = 0.5f };
        Assert.Equal(new RnnSpec(1, Layer.RmsNormalization(0.5f), Layer.Dense(2)), Read(VectorModule.RmsNormalization, options));
        Assert.Equal(new RnnSpec(1, Layer.LayerNormalization(0.5f), Layer.Dense(2)), Read(VectorModule.LayerNormalization, options));
        var slope = new RnnSpec(1, Layer.Activation(Activation.PRelu()), Layer.Dense(2));
        Assert.Equal(slope, Read(VectorModule.PRelu, new PyTorchOptions()));
        Assert.Equal(slope, RnnModel.FromPyTorch(tensors.Path).Spec);
        Refused(tensors, Kind(VectorModule.RmsNormalization), null, "expected a module whose vectors leave open", "VectorModule");

        RnnSpec Read(VectorModule kind, PyTorchOptions given) => RnnModel.FromPyTorch(
            tensors.Path, given with { VectorModules = new Dictionary<string, VectorModule> { ["0"] = kind } }).Spec;
    }

    [Fact]
    public void RnnModel_FromKeras_slopesOfEachStep_areRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("p/alpha", 5, 3);
        Refused(tensors, new KerasOptions(), "p/alpha", "expected the shape [1, n], but it is [5, 3]", null);
        Assert.Equal(
            new RnnSpec(3, Layer.Activation(Activation.PRelu(perFeature: true))),
            RnnModel.FromKeras(tensors.Without("p/alpha").With("p/alpha", 1, 3).Save()).Spec);
    }

    [Theory]
    [InlineData(-0.5f)]
    [InlineData(float.NaN)]
    public void RnnModel_FromPyTorchAndKeras_varianceThatIsNone_isRefusedByName(float variance)
    {
        (string Mean, string Variance, WeightOptions Options)[] formats =
            [("n.running_mean", "n.running_var", new PyTorchOptions()), ("n/moving_mean", "n/moving_variance", new KerasOptions())];
        foreach ((string mean, string name, WeightOptions options) in formats)
        {
            using EditedTensors tensors = new EditedTensors().With(mean, 3).With(name, 3);
            tensors.Values(name)[1] = variance;
            Refused(
                tensors, options, name, FormattableString.Invariant($"expected variances of at least 0, but feature 1 has {variance}"), null);
        }
    }

    [Fact]
    public void RnnModel_FromPyTorch_batchNormalization_isAScaleAndAShiftInDouble()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("n.weight", 2).With("n.bias", 2).With("n.running_mean", 2).With("n.running_var", 2).With("n.num_batches_tracked");
        RnnModel model = RnnModel.FromPyTorch(tensors.Save());
        Assert.Equal(new RnnSpec(2, Layer.Affine(isTrained: false)), model.Spec);
        for (int i = 0; i < 2; i++)
        {
            double scale = tensors.Values("n.weight")[i] / Math.Sqrt(tensors.Values("n.running_var")[i] + (double)1e-5f);
            Assert.Equal((float)scale, model.Parameters[i]);
            Assert.Equal((float)(tensors.Values("n.bias")[i] - tensors.Values("n.running_mean")[i] * scale), model.Parameters[2 + i]);
        }
    }

    [Theory]
    [InlineData("n.running_mean", "expected a tensor [3], but there is none")]
    [InlineData("n.running_var", "expected a tensor [n], but there is none")]
    public void RnnModel_FromPyTorch_statisticThatIsMissing_isNamed(string name, string rule)
    {
        using EditedTensors tensors = new EditedTensors().With("n.running_mean", 3).With("n.running_var", 3).Without(name);
        Refused(tensors, new PyTorchOptions(), name, rule, null);
    }

    [Fact]
    public void RnnModel_FromPyTorch_manyCountsOfBatches_areRefused()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("n.running_mean", 3).With("n.running_var", 3).With("n.num_batches_tracked", 2);
        Refused(tensors, new PyTorchOptions(), "n.num_batches_tracked", "expected one number, but its shape is [2]", null);
    }

    [Fact]
    public void RnnModel_FromPyTorch_optionThatNoModuleNeeds_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("fc.weight", 2, 3).With("fc.bias", 2);
        PyTorchOptions none = new();
        Refused(tensors, none with { Epsilon = 1e-3f }, null, "expected a normalization, without an entry of its own, but there is none", "Epsilon");
        Refused(
            tensors, none with { Epsilons = new Dictionary<string, float> { ["fc"] = 1 } }, "fc",
            "expected a normalization, of this name, but there is none", "Epsilons[\"fc\"]");
        Refused(
            tensors, Kind(VectorModule.PRelu), null,
            "expected a module whose vectors leave open what it is, without an entry of its own, but there is none", "VectorModule");
        Refused(
            tensors, none with { VectorModules = new Dictionary<string, VectorModule> { ["x"] = default } }, "x",
            "expected a module whose vectors leave open what it is, of this name, but there is none", "VectorModules[\"x\"]");
        Refused(
            tensors, none with { Convolutions = new Dictionary<string, Convolution> { ["fc"] = Convolution.Causal } }, "fc",
            "expected a convolution, of this name, but there is none", "Convolutions[\"fc\"]");
        Refused(
            tensors, none with { Merges = new Dictionary<string, Merge> { ["fc"] = Merge.Sum } }, "fc",
            "expected a bidirectional module, of this name, but there is none", "Merges[\"fc\"]");
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void RnnModel_FromPyTorch_epsilonThatIsNone_isRefusedBeforeTheFileIsRead(float epsilon)
    {
        BadInput.Refused<ArgumentOutOfRangeException>(
            "options", "a finite number above 0 as PyTorchOptions.Epsilon", "",
            () => RnnModel.FromPyTorch("none", new PyTorchOptions { Epsilon = epsilon }));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "options", "PyTorchOptions.Epsilons[\"n\"]", "",
            () => RnnModel.FromPyTorch("none", new PyTorchOptions { Epsilons = new Dictionary<string, float> { ["n"] = epsilon } }));
    }

    [Fact]
    public void RnnModel_FromPyTorch_kindAndConvolutionThatAreNone_areRefusedBeforeTheFileIsRead()
    {
        BadInput.Refused<ArgumentOutOfRangeException>(
            "options", "PyTorchOptions.VectorModule", "7", () => RnnModel.FromPyTorch("none", Kind((VectorModule)7)));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "options", "PyTorchOptions.VectorModules[\"n\"]", "7",
            () => RnnModel.FromPyTorch(
                "none", new PyTorchOptions { VectorModules = new Dictionary<string, VectorModule> { ["n"] = (VectorModule)7 } }));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "options", "PyTorchOptions.Merges[\"n\"]", "7",
            () => RnnModel.FromPyTorch("none", new PyTorchOptions { Merges = new Dictionary<string, Merge> { ["n"] = (Merge)7 } }));
        BadInput.Refused<ArgumentException>(
            "options", "PyTorchOptions.Convolutions[\"n\"]", "null",
            () => RnnModel.FromPyTorch(
                "none", new PyTorchOptions { Convolutions = new Dictionary<string, Convolution> { ["n"] = null! } }));
    }

    private static PyTorchOptions Kind(VectorModule kind) => new() { VectorModule = kind };

    private static RnnModel Read(EditedTensors tensors, WeightOptions options)
        => options is KerasOptions keras
            ? RnnModel.FromKeras(tensors.Save(), keras)
            : RnnModel.FromPyTorch(tensors.Save(), (PyTorchOptions)options);

    private static void Refused(EditedTensors tensors, WeightOptions options, string? item, string rule, string? option)
    {
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => Read(tensors, options));
        Assert.Equal((tensors.Path, item), (exception.File, exception.Item));
        Assert.StartsWith(rule, exception.Rule, StringComparison.Ordinal);
        Assert.Equal(option is null ? null : $"{options.GetType().Name}.{option}", exception.Option?.ToString());
    }
}
