using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>What PyTorch's names and shapes tell, and what becomes of values.</summary>
public sealed class PyTorchWeightsTests
{
    [Fact]
    public void RnnModel_FromPyTorch_stackWithHead_hasALayerForEach()
    {
        RnnModel model = RnnModel.FromPyTorch(
            WeightFileCase.Find("pytorch_tagger").Path,
            new PyTorchOptions { OutputActivation = Activation.Softmax, Shape = SequenceShape.ManyToOne });
        RnnSpec expected = RnnSpec.ForIndices(
            9, Layer.Embedding(4), Cell.Bidirectional(Cell.Lstm(3)), Layer.Dense(2, Activation.Softmax)) with
        { Shape = SequenceShape.ManyToOne };
        Assert.Equal(expected, model.Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_severalLayersOfAModule_becomeLayers()
        => Assert.Equal(
            new RnnSpec(4, Cell.Gru(4), Cell.Gru(4), Cell.Gru(4)), RnnModel.FromPyTorch(WeightFileCase.Find("pytorch_gru_3").Path).Spec);

    [Fact]
    public void RnnModel_FromPyTorch_biases_areSummedButForTheLastGateOfAGru()
    {
        using EditedTensors tensors = new EditedTensors()
            .With("weight_ih_l0", 3, 1).With("weight_hh_l0", 3, 1).With("bias_ih_l0", 3).With("bias_hh_l0", 3);
        new[] { 1f, 2, -0f }.CopyTo(tensors.Values("bias_ih_l0"), 0);
        new[] { 10f, 20, 30 }.CopyTo(tensors.Values("bias_hh_l0"), 0);
        RnnModel model = RnnModel.FromPyTorch(tensors.Save());
        var parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        Compare.SameBits([11, 22, -0f, 30], parameters.AsSpan(6));
    }

    [Fact]
    public void RnnModel_FromPyTorch_weightsThatAreNoNumbers_areReadAsTheyAre()
    {
        using EditedTensors tensors = new EditedTensors().With("weight", 2, 3).With("bias", 2);
        tensors.Values("weight")[4] = float.NaN;
        tensors.Values("bias")[1] = float.NegativeInfinity;
        RnnModel model = RnnModel.FromPyTorch(tensors.Save());
        var parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        Assert.True(float.IsNaN(parameters[4]));
        Assert.Equal(float.NegativeInfinity, parameters[7]);
    }
}
