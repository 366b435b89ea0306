using System.Text.Json.Nodes;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Files of models with something wrong in them: which thing, and which rule.</summary>
[Collection(Alone.Name)]
public sealed class ModelFileRulesTests : IDisposable
{
    /// <summary>Bytes that a refused file of some hundred bytes may take: text, and what is needed to read it.</summary>
    private const int SmallAllocation = 1 << 20;

    private const string Item = "fastrnn.spec";


    private readonly TemporaryFolder _folder = new();

    private static readonly RnnSpec Spec = RnnSpec.ForIndices(
        4, Layer.Embedding(3), Layer.TimeDelay(4, 2), Cell.Jordan(3, 2), Cell.Bidirectional(Cell.Elman(2)), Layer.Dropout(0.25f, 5),
        Layer.Dense(2, Activation.Softmax));

    /// <summary>What in the spec's text becomes what, the item that is at fault, and the rule.</summary>
    public static TheoryData<string, string, string, string> Specs => new()
    {
        { "\"takesIndices\":true,", "", Item, "expected 'takesIndices'" },
        { "\"takesIndices\":true", "\"takesIndices\":1", Item, "true or false for 'takesIndices'" },
        { "\"takesIndices\":true", "\"takesIndices\":false", Item, "layers[0] (Embedding)" },
        { "\"inputSize\":4", "\"inputSize\":0", Item, "vocabularySize" },
        { "\"inputSize\":4", "\"inputSize\":4.5", Item, "whole number of 32 bits for 'inputSize'" },
        { "\"inputSize\":4", "\"inputSize\":99999999999", Item, "whole number of 32 bits for 'inputSize'" },
        { "\"inputSize\":4", "\"inputSize\":\"4\"", Item, "whole number of 32 bits for 'inputSize'" },
        { "\"inputSize\":4", "\"inputSize\":4,\"inputSize\":4", Item, "JSON" },
        { "\"inputSize\":4", "\"inputSize\":4,\"new\":1", Item, "there is 'new'" },
        { "manyToMany", "manyToFew", Item, "'manyToMany', 'manyToOne', 'oneToMany' for 'shape', but it is 'manyToFew'" },
        { "manyToMany", "oneToMany", Item, "layers[3] (Bidirectional Elman)" },
        { "manyToMany", "\\ud800", Item, "" },
        { "\"layers\":[", "\"layers\":[7,", $"{Item}.layers[0]", "expected an object" },
        { "\"layers\":[", "\"layers\":[{},", $"{Item}.layers[0]", "expected 'kind'" },
        { "\"kind\":\"embedding\"", "\"kind\":\"transformer\"", $"{Item}.layers[0]", "it is 'transformer'" },
        { "\"kind\":\"embedding\"", "\"kind\":null", $"{Item}.layers[0]", "a text for 'kind'" },
        { "\"size\":3", "\"size\":-3", Item, "-3" },
        { "\"width\":2", "\"width\":0", Item, "width" },
        { "\"width\":2", "\"width\":2,\"stride\":2", $"{Item}.layers[1]", "there is 'stride'" },
        { "\"outputActivation\":\"identity\"", "\"outputActivation\":\"swish\"", $"{Item}.layers[2]", "it is 'swish'" },
        { "\"hiddenSize\":2,\"activation\":\"tanh\"", "\"hiddenSize\":2,\"activation\":\"softmax\"", Item, "each value by itself" },
        { "\"kind\":\"elman\"", "\"kind\":\"dense\"", $"{Item}.layers[3].cell", "it is 'dense'" },
        { "\"rate\":0.25", "\"rate\":1", Item, "Expected a probability" },
        { "\"rate\":0.25", "\"rate\":\"0\"", $"{Item}.layers[4]", "a number of 32 bits for 'rate'" },
        { "\"hiddenSize\":3", "\"hiddenSize\":2000000000", Item, "Expected at most" },
        { "}]}", "}]", Item, "expected JSON" },
        { "}]}", "}]}{}", Item, "expected JSON" },
        { "{\"inputSize\"", "[{\"inputSize\"", Item, "expected JSON" },
    };

    /// <summary>As <see cref="Specs"/>, of a network whose cells have options.</summary>
    public static TheoryData<string, string, string, string> Options => new()
    {
        { "\"clip\":2", "\"clip\":0", Item, "bound above 0" },
        { "\"clip\":2", "\"clip\":-2", Item, "bound above 0" },
        { "\"clip\":2", "\"clip\":\"2\"", $"{Item}.layers[0]", "a number of 32 bits for 'clip'" },
        { "\"clip\":2", "\"clip\":null", $"{Item}.layers[0]", "a number of 32 bits for 'clip'" },
        { "\"clip\":2", "\"clip\":1e39", $"{Item}.layers[0]", "a number of 32 bits for 'clip'" },
        { "\"clip\":2", "\"clip\":1e-60", Item, "bound above 0" },
        { "\"clip\":2", "\"clip\":2,\"coupledGates\":true", $"{Item}.layers[0]", "there is 'coupledGates'" },
        { "\"gateActivation\":\"relu\"", "\"gateActivation\":\"softmax\"", Item, "each value by itself" },
        { "\"gateActivation\":\"relu\"", "\"gateActivation\":\"swish\"", $"{Item}.layers[1]", "it is 'swish'" },
        { "\"coupledGates\":true", "\"coupledGates\":1", $"{Item}.layers[1]", "true or false for 'coupledGates'" },
        { "\"candidateActivation\":\"identity\"", "\"candidateActivation\":\"softmax\"", Item, "each value by itself" },
        { "\"candidateActivation\":\"identity\"", "\"outputActivation\":\"identity\"", $"{Item}.layers[2]", "'outputActivation'" },
        { "\"resetAfter\":true", "\"resetAfter\":true,\"peepholes\":true", $"{Item}.layers[2]", "there is 'peepholes'" },
    };

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Specs))]
    public void RnnModel_Load_specThatBreaksARule_isRefused(string before, string after, string item, string rule)
        => Refused(Spec, before, after, item, rule);

    [Theory]
    [MemberData(nameof(Options))]
    public void RnnModel_Load_cellOptionThatBreaksARule_isRefused(string before, string after, string item, string rule)
    {
        RnnSpec spec = new(
            4, Cell.Elman(3) with { Clip = 2 }, Cell.Lstm(2) with { GateActivation = Activation.Relu, CoupledGates = true },
            Cell.Gru(3) with { CandidateActivation = Activation.Identity });
        Refused(spec, before, after, item, rule);
    }

    [Theory]
    [InlineData("\"alpha\":0.5", "\"alpha\":-0.5", Item, "at least 0")]
    [InlineData("\"alpha\":0.5", "\"alpha\":\"0.5\"", $"{Item}.layers[1].activation", "a number of 32 bits for 'alpha'")]
    [InlineData("\"alpha\":0.5", "\"alpha\":0.5,\"beta\":1", $"{Item}.layers[1].activation", "there is 'beta'")]
    [InlineData(",\"alpha\":0.5", "", $"{Item}.layers[1].activation", "expected 'alpha'")]
    [InlineData("\"kind\":\"elu\"", "\"kind\":\"tanh\"", $"{Item}.layers[1].activation", "it is 'tanh'")]
    [InlineData("{\"kind\":\"elu\",\"alpha\":0.5}", "\"elu\"", $"{Item}.layers[1]", "it is 'elu'")]
    [InlineData("{\"kind\":\"elu\",\"alpha\":0.5}", "[1]", $"{Item}.layers[1]", "a text for 'activation'")]
    [InlineData("{\"kind\":\"elu\",\"alpha\":0.5}", "{\"kind\":\"hardTanh\"}", Item, "one of them finite")]
    [InlineData(
        "\"activation\":\"tanh\"", "\"activation\":{\"kind\":\"prelu\",\"perFeature\":false,\"alpha\":1}", Item, "without weights")]
    public void RnnModel_Load_activationThatBreaksARule_isRefused(string before, string after, string item, string rule)
        => Refused(new RnnSpec(4, Cell.Elman(3), Layer.Dense(2, Activation.Elu(0.5f))), before, after, item, rule);

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("99999999999")]
    public void RnnModel_Load_otherVersion_isRefused(string version)
    {
        RnnModel.Create(Spec, 1).Save(FilePath);
        RawSafetensors.ChangeText(FilePath, "fastrnn.version", _ => version);
        BadFile.Refused(FilePath, "fastrnn.version", $"'{version}'", () => RnnModel.Load(FilePath));
        BadFile.Refused(FilePath, "fastrnn.version", $"'{version}'", () => RnnModel.Load(FilePath, Spec));
    }

    [Fact]
    public void RnnModel_Load_descriptionMissing_isRefused()
    {
        RnnModel.Create(Spec, 1).Save(FilePath);
        RawSafetensors.Change(FilePath, header => header["__metadata__"]!.AsObject().Remove(Item));
        BadFile.Refused(FilePath, Item, "there is none", () => RnnModel.Load(FilePath));
        BadFile.Refused(FilePath, Item, "there is none", () => RnnModel.Load(FilePath, Spec));
    }

    [Fact]
    public void RnnModel_Load_fileOfAnotherKind_isRefused()
    {
        var encoder = RnnSpec.ForIndices(3, Cell.Gru(4));
        EncoderDecoder.Create(encoder, encoder, 1).Save(FilePath);
        BadFile.Refused(FilePath, Item, "there is none", () => RnnModel.Load(FilePath));
        RnnModel.Create(Spec, 1).Save(FilePath);
        BadFile.Refused(FilePath, Item, "another kind", () => EncoderDecoder.Load(FilePath));
    }

    [Fact]
    public void RnnModel_Load_tensorsThatAreNotTheSpecs_areRefused()
    {
        const string name = "layers.5.bias";
        Change(header => Rename(header, name, "layers.5.biases"));
        BadFile.Refused(FilePath, name, "there is none", () => RnnModel.Load(FilePath));
        Change(header => header[name]!["shape"] = new JsonArray(1, 2));
        BadFile.Refused(FilePath, name, "expected the shape [2], but it is [1, 2]", () => RnnModel.Load(FilePath));
        Change(header => header["layers.0.table"]!["shape"] = new JsonArray(3, 4));
        BadFile.Refused(FilePath, "layers.0.table", "expected the shape [4, 3], but it is [3, 4]", () => RnnModel.Load(FilePath));
        Change(header => header[name]!["dtype"] = "I32");
        BadFile.Refused(FilePath, name, "values are I32", () => RnnModel.Load(FilePath));
        Change(header =>
        {
            JsonNode end = header["layers.5.weights"]!["data_offsets"]![1]!.DeepClone();
            header["more"] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray(0),
                ["data_offsets"] = new JsonArray(end, end.DeepClone()),
            };
        });
        BadFile.Refused(FilePath, "more", "nothing takes this one", () => RnnModel.Load(FilePath));
    }

    /// <summary>A small file that names weights of gigabytes.</summary>
    [Fact]
    public void RnnModel_Load_specOfWeightsThatTheFileHasNot_isRefusedWithoutTakingMemory()
    {
        RnnModel.Create(new RnnSpec(1, Cell.Elman(1)), 1).Save(FilePath);
        RawSafetensors.ChangeText(
            FilePath, Item, text => text.Replace("\"hiddenSize\":1", "\"hiddenSize\":20000", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();
        BadFile.Refused(FilePath, Item, "400040000 weights", () => RnnModel.Load(FilePath));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, SmallAllocation);
    }

    /// <summary>Values that are no floats are none of weights, however many there are.</summary>
    [Fact]
    public void RnnModel_Load_specBackedByOtherTypes_isRefusedBeforeMemoryIsTaken()
    {
        const int count = 4_000_000;
        string spec = SpecJson.Write(new RnnSpec(1, Cell.Elman(1500))).Replace("\"", "\\\"", StringComparison.Ordinal);
        RawSafetensors.Write(
            FilePath,
            $$$"""
            {"__metadata__":{"fastrnn.version":"1","fastrnn.spec":"{{{spec}}}"},
             "more":{"dtype":"F4","shape":[{{{count}}}],"data_offsets":[0,{{{count / 2}}}]}}
            """,
            new byte[count / 2]);
        BadFile.Refused(FilePath, Item, "2253000 weights, but all tensors of floats have 0", () => RnnModel.Load(FilePath));
    }

    /// <summary>As many layers that take nothing as a file can name in a few megabytes.</summary>
    [Fact]
    public void RnnModel_Load_moreLayersThanNetworksHave_areRefused()
    {
        const int largest = 1024;
        LayerSpec[] layers = [.. Enumerable.Repeat(Layer.Dropout(0.5f), largest - 1), Layer.Dense(1)];
        RnnModel.Create(new RnnSpec(1, layers), 1).Save(FilePath);
        Assert.Equal(largest, RnnModel.Load(FilePath).Spec.Layers.Count);
        string many = string.Concat(Enumerable.Repeat("""{"kind":"dropout","rate":0.5,"seed":0},""", 200_000));
        RawSafetensors.ChangeText(
            FilePath, Item, text => text.Replace("\"layers\":[", $"\"layers\":[{many}", StringComparison.Ordinal));
        BadFile.Refused(
            FilePath, Item, $"at most {largest} elements of 'layers', but there are {200_000 + largest}", () => RnnModel.Load(FilePath));
    }

    [Fact]
    public void RnnModel_Save_moreLayersThanFilesCanHave_isRefused()
    {
        LayerSpec[] layers = [.. Enumerable.Repeat(Layer.Dense(1), SpecJson.LargestLayerCount + 1)];
        RnnModel model = RnnModel.Create(new RnnSpec(1, layers), 1);
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => model.Save(FilePath));
        Assert.Contains("at most 1024 layers", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }

    /// <summary>A small file whose sessions would take gigabytes; who knows it gives the spec.</summary>
    [Fact]
    public void RnnModel_Load_stateThatIsLargeBesideTheWeights_needsTheSpec()
    {
        const int free = 1 << 22;
        Save(free);
        Assert.Equal(free, RnnModel.Load(FilePath).Spec.StateSize);
        RnnSpec spec = Save(free + 1);
        BadFile.Refused(FilePath, Item, $"at most {free} values for 3 weights, but it has {free + 1}", () => RnnModel.Load(FilePath));
        Assert.Equal(spec, RnnModel.Load(FilePath, spec).Spec);

        RnnSpec Save(int dilation)
        {
            var delay = new RnnSpec(1, Layer.TimeDelay(1, 2, dilation));
            RnnModel.Create(delay, 1).Save(FilePath);
            return delay;
        }
    }

    [Fact]
    public void RnnModel_Load_textThatNoVersionKnows_isRefused()
    {
        RnnModel.Create(Spec, 1).Save(FilePath);
        RawSafetensors.Change(FilePath, header => header["__metadata__"]!["fastrnn.future"] = "1");
        BadFile.Refused(FilePath, "fastrnn.future", "does not know", () => RnnModel.Load(FilePath));
        BadFile.Refused(FilePath, "fastrnn.future", "does not know", () => RnnModel.Load(FilePath, Spec));
    }

    /// <summary>Of what a file names by millions of characters, messages have the two ends.</summary>
    [Fact]
    public void FastRnnFormatException_new_longTexts_areShortened()
    {
        var exception = new FastRnnFormatException("a", $"<{new string('n', 1_000_000)}>", $"<{new string('r', 1_000_000)}>");
        Assert.InRange(exception.Message.Length, 1000, 1500);
        Assert.Equal(('<', '>', 256), (exception.Item![0], exception.Item[^1], exception.Item.Length));
        Assert.Equal(('<', '>', 1024), (exception.Rule[0], exception.Rule[^1], exception.Rule.Length));
        var paired = new FastRnnFormatException("a", string.Concat(Enumerable.Repeat("\ud83d\ude00", 1000)), "x😀");
        Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(paired.Item!)));
        Assert.Equal("x😀", paired.Rule);
    }

    [Fact]
    public void JsonNames_get_valueWithoutAName_isRefused()
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "value", "'a'", "ManyToOne", () => _ = new JsonNames<SequenceShape>(("a", SequenceShape.ManyToMany))[SequenceShape.ManyToOne]);

    /// <summary>Any file at all is a model or is refused.</summary>
    private static void Rename(JsonObject header, string before, string after)
    {
        JsonNode tensor = header[before]!;
        header.Remove(before);
        header[after] = tensor;
    }

    private void Refused(RnnSpec spec, string before, string after, string item, string rule)
    {
        RnnModel.Create(spec, 1).Save(FilePath);
        RawSafetensors.ChangeText(FilePath, Item, text =>
        {
            Assert.Contains(before, text, StringComparison.Ordinal);
            return text.Replace(before, after, StringComparison.Ordinal);
        });
        BadFile.Refused(FilePath, item, rule, () => RnnModel.Load(FilePath));
    }

    private void Change(Action<JsonObject> change)
    {
        RnnModel.Create(Spec, 1).Save(FilePath);
        RawSafetensors.Change(FilePath, change);
    }
}
