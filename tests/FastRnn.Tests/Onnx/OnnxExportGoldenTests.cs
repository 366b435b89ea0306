using FastRnn.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Onnx;

/// <summary>
/// Networks written as ONNX files. The committed files are what the library writes; ONNX's checker has accepted them, and ONNX Runtime
/// computed the outputs and final states, by make_onnx_exports.py.
/// </summary>
public sealed class OnnxExportGoldenTests
{
    private const int Seed = 20260105;
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, RnnSpec> Specs = new()
    {
        ["exported_lstm_peepholes"] = new(3, Cell.Lstm(4, peepholes: true), Layer.Dense(2)),
        ["exported_gru"] = new(3, Cell.Gru(4), Layer.Dense(2, Activation.Softmax)),
        ["exported_gru_reset_before"] = new(3, Cell.Gru(4, resetAfter: false), Layer.Dense(2, Activation.Tanh)),
        ["exported_rnn"] = new(3, Cell.Elman(4), Cell.Elman(3, Activation.Relu)),
        ["exported_bidirectional"] = new(
            3, Cell.Bidirectional(Cell.Lstm(3)), Cell.Bidirectional(Cell.Gru(2)), Layer.Dense(2, Activation.Sigmoid)),
        ["exported_one_unit"] = new(3, Cell.Bidirectional(Cell.Lstm(1)), Cell.Gru(1), Layer.Dense(2)),
        ["exported_reversed"] = new(3, Cell.Reversed(Cell.Lstm(4)), Cell.Reversed(Cell.Gru(3)), Layer.Dense(2)),
        ["exported_dense"] = new(3, Layer.Dense(4, Activation.Tanh), Layer.Dense(2)),
        ["exported_dense_many_to_one"] = new(3, Layer.Dense(4, Activation.Relu), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
        ["exported_embedding"] = RnnSpec.ForIndices(7, Layer.Embedding(3), Cell.Gru(4), Layer.Dense(2)),
        ["exported_one_hot"] = RnnSpec.ForIndices(7, Cell.Lstm(4)),
        ["exported_time_delay"] = new(3, Layer.TimeDelay(4, 3, 2, Activation.Relu), Cell.Gru(3)),
        ["exported_many_to_one"] = new(3, Cell.Bidirectional(Cell.Gru(3)), Layer.Dense(2)) { Shape = SequenceShape.ManyToOne },
    };

    /// <summary>Cells that come from graphs alone, by the golden graph that has them.</summary>
    private static readonly Dictionary<string, string> Imported = new()
    {
        ["exported_rnn_affine_clip"] = "RNN affine clip bidirectional",
        ["exported_lstm_coupled_clip_peepholes"] = "LSTM clip coupled peepholes bidirectional",
        ["exported_lstm_activations"] = "LSTM relu, affine, relu clip peepholes bidirectional",
        ["exported_gru_activations_clip"] = "GRU reset after tanh, sigmoid clip bidirectional",
        ["exported_gru_reset_before_activations_clip"] = "GRU reset before relu, affine clip bidirectional",
    };

    public static TheoryData<string> Names => [.. Specs.Keys.Concat(Imported.Keys)];

    [Fact]
    public void OnnxExport_goldenFile_namesItsOriginAndHoldsEverySpec()
    {
        Assert.Equal(("ONNX Runtime", Seed), (OnnxExportGolden.File.Origin, OnnxExportGolden.File.Seed));
        Assert.Equal(Specs.Keys.Concat(Imported.Keys).Order(), OnnxExportGolden.File.Cases.Select(golden => golden.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OnnxExport_Save_writesTheFileThatOnnxRuntimeHasRun(string name)
    {
        // A file that is meant to change is copied from where this test puts it, and given to make_onnx_exports.py.
        string actual = Path.Combine(AppContext.BaseDirectory, $"{name}.onnx");
        OnnxExport.Save(Model(name), actual);
        Assert.Equal(File.ReadAllBytes(Find(name).Path), File.ReadAllBytes(actual));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnModel_Run_exported_givesOnnxRuntimesOutputsAndStates(string name)
    {
        OnnxExportCase golden = Find(name);
        OnnxModel onnx = OnnxModel.Load(golden.Path);
        float[] expectedParameters = new float[onnx.Model.ParameterCount], parameters = new float[onnx.Model.ParameterCount];
        Model(name).Parameters.CopyTo(expectedParameters);
        onnx.Model.Parameters.CopyTo(parameters);
        Compare.SameBits(expectedParameters, parameters, "parameters");
        Dictionary<string, float[]> outputs = OnnxRun.Run(onnx, golden.Inputs);
        Assert.Equal(golden.Outputs.Keys.Order(), outputs.Keys.Order());
        foreach ((string output, OnnxTensor expected) in golden.Outputs)
        {
            Compare.Near(expected.Values, outputs[output], relative: 0, Tolerance, output);
        }
    }

    private static OnnxExportCase Find(string name) => OnnxExportGolden.File.Cases.Single(golden => golden.Name == name);

    /// <summary>Random weights and biases: those that training begins with have many zeros.</summary>
    private static RnnModel Model(string name)
    {
        if (Imported.TryGetValue(name, out string? golden))
        {
            using var folder = new TemporaryFolder();
            return OnnxModel.Load(folder.Write("model.onnx", OnnxGolden.Find(golden).Model)).Model;
        }

        return RnnModel.FromParameters(Specs[name], RandomData.Uniform(Seed, (int)Specs[name].ParameterCount));
    }
}
