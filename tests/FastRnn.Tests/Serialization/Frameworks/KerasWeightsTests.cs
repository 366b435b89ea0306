using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>What Keras' names and shapes tell, and what becomes of files where they tell nothing or something else.</summary>
public sealed class KerasWeightsTests
{
    [Fact]
    public void RnnModel_FromKeras_gru_isOfTheFormThatItsBiasTells()
    {
        Assert.Equal(new RnnSpec(3, Cell.Gru(5)), RnnModel.FromKeras(WeightFileCase.Find("keras_gru").Path).Spec);
        Assert.Equal(
            new RnnSpec(3, Cell.Gru(5, resetAfter: false)), RnnModel.FromKeras(WeightFileCase.Find("keras_gru_reset_before").Path).Spec);
        Assert.Equal(
            new RnnSpec(3, Cell.Bidirectional(Cell.Gru(4, resetAfter: false))),
            RnnModel.FromKeras(
                WeightFileCase.Find("keras_bidirectional_gru_reset_before").Path, new KerasOptions { Bidirectional = true }).Spec);
    }

    [Theory]
    [InlineData("keras_gru", "gru/gru_cell/kernel")]
    [InlineData("keras_gru", "gru/gru_cell/recurrent_kernel")]
    [InlineData("keras_bidirectional_gru", "backward_gru/gru_cell/kernel")]
    [InlineData("keras_bidirectional_gru", "forward_gru/gru_cell/recurrent_kernel")]
    [InlineData("keras_bidirectional_lstm", "bidirectional/backward_lstm/lstm_cell/bias")]
    [InlineData("keras_dots", "model.dense.kernel")]
    public void RnnModel_FromKeras_missingTensor_isNamed(string file, string name)
    {
        WeightFileCase golden = WeightFileCase.Find(file);
        using EditedTensors tensors = EditedTensors.Of(golden.Path).Without(name);

        // Of a layer without its recurrent kernel the kernel that is left looks like a dense one's, whose bias does not fit.
        bool looksDense = name == "gru/gru_cell/recurrent_kernel";
        Refused(tensors, golden.Options.ToKeras(), looksDense ? "gru/gru_cell/bias" : name, looksDense ? "expected the shape [15]" : "there is none");
    }

    [Fact]
    public void RnnModel_FromKeras_seedsOfDropout_arePassedOver()
    {
        WeightFileCase golden = WeightFileCase.Find("keras_gru");
        using EditedTensors tensors = EditedTensors.Of(golden.Path).With("dropout/seed_generator/seed_generator_state", 2);
        Assert.Equal(
            TrainingData.Parameters(RnnModel.FromKeras(golden.Path)), TrainingData.Parameters(RnnModel.FromKeras(tensors.Save())));
    }

    [Theory]
    [InlineData("gru/gru_cell/omega", "name is none's", 5)]
    [InlineData("gru/gru_cell/gamma", "nothing takes this one", 5)]
    [InlineData("m/branches/0/1/kernel", "this tensor is one of a branch: branches are written, but not read", 2, 2)]
    [InlineData("gru/gru_cell/embeddings", "nothing takes this one", 5, 5)]
    [InlineData("gru/gru_cell/kernel", "expected the shape [n, 15], but it is [3, 12]", 3, 12)]
    [InlineData("gru/gru_cell/recurrent_kernel", "1, 3 or 4 times as many", 5, 10)]
    [InlineData("gru/gru_cell/bias", "expected the shape [2, 15], but it is [3, 15]", 3, 15)]
    [InlineData("gru/gru_cell/bias", "expected the shape [15], but it is [30]", 30)]
    [InlineData("conv/kernel", "expected the shape [n, n], but it is [3, 3, 2, 1]", 3, 3, 2, 1)]
    public void RnnModel_FromKeras_tensorThatDoesNotFit_isNamed(string name, string rule, params int[] shape)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("keras_gru").Path).With(name, shape);
        Refused(tensors, null, name, rule);
    }

    [Fact]
    public void RnnModel_FromKeras_twoTensorsOfOnePlace_areRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("/kernel", 2, 2).With("kernel", 2, 2);
        Refused(tensors, null, null, "there are two", anyItem: true);
    }

    [Theory]
    [InlineData("keras_simple_rnn", "simple_rnn/simple_rnn_cell", nameof(KerasOptions.Activation))]
    [InlineData("keras_gru_no_bias", "gru/gru_cell", nameof(KerasOptions.ResetAfter))]
    [InlineData("keras_tagger", null, nameof(KerasOptions.Order))]
    [InlineData("keras_stack", "dense", nameof(KerasOptions.OutputActivation))]
    public void RnnModel_FromKeras_whatIsOpen_namesTheOptionThatDecides(string name, string? item, string option)
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find(name).Path);
        Refused(tensors, null, item, "expected a value, since", option: option);
    }

    [Fact]
    public void RnnModel_FromKeras_optionThatTheBiasContradicts_isRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("keras_gru").Path);
        Refused(
            tensors, new KerasOptions { ResetAfter = false }, "gru/gru_cell", "expected a bias of rank 1",
            option: nameof(KerasOptions.ResetAfter));
    }

    [Fact]
    public void RnnModel_FromKeras_embeddingOfValues_isRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("keras_tagger").Path);
        Refused(
            tensors, new KerasOptions { TakesIndices = false }, null, "the first one values", option: nameof(KerasOptions.TakesIndices));
    }

    [Fact]
    public void RnnModel_FromKeras_resetAfterWithoutAGru_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("dense/kernel", 2, 3).With("dense/bias", 3);
        Refused(tensors, new KerasOptions { ResetAfter = true }, null, "expected a GRU, but", option: nameof(KerasOptions.ResetAfter));
    }

    [Theory]
    [InlineData("forward_pass", "backward_look")]
    [InlineData("forward_lstm", "lstm")]
    public void RnnModel_FromKeras_layersNamedLikeDirections_areLayers(string first, string second)
    {
        using EditedTensors tensors = new EditedTensors()
            .With($"{first}/lstm_cell/kernel", 2, 12).With($"{first}/lstm_cell/recurrent_kernel", 3, 12)
            .With($"{second}/kernel", 3, 8).With($"{second}/recurrent_kernel", 2, 8).With($"{second}/bias", 8);
        RnnModel model = RnnModel.FromKeras(tensors.Save(), new KerasOptions { Order = [$"{first}/lstm_cell", second] });
        Assert.Equal(new RnnSpec(2, Cell.Lstm(3), Cell.Lstm(2)), model.Spec);
    }

    /// <summary>Two directions put together by hand have the names of a bidirectional layer's.</summary>
    [Fact]
    public void RnnModel_FromKeras_pairThatMayBeBidirectional_isAskedFor()
    {
        using var tensors = new EditedTensors();
        foreach (string direction in new[] { "forward_x", "backward_x" })
        {
            tensors.With($"model/{direction}/lstm_cell/kernel", 4, 16).With($"model/{direction}/lstm_cell/recurrent_kernel", 4, 16);
        }

        Refused(tensors, null, null, "expected a value, since", anyItem: true, nameof(KerasOptions.Bidirectional));
        Assert.Equal(
            new RnnSpec(4, Cell.Bidirectional(Cell.Lstm(4))),
            RnnModel.FromKeras(tensors.Path, new KerasOptions { Bidirectional = true }).Spec);
        string[] order = ["model/forward_x/lstm_cell", "model/backward_x/lstm_cell"];
        Assert.Equal(
            new RnnSpec(4, Cell.Lstm(4), Cell.Lstm(4)),
            RnnModel.FromKeras(tensors.Path, new KerasOptions { Bidirectional = false, Order = order }).Spec);
    }

    [Fact]
    public void RnnModel_FromKeras_bidirectionalWithoutAPair_isRefused()
    {
        using EditedTensors tensors = EditedTensors.Of(WeightFileCase.Find("keras_bidirectional_lstm").Path);
        Refused(
            tensors, new KerasOptions { Bidirectional = true }, null, "expected layers named forward_X",
            option: nameof(KerasOptions.Bidirectional));
    }

    [Theory]
    [InlineData("bidirectional_1/forward_lstm", "bidirectional_1/backward_lstm")]
    [InlineData("bidirectional/backward_lstm", "bidirectional/forward_lstm")]
    public void RnnModel_FromKeras_oneDirectionOfABidirectionalLayer_asksForTheOther(string there, string missing)
    {
        using EditedTensors tensors = new EditedTensors().With($"{there}/kernel", 2, 12).With($"{there}/recurrent_kernel", 3, 12);
        Refused(tensors, null, $"{missing}/recurrent_kernel", "there is none");
    }

    private static void Refused(
        EditedTensors tensors, KerasOptions? options, string? item, string rule, bool anyItem = false, string? option = null)
    {
        string path = tensors.Save();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromKeras(path, options));
        Assert.Equal(path, exception.File);
        if (!anyItem)
        {
            Assert.Equal(item, exception.Item);
        }

        Assert.Contains(rule, exception.Rule, StringComparison.Ordinal);
        Assert.Equal(option, exception.Option?.Property);
    }
}
