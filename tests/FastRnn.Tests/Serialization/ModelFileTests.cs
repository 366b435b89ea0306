using System.Text.Json.Nodes;
using FastRnn.Serialization;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Models come back from files as they were, and nothing else comes back.</summary>
public sealed class ModelFileTests : IDisposable
{
    private const int Networks = 100;
    private const string Custom = "custom";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, SequenceShape> Shapes => Zoo.Shapes;

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnModel_Load_everyNetworkAndShape_hasTheSameSpecAndBits(string name, SequenceShape shape)
    {
        RnnModel model = RnnModel.Create(Zoo.Spec(name, shape), 3);
        model.Save(FilePath);
        AssertSame(model, RnnModel.Load(FilePath, model.Spec));
        if (name != Custom)
        {
            AssertSame(model, RnnModel.Load(FilePath));
        }
    }

    [Fact]
    public void RnnModel_Load_anyStack_hasTheSameSpecAndBits()
        => Properties.ForAllStacks(Networks, new StackLimits(), stack =>
        {
            RnnModel model = RnnModel.Create(stack.ToSpec(), stack.Seed);
            model.Save(FilePath);
            AssertSame(model, RnnModel.Load(FilePath));
        });

    [Fact]
    public void RnnModel_Load_everyActivation_hasTheSameSpecAndBits()
    {
        foreach (Activation activation in Activations.OfLayers)
        {
            var spec = new RnnSpec(2, Layer.TimeDelay(2, 1, activation: activation), Layer.Dense(2, activation));
            RnnModel model = RnnModel.Create(spec, 3);
            model.Save(FilePath);
            AssertSame(model, RnnModel.Load(FilePath));
        }
    }

    [Fact]
    public void SpecJson_Write_activationsWithParameters_areObjects()
        => Assert.Equal(
            """{"inputSize":1,"takesIndices":false,"shape":"manyToMany","layers":["""
            + """{"kind":"dense","outputSize":1,"activation":{"kind":"elu","alpha":0.5}},"""
            + """{"kind":"dense","outputSize":1,"activation":{"kind":"hardTanh","beta":6}},"""
            + """{"kind":"dense","outputSize":1,"activation":{"kind":"prelu","perFeature":true,"alpha":0.25}},"""
            + """{"kind":"dense","outputSize":1,"activation":"geluTanh"}]}""",
            SpecJson.Write(new RnnSpec(
                1, Layer.Dense(1, Activation.Elu(0.5f)), Layer.Dense(1, Activation.HardTanh(float.NegativeInfinity, 6)),
                Layer.Dense(1, Activation.PRelu(perFeature: true)), Layer.Dense(1, Activation.GeluTanh))));

    [Fact]
    public void RnnModel_Load_everyCellOption_hasTheSameSpecAndBits()
    {
        float[] inputs = [1, -1, 0.5f, 2, 0, 1];
        foreach (CellSpec cell in CellVariants.WithOptions(2))
        {
            RnnModel model = RnnModel.Create(new RnnSpec(2, cell, Cell.Bidirectional(cell), Cell.Reversed(cell)), 3);
            model.Save(FilePath);
            RnnModel loaded = RnnModel.Load(FilePath);
            AssertSame(model, loaded);
            AssertSame(model, RnnModel.Load(FilePath, model.Spec));
            float[] expected = new float[6], outputs = new float[6];
            model.Run(inputs, expected, new() { Steps = 3, Sequences = 1 });
            loaded.Run(inputs, outputs, new() { Steps = 3, Sequences = 1 });
            Compare.SameBits(expected, outputs, $"outputs of {cell}");
        }
    }

    /// <summary>What is as it is without options is not written, so that files of the versions before are the same.</summary>
    [Fact]
    public void RnnModel_Save_cellOptions_haveTheDocumentedText()
    {
        RnnSpec spec = new(
            1, Cell.Elman(2, Activation.Identity) with { Clip = 0.1f },
            Cell.Lstm(1) with
            {
                GateActivation = Activation.Relu,
                CandidateActivation = Activation.Sigmoid,
                OutputActivation = Activation.Identity,
                Clip = 3,
                CoupledGates = true,
            },
            Cell.Gru(1, resetAfter: false) with { GateActivation = Activation.Tanh, CandidateActivation = Activation.Relu, Clip = 0.5f },
            Cell.Lstm(1) with { CandidateActivation = Activation.Tanh, CoupledGates = false },
            Cell.Gru(1) with { Clip = float.PositiveInfinity });
        RnnModel.Create(spec, 1).Save(FilePath);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(
            """{"inputSize":1,"takesIndices":false,"shape":"manyToMany","layers":["""
            + """{"kind":"elman","hiddenSize":2,"activation":"identity","clip":0.1},"""
            + """{"kind":"lstm","hiddenSize":1,"peepholes":false"""
            + ""","gateActivation":"relu","candidateActivation":"sigmoid","outputActivation":"identity","clip":3,"coupledGates":true},"""
            + """{"kind":"gru","hiddenSize":1,"resetAfter":false,"gateActivation":"tanh","candidateActivation":"relu","clip":0.5},"""
            + """{"kind":"lstm","hiddenSize":1,"peepholes":false},{"kind":"gru","hiddenSize":1,"resetAfter":true}]}""",
            file.Metadata["fastrnn.spec"]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RnnSpec_ParameterCount_everyNetwork_isWhatItsLayersTake(string name, SequenceShape shape)
    {
        RnnModel model = RnnModel.Create(Zoo.Spec(name, shape), 1);
        Assert.Equal(model.ParameterCount, model.Spec.ParameterCount);
    }

    [Fact]
    public void RnnModel_Save_tensors_haveTheNamesAndShapesOfTheParameters()
    {
        RnnModel.Create(new RnnSpec(3, Cell.Lstm(2, peepholes: true), Cell.Bidirectional(Cell.Gru(2)), Layer.Dense(1)), 1).Save(FilePath);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(
            [
                "layers.0.bias F32 [8]", "layers.0.coefficients F32 [3, 2]", "layers.0.inputWeights F32 [8, 3]",
                "layers.0.recurrentWeights F32 [8, 2]", "layers.1.backward.bias F32 [6]", "layers.1.backward.coefficients F32 [1, 2]",
                "layers.1.backward.inputWeights F32 [6, 2]", "layers.1.backward.recurrentWeights F32 [6, 2]",
                "layers.1.forward.bias F32 [6]", "layers.1.forward.coefficients F32 [1, 2]", "layers.1.forward.inputWeights F32 [6, 2]",
                "layers.1.forward.recurrentWeights F32 [6, 2]", "layers.2.bias F32 [1]", "layers.2.weights F32 [1, 4]",
            ],
            file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal("1", file.Metadata["fastrnn.version"]);
        Assert.Equal(
            """{"inputSize":3,"takesIndices":false,"shape":"manyToMany","layers":[{"kind":"lstm","hiddenSize":2,"peepholes":true},"""
            + """{"kind":"bidirectional","cell":{"kind":"gru","hiddenSize":2,"resetAfter":true}},"""
            + """{"kind":"dense","outputSize":1,"activation":"identity"}]}""",
            file.Metadata["fastrnn.spec"]);
    }

    [Fact]
    public void RnnModel_Load_weightsThatAreNotFinite_areAsTheyWere()
    {
        var spec = new RnnSpec(1, Layer.Dense(3));
        RnnModel model = RnnModel.FromParameters(
            spec, [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue]);
        model.Save(FilePath);
        AssertSame(model, RnnModel.Load(FilePath));
    }

    [Fact]
    public void RnnModel_Save_bfloat16_roundsEveryWeightAndHalvesTheFile()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(3, Cell.Gru(40)), 1);
        model.Save(FilePath);
        long whole = new FileInfo(FilePath).Length;
        model.Save(FilePath, StoredType.BF16);
        long half = new FileInfo(FilePath).Length;
        Assert.InRange(whole - half, 2 * model.ParameterCount - 64, 2 * model.ParameterCount + 64);
        RnnModel loaded = RnnModel.Load(FilePath);
        float[] expected = TrainingData.Parameters(model), actual = TrainingData.Parameters(loaded);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], Math.Abs(expected[i]) / 256, $"weight {i}");
        }

        loaded.Save(FilePath, StoredType.BF16);
        AssertSame(loaded, RnnModel.Load(FilePath));
    }

    [Fact]
    public void RnnModel_Load_specWithCustomCells_asksForTheSpec()
    {
        var spec = new RnnSpec(3, Cell.Custom<DecayingMemoryCell>(5), Layer.Dense(2));
        RnnModel.Create(spec, 1).Save(FilePath);
        BadFile.Refused(FilePath, "fastrnn.spec.layers[0]", "give the spec", () => RnnModel.Load(FilePath));
        BadFile.Refused(
            FilePath, "fastrnn.spec", "expected the spec that was given",
            () => RnnModel.Load(FilePath, new RnnSpec(3, Cell.Custom<DecayingMemoryCell>(6), Layer.Dense(2))));
        BadFile.Refused(
            FilePath, "fastrnn.spec", "expected the spec that was given",
            () => RnnModel.Load(FilePath, new RnnSpec(3, Cell.Custom<CountingCell>(5), Layer.Dense(2))));
    }

    /// <summary>Types of one name, or of one with other arguments, have other arithmetic.</summary>
    [Fact]
    public void RnnModel_Load_customCellOfTheSameShortName_isRefused()
    {
        RnnModel.Create(new RnnSpec(3, Cell.Custom<One.HomonymousCell<int>>(5)), 1).Save(FilePath);
        RnnModel.Load(FilePath, new RnnSpec(3, Cell.Custom<One.HomonymousCell<int>>(5)));
        using (SafetensorsFile file = SafetensorsFile.Open(FilePath))
        {
            string text = file.Metadata["fastrnn.spec"];
            Assert.Contains("FastRnn.Tests.Serialization.One", text, StringComparison.Ordinal);
            Assert.Contains("System.Int32", text, StringComparison.Ordinal);
            Assert.Contains("\"gates\":1,\"states\":1,\"coefficients\":0", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Version=", text, StringComparison.Ordinal);
        }

        CellSpec[] others = [Cell.Custom<One.HomonymousCell<long>>(5), Cell.Custom<Other.HomonymousCell<int>>(5)];
        Assert.All(others, other => BadFile.Refused(
            FilePath, "fastrnn.spec", "expected the spec that was given", () => RnnModel.Load(FilePath, new RnnSpec(3, other))));
        RawSafetensors.ChangeText(
            FilePath, "fastrnn.spec", text => text.Replace("\"states\":1", "\"states\":2", StringComparison.Ordinal));
        BadFile.Refused(
            FilePath, "fastrnn.spec", "expected the spec that was given",
            () => RnnModel.Load(FilePath, new RnnSpec(3, Cell.Custom<One.HomonymousCell<int>>(5))));
    }

    [Fact]
    public void RnnModel_Load_fileWithoutADescription_needsTheSpec()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(3, Cell.Elman(5)), 1);
        model.Save(FilePath);
        RawSafetensors.Change(FilePath, header => header.Remove("__metadata__"));
        BadFile.Refused(FilePath, "fastrnn.version", "no such text", () => RnnModel.Load(FilePath));
        AssertSame(model, RnnModel.Load(FilePath, model.Spec));
        BadFile.Refused(FilePath, "layers.0.inputWeights", "[6, 3]", () => RnnModel.Load(FilePath, new RnnSpec(3, Cell.Elman(6))));
    }

    /// <summary>A description that is not this library's own is no reason to refuse.</summary>
    [Fact]
    public void RnnModel_Load_otherTextsAndOtherOrder_areOfNoConsequence()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(3, Cell.Elman(5)), 1);
        model.Save(FilePath);
        RawSafetensors.Change(FilePath, header =>
        {
            header["__metadata__"]!["format"] = "pt";
            JsonObject spec = JsonNode.Parse((string)header["__metadata__"]!["fastrnn.spec"]!)!.AsObject();
            JsonNode first = spec["inputSize"]!;
            spec.Remove("inputSize");
            spec["inputSize"] = first;
            header["__metadata__"]!["fastrnn.spec"] = spec.ToJsonString() + " ";
        });
        AssertSame(model, RnnModel.Load(FilePath));
        AssertSame(model, RnnModel.Load(FilePath, model.Spec));
    }

    [Fact]
    public void RnnModel_Save_badArguments_areRefused()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(1, Layer.Dense(1)), 1);
        Assert.Throws<ArgumentException>(() => model.Save(""));
        Assert.Throws<ArgumentNullException>(() => model.Save(null!));
        Assert.Throws<ArgumentNullException>(() => ModelFile.Save(null!, FilePath));
        BadInput.Refused<ArgumentOutOfRangeException>("type", "enumeration", "7", () => model.Save(FilePath, (StoredType)7));
        Assert.Throws<ArgumentNullException>(() => RnnModel.Load(FilePath, null!));
        Assert.Throws<FileNotFoundException>(() => RnnModel.Load(FilePath));
        Assert.Empty(_folder.Names);
    }

    private static void AssertSame(RnnModel expected, RnnModel actual)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        Compare.SameBits(TrainingData.Parameters(expected), TrainingData.Parameters(actual), "parameter");
    }
}
