using System.Text.Json;
using System.Text.Json.Serialization;
using FastRnn.Serialization;

namespace FastRnn.Tests.Golden;

/// <summary>A file of weights with a batch and what its framework computes for it, as the scripts beside this file have written it down.
/// </summary>
internal sealed record WeightFileCase(
    string Name, WeightFileOptions Options, int Steps, int Batch, float[] Inputs, double[] Outputs)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new ActivationConverter(), new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    internal static WeightFileCase[] PyTorch { get; } = Load("pytorch_files.json");

    internal static WeightFileCase[] Keras { get; } = Load("keras_files.json");

    /// <summary>Files that the library has written.</summary>
    internal static WeightFileCase[] Saved { get; } = Load("saved_files.json");

    internal string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "Files", $"{Name}.safetensors");

    internal static WeightFileCase Find(string name) => PyTorch.Concat(Keras).Concat(Saved).Single(golden => golden.Name == name);

    /// <summary>Runs a model on the batch.</summary>
    internal float[] Run(RnnModel model)
    {
        var outputs = new float[Steps * Batch * model.Spec.OutputSize];
        SequenceData inputs = model.Spec.TakesIndices ? Array.ConvertAll(Inputs, value => (int)value) : Inputs;
        model.Run(inputs, outputs, new() { Steps = Steps, Sequences = Batch });
        return outputs;
    }

    private static WeightFileCase[] Load(string name)
    {
        using Stream stream = typeof(WeightFileCase).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<WeightFileList>(stream, Json)!.Cases;
    }

    /// <summary>An activation by the name of its kind.</summary>
    private sealed class ActivationConverter : JsonConverter<Activation>
    {
        public override Activation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => Support.Activations.Of(Enum.Parse<ActivationKind>(reader.GetString()!, ignoreCase: true));

        public override void Write(Utf8JsonWriter writer, Activation value, JsonSerializerOptions options)
            => writer.WriteStringValue(value.ToString());
    }

    private sealed record WeightFileList(string Origin, string Version, int Seed, WeightFileCase[] Cases);
}

/// <summary>What has to be said to read a file.</summary>
internal sealed record WeightFileOptions(
    Activation? Activation = null, Dictionary<string, Activation>? Activations = null, Activation? OutputActivation = null,
    Dictionary<string, float>? Epsilons = null, Dictionary<string, VectorModule>? VectorModules = null,
    Dictionary<string, Convolution>? Convolutions = null, Dictionary<string, Merge>? Merges = null, string[]? Order = null,
    bool? TakesIndices = null, bool? ResetAfter = null, bool? Bidirectional = null)
{
    internal PyTorchOptions ToPyTorch() => new()
    {
        Activation = Activation,
        Activations = Activations,
        OutputActivation = OutputActivation,
        Epsilons = Epsilons,
        VectorModules = VectorModules,
        Convolutions = Convolutions,
        Merges = Merges,
        Order = Order,
        TakesIndices = TakesIndices,
    };

    internal KerasOptions ToKeras() => new()
    {
        Activation = Activation,
        Activations = Activations,
        OutputActivation = OutputActivation,
        Epsilons = Epsilons,
        VectorModules = VectorModules,
        Convolutions = Convolutions,
        Merges = Merges,
        Order = Order,
        TakesIndices = TakesIndices,
        ResetAfter = ResetAfter,
        Bidirectional = Bidirectional,
    };
}
