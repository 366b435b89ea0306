using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Names that wrappers add, and weights that weight normalization has split.</summary>
public sealed class PyTorchTensorsTests
{
    /// <summary>Two roundings of a weight, and one of its norm.</summary>
    private const double Tolerance = 3e-7;

    private static string Plain => WeightFileCase.Find("pytorch_lstm_gru_linear").Path;

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    [InlineData("_orig_mod.module.module.")]
    public void RnnModel_FromPyTorch_namesOfWrappers_areTakenOff(string prefix)
    {
        using EditedTensors tensors = EditedTensors.Of(Plain);
        foreach (string name in tensors.Names)
        {
            Rename(tensors, name, prefix + name);
        }

        AssertSame(tensors, 0);
    }

    [Fact]
    public void RnnModel_FromPyTorch_aCompiledModuleAmongOthers_keepsItsName()
    {
        using EditedTensors tensors = EditedTensors.Of(Plain);
        string part = tensors.Names.First(name => name.EndsWith(".weight_hh_l0", StringComparison.Ordinal));
        string module = part[..part.LastIndexOf('.')];
        foreach (string name in tensors.Names.Where(name => name.StartsWith(module + ".", StringComparison.Ordinal)))
        {
            Rename(tensors, name, $"{module}._orig_mod.{name[(module.Length + 1)..]}");
        }

        AssertSame(tensors, 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RnnModel_FromPyTorch_weightNormalization_isComputedIntoTheWeight(bool isNewSpelling)
    {
        using EditedTensors tensors = EditedTensors.Of(Plain);
        foreach (string name in tensors.Names.Where(name => tensors.Shape(name).Length == 2))
        {
            Split(tensors, name, isNewSpelling);
        }

        AssertSame(tensors, Tolerance);
    }

    [Fact]
    public void RnnModel_FromPyTorch_directionOfZeros_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("weight_v", 2, 3).With("weight_g", 2, 1).With("bias", 2);
        tensors.Values("weight_v").AsSpan(3).Clear();
        Refused(tensors, "weight_v", "expected norms above 0, for weight normalization, but norm 1 is that of zeros");
    }

    [Fact]
    public void RnnModel_FromPyTorch_normsOfAnotherShape_areRefused()
    {
        foreach (int[] shape in (int[][])[[3, 1], [2, 2], [2, 3], [2], [2, 1, 1]])
        {
            using EditedTensors tensors = new EditedTensors().With("weight_v", 2, 3).With("weight_g", shape).With("bias", 2);
            Refused(
                tensors, "weight_g",
                "expected the length of 'weight_v' [2, 3] in one dimension and 1 in the others, for its norms, but the shape is "
                + $"[{string.Join(", ", shape)}]");
        }
    }

    [Fact]
    public void RnnModel_FromPyTorch_averagedModel_isReadWithoutItsCount()
    {
        using EditedTensors tensors = EditedTensors.Of(Plain);
        foreach (string name in tensors.Names)
        {
            Rename(tensors, name, $"module.{name}");
        }

        AssertSame(tensors.With("n_averaged"), 0);
        Refused(tensors.With("n_averaged", 2), "n_averaged", "expected a tensor of a recurrent, linear, embedding, convolution, "
            + "normalization or PReLU module, but that name is none's");
    }

    [Fact]
    public void RnnModel_FromPyTorch_partThatEndsAsAWrapper_isKept()
    {
        using EditedTensors tensors = new EditedTensors().With("my_orig_mod.weight", 2, 3).With("my_orig_mod.bias", 2);
        var options = new PyTorchOptions { Activations = new Dictionary<string, Activation> { ["my_orig_mod"] = Activation.Relu } };
        Assert.Equal(new RnnSpec(3, Layer.Dense(2, Activation.Relu)), RnnModel.FromPyTorch(tensors.Save(), options).Spec);
    }

    /// <summary>Each of very many wrappers once would take time that grows with the square of their number.</summary>
    [Fact]
    public async Task RnnModel_FromPyTorch_manyWrappers_areReadSoon()
    {
        string prefix = string.Concat(Enumerable.Repeat("module.", 100_000));
        using EditedTensors tensors = new EditedTensors().With($"{prefix}weight", 2, 3).With($"{prefix}bias", 2);
        string path = tensors.Save();
        Task<RnnModel> read = Task.Run(() => RnnModel.FromPyTorch(path), TestContext.Current.CancellationToken);
        RnnModel model = await read.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(new RnnSpec(3, Layer.Dense(2)), model.Spec);
    }

    [Fact]
    public void RnnModel_FromPyTorch_sameNameWithAndWithoutAWrapper_isRefused()
    {
        using EditedTensors tensors = new EditedTensors().With("weight", 2, 3).With("_orig_mod.weight", 2, 3);
        string path = tensors.Save();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(path));
        Assert.Contains("expected one tensor 'weight' without what wrappers add, but there are two", exception.Rule, StringComparison.Ordinal);
    }

    private static void Rename(EditedTensors tensors, string name, string newName)
    {
        float[] values = tensors.Values(name);
        int[] shape = tensors.Shape(name);
        tensors.Without(name).With(newName, shape);
        values.CopyTo(tensors.Values(newName), 0);
    }

    /// <summary>A weight as g and v, with a v that is not of the weight's own length.</summary>
    private static void Split(EditedTensors tensors, string name, bool isNewSpelling)
    {
        float[] values = tensors.Values(name);
        int[] shape = tensors.Shape(name);
        int end = name.LastIndexOf('.') + 1;
        (string magnitude, string direction) = isNewSpelling
            ? ($"{name[..end]}parametrizations.{name[end..]}.original0", $"{name[..end]}parametrizations.{name[end..]}.original1")
            : ($"{name}_g", $"{name}_v");
        tensors.Without(name).With(magnitude, shape[0], 1).With(direction, shape);
        for (int row = 0; row < shape[0]; row++)
        {
            Span<float> weights = values.AsSpan(row * shape[1], shape[1]);
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += (double)weights[i] * weights[i];
                tensors.Values(direction)[row * shape[1] + i] = 2 * weights[i];
            }

            tensors.Values(magnitude)[row] = (float)Math.Sqrt(sum);
        }
    }

    private static void AssertSame(EditedTensors tensors, double tolerance)
    {
        var options = new PyTorchOptions();
        RnnModel expected = RnnModel.FromPyTorch(Plain, options), actual = RnnModel.FromPyTorch(tensors.Save(), options);
        Assert.Equal(expected.Spec, actual.Spec);
        for (int i = 0; i < expected.ParameterCount; i++)
        {
            float value = expected.Parameters[i];
            Compare.Within(value, actual.Parameters[i], tolerance * Math.Abs(value), $"parameter {i}");
        }
    }

    private static void Refused(EditedTensors tensors, string item, string rule)
    {
        string path = tensors.Save();
        FastRnnFormatException exception = Assert.Throws<FastRnnFormatException>(() => RnnModel.FromPyTorch(path));
        Assert.Equal((path, item), (exception.File, exception.Item));
        Assert.Equal(rule, exception.Rule);
    }
}
