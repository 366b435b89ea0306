using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Files that PyTorch has filled, and such by Keras' formulas, give their outputs, in their order of the gates and no other.
/// </summary>
public sealed class GoldenWeightsTests
{
    private const int PyTorchCases = 30, KerasCases = 17;

    private const double Tolerance = 1e-5;

    /// <summary>By how much outputs differ at least where gates are exchanged.</summary>
    private const double LeastDifference = 1e-2;

    public static TheoryData<string> All => [.. WeightFileCase.PyTorch.Concat(WeightFileCase.Keras).Select(golden => golden.Name)];

    /// <summary>Two gates next to each other, by the number of all and the first of the two.</summary>
    public static TheoryData<string, int, int> Swaps => new()
    {
        { "pytorch_lstm", 4, 0 }, { "pytorch_lstm", 4, 1 }, { "pytorch_lstm", 4, 2 },
        { "pytorch_gru", 3, 0 }, { "pytorch_gru", 3, 1 },
        { "keras_lstm", 4, 0 }, { "keras_lstm", 4, 1 }, { "keras_lstm", 4, 2 },
        { "keras_gru", 3, 0 }, { "keras_gru", 3, 1 },
        { "keras_gru_reset_before", 3, 0 }, { "keras_gru_reset_before", 3, 1 },
    };

    [Fact]
    public void GoldenFiles_ofBothFrameworks_areAllThere()
        => Assert.Equal((PyTorchCases, KerasCases), (WeightFileCase.PyTorch.Length, WeightFileCase.Keras.Length));

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_FromPyTorchOrKeras_goldenFile_givesItsOutputs(string name)
    {
        WeightFileCase golden = WeightFileCase.Find(name);
        Compare.Near(golden.Outputs, golden.Run(Read(golden, golden.Path)), relative: 0, Tolerance, "output");
    }

    [Theory]
    [MemberData(nameof(Swaps))]
    public void RnnModel_FromPyTorchOrKeras_gatesExchanged_givesOtherOutputs(string name, int gates, int first)
    {
        WeightFileCase golden = WeightFileCase.Find(name);
        using EditedTensors tensors = EditedTensors.Of(golden.Path);
        tensors.SwapGates(gates, first, isLast: WeightFileCase.Keras.Contains(golden));
        float[] outputs = golden.Run(Read(golden, tensors.Save()));
        Assert.True(outputs.Zip(golden.Outputs, (a, b) => Math.Abs(a - b)).Max() > LeastDifference);
    }

    private static RnnModel Read(WeightFileCase golden, string path)
        => WeightFileCase.Keras.Contains(golden)
            ? RnnModel.FromKeras(path, golden.Options.ToKeras())
            : RnnModel.FromPyTorch(path, golden.Options.ToPyTorch());
}
