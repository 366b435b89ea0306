using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Files that do not hold what a network of PyTorch has, and what they leave open.</summary>
public sealed class PyTorchBadInputTests
{
    private static readonly PyTorchOptions Tanh = new() { Activation = Activation.Tanh };

    [Theory]
    [InlineData("rnn.weight_ih_l0")]
    [InlineData("rnn.weight_hh_l0")]
    [InlineData("rnn.bias_ih_l0")]
    [InlineData("rnn.bias_hh_l0")]
    public void RnnModel_FromPyTorch_missingTensor_isNamed(string name)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_rnn_tanh").Path).Without(name);
        Refused(tensors, Tanh, name, "there is none");
    }

    [Theory]
    [InlineData("module.l0.weight_hh_l1_reverse")]
    [InlineData("module.l0.bias_ih_l2_reverse")]
    [InlineData("module.l0.weight_ih_l0")]
    public void RnnModel_FromPyTorch_missingTensorOfAStack_isNamed(string name)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_lstm_3_bidirectional").Path).Without(name);
        Refused(tensors, null, name["module.".Length..], "there is none");
    }

    [Fact]
    public void RnnModel_FromPyTorch_missingLayer_isRefusedByWhatIsAboveIt()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_gru_3").Path);
        foreach (string name in tensors.Names.Where(name => name.EndsWith("_l1", StringComparison.Ordinal)))
        {
            tensors.Without(name);
        }

        Refused(tensors, null, "gru.bias_hh_l2", "all layers below this one, but one is missing");
    }

    [Theory]
    [InlineData("rnn.extra", "name is none's", 1)]
    [InlineData("rnn.weight", "nothing takes this one", 4, 4)]
    [InlineData("rnn.bias", "nothing takes this one", 4)]
    [InlineData("rnn.weight_ih_l5", "all layers below this one", 4, 4)]
    [InlineData("rnn.1.branches.0.2.weight", "this tensor is one of a branch: branches are written, but not read", 4, 4)]
    [InlineData("fc.weight_orig", "another one, as of spectral normalization", 4, 4)]
    [InlineData("fc.parametrizations.weight.original", "another one, as of spectral normalization", 4, 4)]
    [InlineData("fc.parametrizations.weight.0.base", "orthogonal matrices or pruning", 4, 4)]
    [InlineData("fc.weight_g", "expected 'fc.weight_v' beside this one, as weight normalization has both", 4, 1)]
    [InlineData("fc.parametrizations.weight.original1", "expected 'fc.parametrizations.weight.original0' beside this one", 4, 1)]
    [InlineData("rnn.weight_ih_lx", "nothing takes this one", 4, 4)]
    [InlineData("rnn.weight_hr_l0", "proj_size", 2, 4)]
    [InlineData("conv.weight", "expected the shape [n, n], but it is [4, 3, 2, 1]", 4, 3, 2, 1)]
    [InlineData("fc.weight", "expected the shape [n, n], but it is [0, 4]", 0, 4)]
    public void RnnModel_FromPyTorch_tensorThatDoesNotBelong_isNamed(string name, string rule, params int[] shape)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_rnn_tanh").Path).With(name, shape);
        Refused(tensors, Tanh, name, rule);
    }

    [Theory]
    [InlineData("rnn.weight_ih_l0", "[4, n]", 5, 3)]
    [InlineData("rnn.weight_ih_l0", "[4, n]", 12)]
    [InlineData("rnn.weight_hh_l0", "1, 3 or 4 times as many", 8, 4)]
    [InlineData("rnn.bias_ih_l0", "[4]", 5)]
    [InlineData("rnn.bias_hh_l0", "[4]", 4, 1)]
    public void RnnModel_FromPyTorch_wrongShape_isNamed(string name, string rule, params int[] shape)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_rnn_tanh").Path).With(name, shape);
        Refused(tensors, Tanh, name, rule);
    }

    [Fact]
    public void RnnModel_FromPyTorch_upperLayerOfOtherSize_isRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_gru_3").Path).With("gru.weight_ih_l1", 12, 5);
        Refused(tensors, null, "gru.weight_ih_l1", "expected the shape [12, 4], but it is [12, 5]");
    }

    [Fact]
    public void RnnModel_FromPyTorch_wholeNumbers_areRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastrnn-{Guid.NewGuid():N}.safetensors");
        string header = """{"fc.weight":{"dtype":"I32","shape":[1,2],"data_offsets":[0,8]}}""";
        try
        {
            File.WriteAllBytes(
                path, [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), .. new byte[8]]);
            FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(path));
            Assert.Equal("fc.weight", exception.Item);
            Assert.Contains("I32", exception.Rule, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void RnnModel_FromPyTorch_noTensors_isRefused()
    {
        using var tensors = new EditedTensors();
        Refused(tensors, null, null, "there are none");
    }

    [Theory]
    [InlineData("pytorch_rnn_tanh", "rnn", "PyTorchOptions.Activation")]
    [InlineData("pytorch_numbered_head", "head.0", "PyTorchOptions.Activations[\"head.0\"]")]
    [InlineData("pytorch_ordered", null, "PyTorchOptions.Order")]
    [InlineData("pytorch_values_no_bias", "fc", "PyTorchOptions.TakesIndices")]
    public void RnnModel_FromPyTorch_whatIsOpen_namesTheOptionThatDecides(string name, string? item, string option)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find(name).Path);
        Refused(tensors, null, item, "expected a value, since", option);
    }

    [Fact]
    public void RnnModel_FromPyTorch_weightThatMayBeAnEmbedding_namesTheOptionThatDecides()
    {
        using EditedTensors tensors = new EditedTensors().With("only.weight", 3, 3);
        Refused(tensors, null, "only", "whether this is an embedding", "PyTorchOptions.TakesIndices");
        Assert.Equal(
            RnnSpec.ForIndices(3, Layer.Embedding(3)), RnnModel.FromPyTorch(tensors.Path, new PyTorchOptions { TakesIndices = true }).Spec);
        Assert.Equal(
            new RnnSpec(3, Layer.Dense(3)), RnnModel.FromPyTorch(tensors.Path, new PyTorchOptions { TakesIndices = false }).Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_orderThatIsOpen_showsTwoToChooseFrom()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("rnn.weight_ih_l0", 12, 1).With("rnn.weight_hh_l0", 12, 3).With("fc.weight", 1, 3).With("fc.bias", 1);
        Refused(tensors, null, null, ", which may be [fc, rnn] or [rnn, fc]", "PyTorchOptions.Order");
    }

    [Fact]
    public void RnnModel_FromPyTorch_onlyOrderBySizesThatNumbersContradict_isAskedFor()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("0.weight", 8, 4).With("0.bias", 8).With("1.weight", 8, 1, 1).With("2.weight", 1, 8).With("2.bias", 1);
        const string rule = "expected a value, since sizes allow [0, 2, 1] alone, and numbers in names say another order; the inputs of the "
            + "convolution '1' (1 → 8) are those of one group times its groups, which are 1 unless options say otherwise";
        Refused(tensors, null, null, rule, "PyTorchOptions.Order");
        string[] names = ["0", "1", "2"];
        var options = new PyTorchOptions { Activations = names.ToDictionary(name => name, _ => Activation.Relu) };
        Assert.Equal(8, RnnModel.FromPyTorch(tensors.Path, options with { Order = ["0", "2", "1"] }).Spec.OutputSize);
        var grouped = options with
        {
            Convolutions = new Dictionary<string, Convolution> { ["1"] = new Convolution { Groups = 8 } },
        };
        Assert.Equal(1, RnnModel.FromPyTorch(tensors.Path, grouped).Spec.OutputSize);
        Refused(tensors, new PyTorchOptions { Order = ["0", "1", "2"] }, null, "the inputs of the convolution '1'", "PyTorchOptions.Order");
    }

    [Fact]
    public void RnnModel_FromPyTorch_orderThatGroupsMayTell_saysSo()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("c.weight", 6, 3, 1).With("r.weight_ih_l0", 9, 6).With("r.weight_hh_l0", 9, 3);
        Refused(
            tensors, null, null, "may be [c, r] or [r, c]; the inputs of the convolution 'c' (3 → 6) are those of one group times its groups",
            "PyTorchOptions.Order");
    }

    /// <summary>Numbers count part by part as long as names agree.</summary>
    [Fact]
    public void RnnModel_FromPyTorch_numbersOfNestedModules_tellTheOrder()
    {
        using var tensors = new EditedTensors();
        string[] names = ["0.0", "0.1", "1.0", "1.1", "1.10", "2"];
        foreach (string name in names)
        {
            tensors.With($"{name}.weight", 3, 3).With($"{name}.bias", 3);
            tensors.Values($"{name}.bias")[0] = Array.IndexOf(names, name);
        }

        var options = new PyTorchOptions { Activations = names.ToDictionary(name => name, _ => Activation.Identity) };
        RnnModel model = RnnModel.FromPyTorch(tensors.Save(), options);
        Assert.Equal([0, 1, 2, 3, 4, 5], TrainingData.Parameters(model).Where((_, i) => i % 12 == 9));
    }

    [Fact]
    public void RnnModel_FromPyTorch_indicesForValues_nameTheOption()
    {
        using EditedTensors tensors = new EditedTensors().With("c.weight", 4, 3, 1).With("c.bias", 4);
        Refused(
            tensors, new PyTorchOptions { TakesIndices = true }, null, "expected weights that a network can have",
            "PyTorchOptions.TakesIndices");
    }

    [Fact]
    public void RnnModel_FromPyTorch_dilationThatNoNetworkHas_namesTheConvolution()
    {
        using EditedTensors tensors = new EditedTensors().With("c.weight", 4, 3, 3).With("c.bias", 4);
        var convolutions = new Dictionary<string, Convolution> { ["c"] = new Convolution { Dilation = 1_000_000_000 } };
        Refused(
            tensors, new PyTorchOptions { Convolutions = convolutions }, "c", "expected weights that a network can have",
            "PyTorchOptions.Convolutions[\"c\"]");
    }

    [Fact]
    public void RnnModel_FromPyTorch_faultOfAModuleWithoutAName_hasNoItem()
    {
        using EditedTensors tensors = new EditedTensors().With("weight", 4, 3, 3);
        Refused(tensors, null, null, "how many steps this convolution looks ahead", "PyTorchOptions.Convolutions[\"\"]");
    }

    /// <summary>However many modules there are, and however long their names, the option is there.</summary>
    [Fact]
    public void RnnModel_FromPyTorch_orderOfManyModules_namesTheOption()
    {
        using var tensors = new EditedTensors();
        for (char c = 'a'; c <= 'x'; c++)
        {
            string name = $"model.backbone.recurrent_block_{c}.layers";
            tensors.With($"{name}.weight_ih_l0", 12, 3).With($"{name}.weight_hh_l0", 12, 3);
        }

        Refused(tensors, null, null, "expected a value, since sizes", "PyTorchOptions.Order");
    }

    [Fact]
    public void RnnModel_FromPyTorch_moreLayersThanNetworksHave_areRefused()
    {
        using var tensors = new EditedTensors();
        for (int i = 0; i < 1025; i++)
        {
            tensors.With($"rnn.weight_ih_l{i}", 4, 1).With($"rnn.weight_hh_l{i}", 4, 1);
        }

        Refused(tensors, null, null, "expected at most 1024 layers, but all modules have 1025");
    }

    [Theory]
    [InlineData(ActivationKind.Relu, null, "rnn", null, "PyTorchOptions.Activation")]
    [InlineData(null, ActivationKind.Sigmoid, "fc", "fc", "PyTorchOptions.OutputActivation")]
    public void RnnModel_FromPyTorch_optionThatAnotherOverrules_isRefused(
        ActivationKind? activation, ActivationKind? output, string named, string? item, string option)
    {
        using EditedTensors tensors = new EditedTensors()
            .With("rnn.weight_ih_l0", 3, 2).With("rnn.weight_hh_l0", 3, 3).With("fc.weight", 2, 3).With("fc.bias", 2);
        var activations = new Dictionary<string, Activation> { ["rnn"] = Activation.Tanh, [named] = Activation.Tanh };
        var options = new PyTorchOptions
        {
            Order = ["rnn", "fc"],
            Activation = activation is { } recurrent ? Activations.Of(recurrent) : null,
            OutputActivation = output is { } last ? Activations.Of(last) : null,
            Activations = activations,
        };
        Refused(tensors, options, item, "by its name", option);
        _ = RnnModel.FromPyTorch(tensors.Path, options with { Activation = null, OutputActivation = null });
    }

    [Fact]
    public void RnnModel_FromPyTorch_sizesThatMakeNoChain_areShown()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_lstm").Path).With("fc.weight", 2, 9).With("fc.bias", 2);
        Refused(tensors, null, null, "'encoder.rnn' (3 → 5), 'fc' (9 → 2)");
    }

    [Fact]
    public void RnnModel_FromPyTorch_manyModulesThatFitAnyhow_areRefusedSoon()
    {
        using var tensors = new EditedTensors();
        for (char c = 'a'; c <= 'z'; c++)
        {
            tensors.With($"{c}.weight", 2, 2).With($"{c}.bias", 2);
        }

        // Each of two takes what no other puts out, so that no order ends well, and there are 26! ways to find that out.
        tensors.With("one.weight", 2, 3).With("one.bias", 2).With("two.weight", 2, 3).With("two.bias", 2);
        Refused(tensors, null, null, "expected a value, since sizes", "PyTorchOptions.Order");
    }

    [Fact]
    public void RnnModel_FromPyTorch_moreModulesThanNetworksHave_areRefused()
    {
        using var tensors = new EditedTensors();
        for (int i = 0; i < 1025; i++)
        {
            tensors.With($"{i}.weight", 1, 1).With($"{i}.bias", 1);
        }

        Refused(tensors, null, null, "expected from 1 to 1024 modules with weights, but there are more");
    }

    /// <summary>As many modules as files of the library have layers: numbers tell their order, or an option does.</summary>
    [Fact]
    public void RnnModel_FromPyTorch_asManyModulesAsNetworksHave_areReadInTheirOrder()
    {
        const int count = 1024;
        using var tensors = new EditedTensors();
        for (int i = 0; i < count; i++)
        {
            tensors.With($"layers.{i}.weight", 1, 1).With($"layers.{i}.bias", 1);
            tensors.Values($"layers.{i}.bias")[0] = i;
        }

        var options = new PyTorchOptions
        {
            Activations = Enumerable.Range(0, count).ToDictionary(i => $"layers.{i}", _ => Activation.Identity),
        };
        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)i), Biases(options));
        string[] order = [.. Enumerable.Range(0, count).Reverse().Select(i => $"layers.{i}")];
        Assert.Equal(Enumerable.Range(0, count).Reverse().Select(i => (float)i), Biases(options with { Order = order }));

        IEnumerable<float> Biases(PyTorchOptions given)
            => TrainingData.Parameters(RnnModel.FromPyTorch(tensors.Save(), given)).Where((_, i) => i % 2 == 1);
    }

    [Theory]
    [InlineData("a", "x", "'x'")]
    [InlineData("a", "a", "2 times")]
    [InlineData("a", null, "0 times")]
    public void RnnModel_FromPyTorch_orderThatIsNone_isRefused(string first, string? second, string rule)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_ordered").Path);
        string[] order = second is null ? [first] : [first, second];
        Refused(tensors, new PyTorchOptions { Order = order }, Any, rule, "PyTorchOptions.Order");
    }

    [Fact]
    public void RnnModel_FromPyTorch_optionsForModulesThatAreNotThere_areRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_lstm").Path);
        Refused(
            tensors, new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["rnn"] = Activation.Tanh } }, "rnn",
            "expected a module of this name, but there is none", "PyTorchOptions.Activations[\"rnn\"]");
        Refused(tensors, Tanh, null, "there is none", "PyTorchOptions.Activation");
    }

    [Fact]
    public void RnnModel_FromPyTorch_shapeThatTheSizesDoNotAllow_isRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_lstm").Path);
        Refused(
            tensors, new PyTorchOptions { Shape = SequenceShape.OneToMany }, null, "since outputs are fed back", "PyTorchOptions.Shape");
    }

    [Fact]
    public void RnnModel_FromPyTorch_optionsThatAreNone_areRefused()
    {
        Refused(new PyTorchOptions { OutputActivation = Activation.PRelu() }, "PyTorchOptions.OutputActivation.", "PRelu");
        Refused(new PyTorchOptions { Shape = (SequenceShape)9 }, "PyTorchOptions.Shape.", "9");
        Refused(
            new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["a"] = Activation.PRelu() } },
            "PyTorchOptions.Activations[\"a\"]", "PRelu");

        static void Refused(PyTorchOptions options, string expected, string actual)
            => BadInput.Refused<ArgumentOutOfRangeException>(
                "options", expected, actual, () => RnnModel.FromPyTorch(WeightFileCase.Find("pytorch_rnn_tanh").Path, options));
    }

    [Fact]
    public void RnnModel_SavePyTorch_noModel_isRefused()
    {
        RnnModel none = null!;
        Assert.Equal("model", Assert.Throws<ArgumentNullException>(() => none.SavePyTorch("a")).ParamName);
        Assert.Equal("model", Assert.Throws<ArgumentNullException>(() => none.SaveKeras("a")).ParamName);
    }

    [Fact]
    public void RnnModel_FromPyTorch_layerOfOneDirectionLess_isRefused()
    {
        // Sizes that fit one direction, as if the layer above had been made for it.
        using EditedTensors tensors = new EditedTensors()
            .With("weight_ih_l0", 4, 1).With("weight_hh_l0", 4, 1).With("weight_ih_l0_reverse", 4, 1).With("weight_hh_l0_reverse", 4, 1)
            .With("weight_ih_l1", 4, 1).With("weight_hh_l1", 4, 1);
        Refused(tensors, null, "weight_ih_l1", "expected the shape [4, 2], but it is [4, 1]");
    }

    [Fact]
    public void RnnModel_FromPyTorch_noPath_isRefused()
        => BadInput.Refused<ArgumentException>("path", "empty", "", () => RnnModel.FromPyTorch(""));

    [Fact]
    public void RnnModel_FromPyTorch_activationThatNoCellHas_isRefused()
        => BadInput.Refused<ArgumentException>(
            "options", "Expected Tanh or Relu as PyTorchOptions.Activation", "Softmax",
            () => RnnModel.FromPyTorch(
                WeightFileCase.Find("pytorch_rnn_tanh").Path, new PyTorchOptions { Activation = Activation.Softmax }));

    [Fact]
    public void RnnModel_FromPyTorch_activationsOfModulesWithoutOne_areLayersBehindThem()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_lstm").Path);
        var named = new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["encoder.rnn"] = Activation.Relu } };
        var expected = new RnnSpec(3, Cell.Lstm(5), Layer.Activation(Activation.Relu));
        Assert.Equal(expected, RnnModel.FromPyTorch(tensors.Save(), named).Spec);
        Assert.Equal(expected, RnnModel.FromPyTorch(tensors.Path, new PyTorchOptions { OutputActivation = Activation.Relu }).Spec);
        Assert.Equal(
            new RnnSpec(3, Cell.Lstm(5)),
            RnnModel.FromPyTorch(tensors.Path, new PyTorchOptions { OutputActivation = Activation.Identity }).Spec);
        Refused(
            tensors, named with { OutputActivation = Activation.Relu }, "encoder.rnn", "by its name", "PyTorchOptions.OutputActivation");
    }

    [Fact]
    public void RnnModel_FromPyTorch_outputActivationOfASimpleRecurrentModule_standsBehindIt()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_rnn_tanh").Path);
        Assert.Equal(
            new RnnSpec(3, Cell.Elman(4), Layer.Activation(Activation.Softmax)),
            RnnModel.FromPyTorch(tensors.Save(), Tanh with { OutputActivation = Activation.Softmax }).Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_activationThatTheModuleCantHave_isRefusedByItsKey()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_rnn_tanh").Path);
        Refused(
            tensors, new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["rnn"] = Activation.Softmax } }, "rnn",
            "expected tanh or ReLU for a simple recurrent module, but got Softmax", "PyTorchOptions.Activations[\"rnn\"]");
    }

    [Fact]
    public void FastRnnFormatException_Message_option_standsBeforeTheRule()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("pytorch_numbered_head").Path);
        string path = tensors.Save();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(path));
        Assert.Equal(new OptionReference(nameof(PyTorchOptions), nameof(WeightOptions.Activations), "head.0"), exception.Option);
        Assert.Equal(
            $"{path}: head.0: PyTorchOptions.Activations[\"head.0\"]: {exception.Rule}: Activation.Identity, Activation.Relu, "
            + "Activation.Tanh or another one", exception.Message);
    }

    /// <summary>Stands for an item that is not compared.</summary>
    private const string Any = "*";

    private static void Refused(EditedTensors tensors, PyTorchOptions? options, string? item, string rule, string? option = null)
    {
        string path = tensors.Save();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(path, options));
        Assert.Equal(path, exception.File);
        if (item != Any)
        {
            Assert.Equal(item, exception.Item);
        }

        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
        Assert.Equal(option, exception.Option?.ToString());
    }
}
