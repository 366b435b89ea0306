namespace FastRnn.Serialization;

/// <summary>What a network is, as JSON: an object of the inputs, the shape, and the layers, each an object of its kind and its options.
/// </summary>
internal static class SpecJson
{
    /// <summary>More layers than networks have: a file that names more is refused before they are made.</summary>
    internal const int LargestLayerCount = 1024;

    private static readonly JsonNames<SequenceShape> Shapes = new(
        ("manyToMany", SequenceShape.ManyToMany), ("manyToOne", SequenceShape.ManyToOne), ("oneToMany", SequenceShape.OneToMany));

    /// <summary>The text of a network's file.</summary>
    /// <exception cref="NotSupportedException">It has more layers than readers take.</exception>
    internal static string Write(RnnSpec spec)
    {
        int count = LayerTree.Count(spec.Layers);
        return count <= LargestLayerCount
            ? Write(spec, spec.Layers)
            : throw new NotSupportedException($"Expected at most {LargestLayerCount} layers in a file, but the model has {count}.");
    }

    /// <summary>What two networks share that compute the same from the same weights: the text without dropout, which is of training.
    /// </summary>
    internal static string WriteArithmetic(RnnSpec spec) => Write(spec, LayerTree.WithoutDropout(spec.Layers));

    /// <summary>A last step that stands where <see cref="RnnSpec.Shape"/> would put it is left out, as in files that know of no such layer.
    /// </summary>
    private static string Write(RnnSpec spec, IReadOnlyList<LayerSpec> layers)
    {
        LayerSpec[] others = [.. layers.Where(layer => layer is not LastStepSpec { EachDirection: true })];
        bool isUsual = others.Length == layers.Count - 1 && others.Length > 0
            && layers[RnnSpec.LastStepPlace(others)] is LastStepSpec && !Array.Exists(others, layer => layer.ReducesTime);
        return JsonMemberWriter.Write(
            json => Exchange(json, spec.InputSize, spec.TakesIndices, spec.Shape, isUsual ? others : layers));
    }

    private static (int InputSize, bool TakesIndices, SequenceShape Shape, LayerSpec[] Layers) Exchange(
        JsonMembers json, int inputSize, bool takesIndices, SequenceShape shape, IEnumerable<LayerSpec> layers)
        => (json.Int("inputSize", inputSize), json.Bool("takesIndices", takesIndices), json.Choice("shape", Shapes, shape),
            new LayerJson(LargestLayerCount).Layers(json, layers));

    /// <param name="file">for messages</param>
    /// <param name="item">for messages: what the text is</param>
    /// <param name="json">the text</param>
    internal static RnnSpec Read(string file, string item, string json)
        => JsonMemberReader.Read(file, item, json, members =>
        {
            (int inputSize, bool takesIndices, SequenceShape shape, LayerSpec[] layers) = Exchange(members, 0, false, default, []);
            RnnSpec spec = layers is [InputsSpec several, .. var others] ? Several(several, others)
                : takesIndices ? RnnSpec.ForIndices(inputSize, layers)
                : new RnnSpec(inputSize, layers);
            return spec with { Shape = shape };

            RnnSpec Several(InputsSpec inputs, LayerSpec[] rest)
                => !takesIndices && inputSize == inputs.IndexCount + inputs.ValueCount
                    ? RnnSpec.ForInputs([.. inputs.Inputs], rest)
                    : throw members.Fault(
                        $"expected {inputs.IndexCount + inputs.ValueCount} for 'inputSize', as the inputs have, but it is {inputSize}");
        });

    /// <summary>Throws unless a text describes that network, which may have cells of the caller's own.</summary>
    /// <param name="file">for messages</param>
    /// <param name="item">for messages: what the text is</param>
    /// <param name="json">the text</param>
    /// <param name="spec">what is expected</param>
    internal static void Check(string file, string item, string json, RnnSpec spec)
    {
        string expected = Write(spec);
        if (!JsonMemberReader.AreSame(file, item, json, expected))
        {
            throw new FastRnnFormatException(file, item, $"expected the spec that was given, {expected}, but it is {json}");
        }
    }
}
