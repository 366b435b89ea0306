using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>
/// Weights written for other frameworks. The committed files are what the library writes; PyTorch has loaded them and computed the outputs
/// beside them, by make_saved_files.py.
/// </summary>
public sealed class SavedWeightsTests
{
    private const int Seed = 20260104;

    private const double Tolerance = 1e-5;

    /// <summary>Networks that PyTorch has loaded: make_saved_files.py knows them too.</summary>
    private static readonly Dictionary<string, RnnSpec> Specs = new()
    {
        ["saved_lstm_gru"] = new RnnSpec(
            3, Cell.Bidirectional(Cell.Lstm(4)), Cell.Gru(5), Layer.Dense(4, Activation.Relu), Layer.Dense(2)),
        ["saved_rnn"] = new RnnSpec(
            2, Cell.Elman(3), Cell.Bidirectional(Cell.Elman(4, Activation.Relu)), Layer.Dropout(0.5f), Layer.Dense(2, Activation.Tanh)),
        ["saved_embedding"] = RnnSpec.ForIndices(
            7, Layer.Embedding(4), Cell.Bidirectional(Cell.Gru(3)), Cell.Lstm(6), Layer.Dense(3, Activation.Softmax)),
        ["saved_layers"] = new RnnSpec(
            3, Layer.TimeDelay(6, 3, dilation: 2) with { LookAhead = 1, Groups = 3 }, Layer.Affine(),
            Layer.Activation(Activation.PRelu(perFeature: true)), Layer.LayerNormalization(),
            Layer.TimeDelay(4, 1, activation: Activation.Identity) with { HasBias = false }, Layer.RmsNormalization(1e-6f),
            Layer.Activation(Activation.PRelu()), Layer.Residual(Cell.Gru(4), Layer.Dense(4)),
            Cell.Bidirectional(Cell.Lstm(3), Merge.Sum), Layer.Dense(2)),
    };

    /// <summary>Networks without dropout, which files do not have.</summary>
    private static readonly RnnSpec[] RoundTrips =
    [
        new RnnSpec(4, Cell.Lstm(4), Cell.Gru(4), Cell.Lstm(4), Cell.Elman(4), Cell.Lstm(4)),
        new RnnSpec(1, Cell.Bidirectional(Cell.Lstm(2)), Cell.Bidirectional(Cell.Gru(3)), Layer.Dense(1)),
        new RnnSpec(3, Layer.Dense(3, Activation.Tanh), Layer.Dense(3, Activation.Tanh), Layer.Dense(3, Activation.Tanh)),
        RnnSpec.ForIndices(5, Layer.Embedding(2), Cell.Bidirectional(Cell.Elman(3)), Cell.Gru(1), Layer.Dense(5, Activation.Tanh)),
        RnnSpec.ForIndices(6, Cell.Gru(5), Layer.Dense(6, Activation.Tanh)),
        new RnnSpec(2, Cell.Gru(2)) { Shape = SequenceShape.ManyToOne },

        new RnnSpec(
            3, Layer.Activation(Activation.PRelu()), Layer.TimeDelay(6, 4, dilation: 3) with { LookAhead = 5, Groups = 3 },
            Layer.Affine(isTrained: false), Layer.Activation(Activation.PRelu(perFeature: true)), Layer.LayerNormalization(0.5f),
            Layer.TimeDelay(6, 2) with { Groups = 6, HasBias = false }, Layer.RmsNormalization(0.25f), Layer.TimeDelay(4, 1),
            Cell.Gru(3), Layer.LayerNormalization(1e-5f), Layer.Affine(isTrained: false)),
        new RnnSpec(5, Layer.Affine(isTrained: false), Cell.Lstm(1), Layer.Activation(Activation.PRelu())),
        new RnnSpec(3, Layer.TimeDelay(4, 2), Layer.Affine(isTrained: false), Layer.RmsNormalization(0.25f))
            { Shape = SequenceShape.ManyToOne },

        new RnnSpec(2, Cell.Bidirectional(Cell.Lstm(3), Merge.Multiply), Cell.Bidirectional(Cell.Gru(3), Merge.Sum)),

        // Matrices that are read in several bands, the last of which is shorter.
        new RnnSpec(301, Layer.TimeDelay(211, 5) with { LookAhead = 4 }),
        new RnnSpec(301, Cell.Gru(97), Layer.Dense(701, Activation.Tanh)),
    ];

    public static TheoryData<string> Names => [.. Specs.Keys];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, RoundTrips.Length)];

    [Fact]
    public void SavedWeights_goldenFiles_areThoseOfTheSpecs()
        => Assert.Equal(Specs.Keys.Order(), WeightFileCase.Saved.Select(golden => golden.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnModel_SavePyTorch_writesTheFileThatPyTorchHasLoaded(string name)
    {
        // A file that is meant to change is copied from where this test puts it, and given to make_saved_files.py.
        string actual = Path.Combine(AppContext.BaseDirectory, $"{name}.safetensors");
        Model(name).SavePyTorch(actual);
        Assert.Equal(File.ReadAllBytes(WeightFileCase.Find(name).Path), File.ReadAllBytes(actual));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnModel_Run_savedForPyTorch_givesPyTorchsOutputs(string name)
    {
        WeightFileCase golden = WeightFileCase.Find(name);
        Compare.Near(golden.Outputs, golden.Run(Model(name)), relative: 0, Tolerance, "output");
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void RnnModel_FromPyTorch_whatSavePyTorchWrote_isTheSameModel(int index)
    {
        RnnModel model = WithOddValues(RoundTrips[index]);
        using var file = new EditedTensors();
        model.SavePyTorch(file.Path);
        AssertSame(model, RnnModel.FromPyTorch(file.Path, Options(new PyTorchOptions(), model.Spec, '.')));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void RnnModel_FromKeras_whatSaveKerasWrote_isTheSameModel(int index)
    {
        RnnModel model = WithOddValues(RoundTrips[index]);
        using var file = new EditedTensors();
        model.SaveKeras(file.Path);
        AssertSame(model, RnnModel.FromKeras(file.Path, Options(new KerasOptions(), model.Spec, '/')));
    }

    [Fact]
    public void RnnModel_SavePyTorchAndKeras_bfloat16_roundEveryWeight()
    {
        RnnModel model = RnnModel.Create(RoundTrips[1], 3);
        using var own = new EditedTensors();
        using var pyTorch = new EditedTensors();
        using var keras = new EditedTensors();
        model.Save(own.Path, StoredType.BF16);
        model.SavePyTorch(pyTorch.Path, StoredType.BF16);
        model.SaveKeras(keras.Path, StoredType.BF16);
        RnnModel expected = RnnModel.Load(own.Path);
        Assert.False(TrainingData.Parameters(expected).SequenceEqual(TrainingData.Parameters(model)));
        AssertSame(expected, RnnModel.FromPyTorch(pyTorch.Path, Options(new PyTorchOptions(), model.Spec, '.')));
        AssertSame(expected, RnnModel.FromKeras(keras.Path, Options(new KerasOptions(), model.Spec, '/')));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "type", "types that the enumeration names", "7", () => model.SavePyTorch(pyTorch.Path, (StoredType)7));
    }

    [Fact]
    public void RnnModel_SaveKeras_gruThatResetsBefore_isReadBack()
    {
        RnnModel model = WithOddValues(new RnnSpec(3, Cell.Bidirectional(Cell.Gru(4, resetAfter: false)), Cell.Gru(2, resetAfter: false)));
        using var file = new EditedTensors();
        model.SaveKeras(file.Path);
        AssertSame(model, RnnModel.FromKeras(file.Path));
    }

    [Fact]
    public void RnnModel_SavePyTorch_layersThatPyTorchHasNot_areNamed()
    {
        const string resets = "it resets before the recurrent product", peepholes = "it has peepholes",
            slopes = "slopes that are trained need a Layer.Activation of their own behind the layer";
        (LayerSpec Layer, string Kind, string Reason)[] layers =
        [
            (Cell.Jordan(3, 2), "Jordan", "it is a Jordan network"), (Cell.Gru(3, resetAfter: false), "Gru, reset before", resets),
            (Cell.Bidirectional(Cell.Gru(3, resetAfter: false)), "Bidirectional Gru, reset before", resets),
            (Cell.Lstm(3, peepholes: true), "Lstm", peepholes),
            (Cell.Bidirectional(Cell.Lstm(3, peepholes: true)), "Bidirectional Lstm", peepholes),
            (Cell.Lstm(3) with { Clip = 2 }, "Lstm", "it clips"),
            (Cell.Lstm(3) with { CoupledGates = true }, "Lstm", "its gates are coupled"),
            (Cell.Gru(3) with { GateActivation = Activation.HardSigmoid() }, "Gru", "it has other activations than sigmoid and tanh"),
            (Cell.Elman(3, Activation.Sigmoid), "Elman", "its activation is neither tanh nor ReLU"),
            (Layer.TimeDelay(2, 3, activation: Activation.PRelu()), "TimeDelay", slopes),
            (Layer.Dense(2, Activation.PRelu()), "Dense", slopes),
            (Layer.Residual(Cell.Elman(4), Cell.Jordan(4, 4)), "Residual).branches[1][1] (Jordan", "it is a Jordan network"),
            (Cell.Bidirectional(Cell.Elman(3)) with { Reverse = Cell.Elman(3, Activation.Relu) }, "Bidirectional Elman",
                "its two directions differ"),
            (Cell.Reversed(Cell.Gru(3)), "Reversed Gru", "it runs in reverse alone"),
            (Cell.Custom<Cells.DecayingMemoryCell>(3), "DecayingMemory", "it is a cell of the caller's own"),
        ];
        using var file = new EditedTensors();
        foreach ((LayerSpec layer, string kind, string reason) in layers)
        {
            RnnModel model = RnnModel.Create(new RnnSpec(2, Cell.Elman(4), layer), Seed);
            NotSupportedException exception = Assert.Throws<NotSupportedException>(() => model.SavePyTorch(file.Path));
            Assert.Equal($"Expected layers that PyTorch has too, but layers[1] ({kind}) is none: {reason}.", exception.Message);
        }

        Assert.False(File.Exists(file.Path));
    }

    /// <summary>Options of cells are none of those frameworks' modules: nothing is written without them.</summary>
    [Fact]
    public void RnnModel_SavePyTorchAndSaveKeras_cellOptions_areNamed()
    {
        using var file = new EditedTensors();
        foreach (CellSpec cell in CellVariants.WithOptions(3))
        {
            foreach (LayerSpec layer in new LayerSpec[] { cell, Cell.Bidirectional(cell), Cell.Reversed(cell) })
            {
                RnnModel model = RnnModel.Create(new RnnSpec(2, Cell.Elman(4), layer), Seed);
                Refused("PyTorch", () => model.SavePyTorch(file.Path), layer);
                Refused("Keras", () => model.SaveKeras(file.Path), layer);
            }
        }

        Assert.False(File.Exists(file.Path));

        static void Refused(string framework, Action save, LayerSpec layer)
        {
            NotSupportedException exception = Assert.Throws<NotSupportedException>(save);
            Assert.StartsWith(
                $"Expected layers that {framework} has too, but layers[1] ({layer.Kind}) is none: it", exception.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RnnModel_SavePyTorch_branchesAndLayersWithoutWeights_haveTheNamesOfTheirPlaces()
    {
        var spec = new RnnSpec(
            2, Layer.Activation(Activation.Relu), Layer.Dropout(0.5f),
            Layer.Parallel(Merge.Concatenate, [Layer.Activation(Activation.Relu), Layer.Dense(3)], [Cell.Gru(2)]),
            Layer.AttentionPooling(), Layer.Activation(Activation.PRelu(perFeature: true)));
        using var file = new EditedTensors();
        RnnModel.Create(spec, Seed).SavePyTorch(file.Path);
        Assert.Equal(
            [
                "layers.2.branches.0.1.bias [3]", "layers.2.branches.0.1.weight [3, 2]", "layers.2.branches.1.0.bias_hh_l0 [6]",
                "layers.2.branches.1.0.bias_ih_l0 [6]", "layers.2.branches.1.0.weight_hh_l0 [6, 2]",
                "layers.2.branches.1.0.weight_ih_l0 [6, 2]", "layers.3.weight [1, 5]", "layers.4.weight [5]",
            ],
            Names(file.Path));
        RnnModel.Create(spec, Seed).SaveKeras(file.Path);
        Assert.Equal(
            [
                "layers/2/branches/0/1/bias [3]", "layers/2/branches/0/1/kernel [2, 3]", "layers/2/branches/1/0/bias [2, 6]",
                "layers/2/branches/1/0/kernel [2, 6]", "layers/2/branches/1/0/recurrent_kernel [2, 6]", "layers/3/kernel [5, 1]",
                "layers/4/alpha [5]",
            ],
            Names(file.Path));

        static string[] Names(string path)
        {
            using SafetensorsFile opened = SafetensorsFile.Open(path);
            return
            [
                .. opened.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Whatever values they have, and in BF16 too.</summary>
    [Theory]
    [InlineData(StoredType.F32)]
    [InlineData(StoredType.BF16)]
    public void RnnModel_FromPyTorchAndKeras_scalesThatWereBatchNormalizations_areTheSameBits(StoredType type)
    {
        const int Size = 50_000;
        var spec = new RnnSpec(Size, Layer.Affine(isTrained: false));
        var random = new Random(Seed);
        var parameters = new float[2 * Size];
        for (int i = 0; i < parameters.Length; i++)
        {
            // Of BF16's precision, at its powers of two and between.
            uint bits = (uint)random.Next() << 1 & 0xFFFF_0000;
            parameters[i] = BitConverter.UInt32BitsToSingle(type == StoredType.F32 ? bits | (uint)random.Next(1 << 16) : bits);
            parameters[i] = i % 5 == 0 ? MathF.ScaleB(i % 2 == 0 ? 1 : -1, i / 5 % 250 - 126) : parameters[i];
        }

        RnnModel model = RnnModel.FromParameters(spec, parameters);
        using var file = new EditedTensors();
        model.SavePyTorch(file.Path, type);
        AssertSame(model, RnnModel.FromPyTorch(file.Path));
        model.SaveKeras(file.Path, type);
        AssertSame(model, RnnModel.FromKeras(file.Path));
    }

    [Fact]
    public void RnnModel_SavePyTorch_attentionOfADecoder_isRefused()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(2, Layer.Attention(2), Cell.Gru(3)), Seed);
        using var file = new EditedTensors();
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => model.SavePyTorch(file.Path));
        Assert.Equal("Expected layers that PyTorch has too, but layers[0] (Attention Dot) is none: it attends to an encoder.", exception.Message);
    }

    [Fact]
    public void RnnModel_SavePyTorch_noPath_isRefused()
        => BadInput.Refused<ArgumentException>("path", "empty", "", () => Model("saved_rnn").SavePyTorch(""));

    private static RnnModel Model(string name)
    {
        RnnModel model = RnnModel.Create(Specs[name], Seed);
        if (name != "saved_layers")
        {
            return model;
        }

        // Gains, biases and slopes would be constants.
        float[] parameters = model.Parameters.ToArray();
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] += (i * 7 % 13 - 6) / 32f;
        }

        return RnnModel.FromParameters(Specs[name], parameters);
    }

    /// <summary>Random weights, among which there are −0, NaN and infinities, in every layer's last parameters too.</summary>
    private static RnnModel WithOddValues(RnnSpec spec)
    {
        RnnModel model = RnnModel.Create(spec, Seed);
        var parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        float[] odd = [-0f, 0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];
        for (int i = 0; i < parameters.Length; i += 3)
        {
            parameters[i] = odd[i / 3 % odd.Length];
        }

        return RnnModel.FromParameters(spec, parameters);
    }

    /// <summary>What a file does not tell: all activations of these networks are tanh but for a linear last layer.</summary>
    private static T Options<T>(T options, RnnSpec spec, char separator)
        where T : WeightOptions
    {
        var activations = new Dictionary<string, Activation>();
        var epsilons = new Dictionary<string, float>();
        var modules = new Dictionary<string, VectorModule>();
        var convolutions = new Dictionary<string, Convolution>();
        var merges = new Dictionary<string, Merge>();
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            string name = $"layers{separator}{spec.NumberOf(i)}";
            switch (spec.Layers[i])
            {
                case NormalizationSpec normalization:
                    epsilons.Add(name, normalization.Epsilon);
                    if (normalization is LayerNormalizationSpec || separator == '.')
                    {
                        modules.Add(
                            name, normalization is LayerNormalizationSpec ? VectorModule.LayerNormalization : VectorModule.RmsNormalization);
                    }

                    break;
                case ActivationSpec { Activation.PerFeature: true } when separator == '.':
                    modules.Add(name, VectorModule.PRelu);
                    break;
                case TimeDelaySpec delay:
                    activations.Add(name, delay.Activation);
                    convolutions.Add(
                        name, new Convolution { LookAhead = delay.LookAhead, Dilation = delay.Dilation, Groups = delay.Groups });
                    break;
                case BidirectionalSpec both:
                    merges.Add(separator == '.' ? name : $"{name}/bidirectional", both.Merge);
                    break;
                case { HeadActivation: { } activation }:
                    activations.Add(name, activation);
                    break;
            }
        }

        return options with
        {
            Activation = spec.Layers.Any(layer => layer.Kind.Contains("Elman", StringComparison.Ordinal)) ? Activation.Tanh : null,
            Activations = activations,
            Epsilons = epsilons,
            VectorModules = modules,
            Convolutions = convolutions,
            Merges = merges,
            Shape = spec.Shape,
            TakesIndices = spec.TakesIndices,
        };
    }

    private static void AssertSame(RnnModel expected, RnnModel actual)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        var values = new float[expected.ParameterCount];
        var others = new float[actual.ParameterCount];
        expected.Parameters.CopyTo(values);
        actual.Parameters.CopyTo(others);
        Compare.SameBits(values, others, "parameter");
    }
}
